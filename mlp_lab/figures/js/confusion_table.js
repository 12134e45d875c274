// A confusion matrix whose cells are buttons: each opens the images that it counts.

function makeButton(count, i, j, most) {
  const button = element("button", { type: "button", textContent: count || "·" });
  keepArrowKeys(button);
  button.setAttribute("aria-label", `${i} read as ${j}: ${count}`);
  button.style.setProperty("--share", i === j ? 0 : count / most);
  if (i === j) button.classList.add("mlp-lab-right");
  button.tabIndex = -1; // one stop for the Tab key; arrow keys go from cell to cell
  return button;
}

function makeTable(buttons) {
  const heading = (scope, digit) => element("th", { scope, textContent: digit });
  const table = element("table", { className: "mlp-lab-confusion" });
  table.createCaption().textContent = "row: true digit, column: the network's answer";
  const head = table.createTHead().insertRow();
  head.insertCell();
  head.append(...buttons.map((_, j) => heading("col", j)));
  const body = table.createTBody();
  buttons.forEach((row, i) => {
    const line = body.insertRow();
    line.append(heading("row", i));
    row.forEach((button) => line.insertCell().append(button));
  });
  return table;
}

function render({ model, el }) {
  const counts = model.get("counts");
  const most = Math.max(1, ...counts.flatMap((row, i) => row.filter((_, j) => i !== j)));
  const buttons = counts.map((row, i) => row.map((count, j) => makeButton(count, i, j, most)));
  buttons.forEach((row, i) => row.forEach((button, j) => {
    button.addEventListener("click", () => {
      model.set("cell", [i, j]);
      model.save_changes();
    });
    button.addEventListener("keydown", (event) => {
      const move = MOVES[event.key];
      const next = move && buttons[i + move[1]]?.[j + move[0]];
      if (!next) return;
      event.preventDefault();
      button.tabIndex = -1;
      next.tabIndex = 0;
      next.focus();
    });
  }));

  const mark = () => {
    const [i, j] = model.get("cell");
    buttons.flat().forEach((button) => button.setAttribute("aria-pressed", button === buttons[i][j]));
    if (!buttons.flat().some((button) => button.tabIndex === 0)) buttons[i][j].tabIndex = 0;
  };
  model.on("change:cell", mark);
  mark();
  const end = showPainted({ model, el }, makeTable(buttons));
  return () => { end(); model.off("change:cell", mark); };
}

export default { render };
