// On a narrow screen the menu and the contents are drawers, which Furo opens with labels: for a mouse or a finger.
// Here keys open and close them, too, and a drawer whose entry was chosen does not stay on the text.
const closeDrawers = () => {
  document.querySelectorAll(".sidebar-toggle:checked").forEach((toggle) => toggle.click());
};

document.querySelectorAll("label:is(.nav-overlay-icon, .toc-overlay-icon)").forEach((label) => {
  const toggle = document.getElementById(label.htmlFor);
  const [drawer, name] =
    toggle.id === "__toc" ? [".toc-drawer", "Contents of this page"] : [".sidebar-drawer", "All pages"];
  label.tabIndex = 0;
  label.setAttribute("role", "button");
  label.setAttribute("aria-label", name);
  label.setAttribute("aria-expanded", false);
  label.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" && event.key !== " ") return;
    event.preventDefault();
    toggle.click();
    [...document.querySelectorAll(`${drawer} a`)].find((link) => link.checkVisibility())?.focus();
  });
  toggle.addEventListener("change", () => label.setAttribute("aria-expanded", toggle.checked));
});

addEventListener("keydown", (event) => event.key === "Escape" && closeDrawers());
document.querySelector(".toc-drawer")?.addEventListener("click", (event) => {
  if (event.target.closest("a")) closeDrawers();
});
