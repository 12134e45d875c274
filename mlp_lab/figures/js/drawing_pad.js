// A pad to draw a digit on, with mouse, finger or keys. The ink is drawn here, so it follows the
// pointer even while the kernel is busy; the kernel gets the ink and answers with what it sees.

const SIDE = 280, SENT = 70, PEN = 22, KEY_STEP = 14;
const LATE = 800; // milliseconds without an answer, after which the reader is told to wait

function inkOf(canvas) {
  const small = element("canvas", { width: SENT, height: SENT });
  const context = small.getContext("2d");
  context.imageSmoothingQuality = "high";
  context.drawImage(canvas, 0, 0, SENT, SENT);
  const pixels = context.getImageData(0, 0, SENT, SENT).data;
  return new DataView(Uint8Array.from({ length: SENT * SENT }, (_, i) => pixels[4 * i + 3]).buffer);
}

function same(ink, other) {
  for (let i = 0; i < ink.byteLength; i++) if (ink.getUint8(i) !== other.getUint8(i)) return false;
  return true;
}

function paintInk(canvas, ink) {
  const small = element("canvas", { width: SENT, height: SENT });
  const image = new ImageData(SENT, SENT);
  for (let i = 0; i < ink.byteLength; i++) image.data[4 * i + 3] = ink.getUint8(i);
  small.getContext("2d").putImageData(image, 0, 0);
  canvas.getContext("2d").drawImage(small, 0, 0, SIDE, SIDE);
}

function paintSeen(canvas, model) {
  const [height, width] = model.get("image_shape");
  const seen = model.get("seen");
  Object.assign(canvas, { width, height });
  const image = new ImageData(width, height);
  for (let i = 0; i < seen.byteLength; i++) {
    const paper = 255 - seen.getUint8(i);
    image.data.set([paper, paper, paper, 255], 4 * i);
  }
  canvas.getContext("2d").putImageData(image, 0, 0);
}

function makeBars(count) {
  const bars = Array.from({ length: count }, () => element("div", { className: "mlp-lab-bar" }));
  const rows = bars.map((bar, digit) => element("div", { className: "mlp-lab-row" }, `${digit}`, bar));
  return [bars, element("div", { className: "mlp-lab-bars", ariaHidden: "true" }, ...rows)];
}

function makePen(pad, onInk) {
  const context = pad.getContext("2d");
  Object.assign(context, { lineWidth: PEN, lineCap: "round", lineJoin: "round" });
  const pen = { x: SIDE / 2, y: SIDE / 4, down: false };
  pen.to = (x, y) => {
    if (pen.down) {
      context.beginPath();
      context.moveTo(pen.x, pen.y);
      context.lineTo(x + 0.01, y); // a line without length, as a tap makes, would not be drawn
      context.stroke();
      onInk();
    }
    Object.assign(pen, { x, y });
  };
  pen.clear = () => {
    context.clearRect(0, 0, SIDE, SIDE);
    pen.down = false;
    onInk();
  };
  return pen;
}

function listen(pad, pen, cursor) {
  const place = (event) => {
    const box = pad.getBoundingClientRect();
    return [((event.clientX - box.left) * SIDE) / box.width, ((event.clientY - box.top) * SIDE) / box.height];
  };
  const mark = () => {
    Object.assign(cursor.style, { left: `${(100 * pen.x) / SIDE}%`, top: `${(100 * pen.y) / SIDE}%` });
    cursor.classList.toggle("mlp-lab-down", pen.down);
  };
  // else a browser takes a quick stroke for a fling, and swallows the next tap
  pad.addEventListener("touchstart", (event) => event.preventDefault(), { passive: false });
  pad.addEventListener("pointerdown", (event) => {
    if (!event.isPrimary || event.button) return; // a second finger, or another button
    pad.setPointerCapture(event.pointerId);
    pen.down = false;
    pen.to(...place(event));
    pen.down = true;
    pen.to(pen.x, pen.y);
  });
  pad.addEventListener("pointermove", (event) => {
    if (!pad.hasPointerCapture(event.pointerId)) return;
    for (const point of event.getCoalescedEvents?.() ?? [event]) pen.to(...place(point));
    mark();
  });
  pad.addEventListener("pointerup", () => { pen.down = false; mark(); });
  pad.addEventListener("pointercancel", () => { pen.down = false; mark(); });
  pad.addEventListener("keydown", (event) => {
    const move = MOVES[event.key];
    const within = (value) => Math.min(SIDE - PEN / 2, Math.max(PEN / 2, value));
    if (move) pen.to(within(pen.x + KEY_STEP * move[0]), within(pen.y + KEY_STEP * move[1]));
    else if (event.key === " ") { pen.down = !pen.down; pen.to(pen.x, pen.y); }
    else if (event.key === "Delete" || event.key === "Backspace") pen.clear();
    else return;
    event.preventDefault();
    mark();
  });
  mark();
}

function render({ model, el }) {
  el.classList.add("mlp-lab");
  const pad = element("canvas", { width: SIDE, height: SIDE, tabIndex: 0, className: "mlp-lab-pad" });
  keepArrowKeys(pad);
  pad.setAttribute("role", "application");
  pad.setAttribute("aria-label", "Drawing pad. Arrow keys move the pen, space lowers and lifts it, Delete clears.");
  const cursor = element("div", { className: "mlp-lab-cursor" });
  const seen = element("canvas", { className: "mlp-lab-seen" });
  seen.setAttribute("role", "img");
  const status = statusLine();
  const [bars, chart] = makeBars(model.get("n_classes"));

  let waiting = null;
  let late = null;
  const send = () => {
    waiting = null;
    const ink = inkOf(pad);
    if (same(ink, model.get("ink"))) return; // nothing new
    model.set("ink", ink);
    model.save_changes();
    late ??= setTimeout(() => { status.textContent = "Still at work; the answer will follow."; }, LATE);
  };
  paintInk(pad, model.get("ink"));
  // at most one message in 40 ms: the kernel needs the newest ink, not every point of the way
  const pen = makePen(pad, () => { waiting ??= setTimeout(send, 40); });
  listen(pad, pen, cursor);
  const clear = element("button", { type: "button", textContent: "Clear", onclick: pen.clear });

  const answer = () => {
    clearTimeout(late);
    late = null;
    paintSeen(seen, model);
    seen.setAttribute("aria-label", model.get("alt"));
    status.textContent = model.get("status");
    model.get("probabilities").forEach((p, digit) => { bars[digit].style.width = `${100 * p}%`; });
  };
  model.on("change:answers change:status", answer);
  answer();

  const column = (title, ...parts) => element("div", {}, element("div", { textContent: title }), ...parts);
  el.replaceChildren(
    element("div", { className: "mlp-lab-columns" },
      column("draw here", element("div", { className: "mlp-lab-frame" }, pad, cursor), clear),
      column("what the network sees", seen),
      column("what it thinks", chart)),
    status);
  return () => { clearTimeout(waiting); clearTimeout(late); model.off("change:answers change:status", answer); };
}

export default { render };
