// A picture that the kernel repaints, with native, labelled controls: they take the keyboard, and a
// screen reader speaks their labels, values and the status line.

function makeSlider(control, index) {
  const input = document.createElement("input");
  Object.assign(input, { type: "range", min: 0, max: control.values.length - 1, step: 1 });
  input.value = index;
  input.setAttribute("aria-valuetext", control.values[index]);
  return input;
}

function makeMenu(control, index) {
  const select = document.createElement("select");
  control.values.forEach((text, index) => select.add(new Option(text, index)));
  select.value = index;
  return select;
}

function render({ model, el }) {
  el.classList.add("mlp-lab");
  const panel = document.createElement("div");
  panel.className = "mlp-lab-controls";
  model.get("controls").forEach((control) => {
    const label = document.createElement("label");
    const name = document.createElement("span");
    name.textContent = control.label;
    const index = model.get("indices")[control.name];
    const input = control.kind === "slider" ? makeSlider(control, index) : makeMenu(control, index);
    input.dataset.lmSuppressShortcuts = "true"; // or JupyterLab takes the arrow keys
    label.append(name, input);
    if (control.kind === "slider") {
      const value = document.createElement("span"); // a screen reader speaks aria-valuetext
      value.ariaHidden = "true";
      value.className = "mlp-lab-value";
      value.textContent = control.values[index];
      input.addEventListener("input", () => {
        value.textContent = control.values[input.value];
        input.setAttribute("aria-valuetext", control.values[input.value]);
      });
      label.append(value);
    }
    input.addEventListener("input", () => {
      model.set("indices", { ...model.get("indices"), [control.name]: Number(input.value) });
      model.save_changes();
    });
    panel.append(label);
  });

  const picture = document.createElement("img");
  const status = document.createElement("p");
  status.setAttribute("role", "status");
  const paint = () => {
    picture.src = "data:image/png;base64," + model.get("png");
    picture.alt = model.get("alt");
    status.textContent = model.get("status");
  };
  model.on("change:png change:alt change:status", paint);
  paint();
  el.replaceChildren(panel, status, picture);
  return () => model.off("change:png change:alt change:status", paint);
}

export default { render };
