// A picture that the kernel repaints, with native, labelled controls: they take the keyboard, and a
// screen reader speaks their labels, values and the status line.

function makeSlider(values, index) {
  const input = element("input", { type: "range", min: 0, max: values.length - 1, step: 1 });
  input.value = index;
  const value = element("span", { className: "mlp-lab-value" });
  value.ariaHidden = "true"; // a screen reader speaks aria-valuetext
  const say = () => {
    value.textContent = values[input.value];
    input.setAttribute("aria-valuetext", values[input.value]);
  };
  input.addEventListener("input", say);
  say();
  return [input, value];
}

function makeMenu(values, index) {
  const select = element("select", {}, ...values.map((text, index) => new Option(text, index)));
  select.value = index;
  return [select];
}

function makeControl(control, model) {
  const make = control.kind === "slider" ? makeSlider : makeMenu;
  const [input, ...beside] = make(control.values, model.get("indices")[control.name]);
  keepArrowKeys(input);
  input.addEventListener("input", () => {
    model.set("indices", { ...model.get("indices"), [control.name]: Number(input.value) });
    model.save_changes();
  });
  return element("label", {}, element("span", { textContent: control.label }), input, ...beside);
}

function render({ model, el }) {
  const controls = model.get("controls").map((control) => makeControl(control, model));
  return showPainted({ model, el }, element("div", { className: "mlp-lab-controls" }, ...controls));
}

export default { render };
