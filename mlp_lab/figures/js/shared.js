// What the widgets share: it stands before the source of each, for a widget is one module.

const MOVES = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] }; // x, y

function element(tag, properties = {}, ...children) {
  const made = Object.assign(document.createElement(tag), properties);
  made.append(...children);
  return made;
}

function keepArrowKeys(input) {
  input.dataset.lmSuppressShortcuts = "true"; // or JupyterLab takes the arrow keys
}

function statusLine() {
  const status = element("p");
  status.setAttribute("role", "status");
  return status;
}

// Show controls, and below them the status line and the picture that the model repaints.
// Return the function that ends it.
function showPainted({ model, el }, controls) {
  el.classList.add("mlp-lab");
  const picture = el.querySelector("img") ?? element("img"); // a page of the site has its first already
  const status = statusLine();
  const paint = () => {
    if (model.get("png")) picture.src = "data:image/png;base64," + model.get("png");
    picture.alt = model.get("alt");
    status.textContent = model.get("status");
  };
  model.on("change:png change:alt change:status", paint);
  paint();
  el.replaceChildren(controls, status, picture);
  return () => model.off("change:png change:alt change:status", paint);
}

