// a cell that is folded says what its code does: in the notebook that is its first line
document.querySelectorAll("div.cell details.hide").forEach((folded) => {
  const title = folded.querySelector("pre")?.textContent.match(/^# @title (.*)/);
  if (!title) return;
  const summary = folded.querySelector("summary");
  summary.removeAttribute("aria-label");
  summary.querySelectorAll("p").forEach((line) => (line.textContent = title[1]));
});

// a figure that is drawn smaller than it is grows to its own size when it is tapped, and back
const figures = document.querySelectorAll("div.cell_output img, article p > img[src$='.svg']");
figures.forEach(async (figure) => {
  await figure.decode();
  if (figure.naturalWidth <= figure.clientWidth) return;
  const button = document.createElement("button");
  button.type = "button";
  button.className = "figure";
  figure.replaceWith(button);
  button.append(figure);
  button.addEventListener("click", () => {
    button.setAttribute("aria-pressed", button.classList.toggle("enlarged"));
  });
});
