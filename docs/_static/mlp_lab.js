// the arrow that unfolds a part of the menu is drawn, so it has no name of its own
document.querySelectorAll("nav summary").forEach((arrow) => {
  arrow.setAttribute("aria-label", "the pages of this part");
});
