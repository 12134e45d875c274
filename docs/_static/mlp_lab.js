// a figure that is drawn smaller than it is grows to its own size when it is tapped, and back
const figures = document.querySelectorAll("div.cell_output img, article p > img[src$='.svg']");
figures.forEach(async (figure) => {
  await figure.decode();
  if (figure.naturalWidth <= figure.clientWidth) return;
  const [box, button] = ["span", "button"].map((tag) => document.createElement(tag));
  box.className = "enlargeable";
  button.type = "button";
  button.title = "Show the picture at its own size";
  button.setAttribute("aria-pressed", false);
  figure.replaceWith(box);
  box.append(button);
  button.append(figure);
  button.addEventListener("click", () => {
    button.setAttribute("aria-pressed", button.getAttribute("aria-pressed") === "false");
  });
});

// what scrolls sideways scrolls with the arrow keys, too, once it can be reached with the tab key
const widths = new ResizeObserver((changed) => {
  changed.forEach(({ target }) => {
    if (target.scrollWidth > target.clientWidth) target.tabIndex = 0;
    else target.removeAttribute("tabindex");
  });
});
document
  .querySelectorAll("article :is(pre, .table-wrapper, div.math)")
  .forEach((part) => widths.observe(part));
