// A confusion matrix whose cells are buttons: each opens the images that it counts.

function render({ model, el }) {
  el.classList.add("mlp-lab");
  const counts = model.get("counts");
  const most = Math.max(1, ...counts.flatMap((row, i) => row.filter((_, j) => i !== j)));
  const table = document.createElement("table");
  table.className = "mlp-lab-confusion";
  table.createCaption().textContent = "row: true digit, column: the network's answer";
  const head = table.createTHead().insertRow();
  head.insertCell();
  counts.forEach((_, j) => head.append(Object.assign(document.createElement("th"), { scope: "col", textContent: j })));

  const buttons = [];
  const open = (i, j) => {
    model.set("cell", [i, j]);
    model.save_changes();
  };
  const body = table.createTBody();
  counts.forEach((row, i) => {
    const line = body.insertRow();
    line.append(Object.assign(document.createElement("th"), { scope: "row", textContent: i }));
    buttons.push(row.map((count, j) => {
      const button = Object.assign(document.createElement("button"), { type: "button", textContent: count || "·" });
      button.dataset.lmSuppressShortcuts = "true"; // or JupyterLab takes the arrow keys
      button.setAttribute("aria-label", `${i} read as ${j}: ${count}`);
      button.style.setProperty("--share", i === j ? 0 : count / most);
      if (i === j) button.classList.add("mlp-lab-right");
      button.tabIndex = -1; // one stop for the Tab key; arrow keys go from cell to cell
      button.addEventListener("click", () => open(i, j));
      button.addEventListener("keydown", (event) => {
        const move = { ArrowLeft: [0, -1], ArrowRight: [0, 1], ArrowUp: [-1, 0], ArrowDown: [1, 0] }[event.key];
        const next = move && buttons[i + move[0]]?.[j + move[1]];
        if (!next) return;
        event.preventDefault();
        button.tabIndex = -1;
        next.tabIndex = 0;
        next.focus();
      });
      line.insertCell().append(button);
      return button;
    }));
  });

  const picture = document.createElement("img");
  const status = document.createElement("p");
  status.setAttribute("role", "status");
  const paint = () => {
    picture.src = "data:image/png;base64," + model.get("png");
    picture.alt = model.get("alt");
    status.textContent = model.get("status");
    const [i, j] = model.get("cell");
    buttons.flat().forEach((button) => button.setAttribute("aria-pressed", button === buttons[i][j]));
    if (!buttons.flat().some((button) => button.tabIndex === 0)) buttons[i][j].tabIndex = 0;
  };
  model.on("change:png change:alt change:status change:cell", paint);
  paint();
  el.replaceChildren(table, status, picture);
  return () => model.off("change:png change:alt change:status change:cell", paint);
}

export default { render };
