// Which lessons are done. The marks are kept in this browser alone: they are never sent anywhere.
{
  const KEY = "mlp_lab.done";
  const lessonOf = (address) => address.pathname.match(/\/notebooks\/(\d\d)_\w+?(?:\.html)?$/)?.[1];

  const read = () => JSON.parse(localStorage.getItem(KEY) ?? "[]");
  const keep = (done) => localStorage.setItem(KEY, JSON.stringify(done.sort()));

  // the word, not a colour: everybody sees it, and a screen reader says it with the link
  const show = () => {
    const done = read();
    document.querySelectorAll(".sidebar-tree a, .lesson-cards a").forEach((link) => {
      link.querySelector(".done")?.remove();
      if (!done.includes(lessonOf(link))) return;
      const word = document.createElement("span");
      word.className = "done";
      word.textContent = " done";
      link.append(word);
    });
    document.querySelectorAll(".progress").forEach((part) => showPart(part, done));
    document.querySelectorAll("a.start").forEach((button) => showStart(button, done));
  };

  const showPart = (part, done) => {
    const [lesson, mark] = [lessonOf(location), part.querySelector(".mark")];
    const said = part.querySelector("[role=status]");
    part.hidden = !mark && done.length === 0;
    part.querySelector(".forget").hidden = done.length === 0;
    mark?.setAttribute("aria-pressed", done.includes(lesson));
    if (mark) said.textContent = done.includes(lesson) ? `Lesson ${lesson} is done.` : "";
    else said.textContent = `You have done ${done.length} of the lessons.`;
  };

  // after the last one that is done, the next; after the very last, the first that was left out
  const showStart = (button, done) => {
    const links = [...document.querySelectorAll(".lesson-cards a")];
    const left = links.filter((link) => !done.includes(lessonOf(link)));
    const next = left.find((link) => lessonOf(link) > (done.at(-1) ?? "")) ?? left[0] ?? links[0];
    button.href = next.href;
    const verb = done.length === 0 ? "Start" : left.length > 0 ? "Go on" : "Start again";
    button.textContent = `${verb} with lesson ${lessonOf(next)}`;
  };

  const toggle = () => {
    const [done, lesson] = [read(), lessonOf(location)];
    keep(done.includes(lesson) ? done.filter((other) => other !== lesson) : [...done, lesson]);
    show();
  };

  const forget = () => {
    localStorage.removeItem(KEY);
    show();
    document.querySelector(".mark, a.start").focus(); // the button that was pressed is gone
  };

  const kept = () => {
    try {
      read();
      localStorage.setItem(`${KEY}.try`, "");
      localStorage.removeItem(`${KEY}.try`);
      return true;
    } catch {
      return false; // a browser that refuses to keep anything: then nothing of this is shown
    }
  };

  if (kept()) {
    document.querySelectorAll(".mark").forEach((button) => button.addEventListener("click", toggle));
    document.querySelectorAll(".forget").forEach((button) => button.addEventListener("click", forget));
    addEventListener("storage", show); // marked in another tab
    addEventListener("pageshow", show); // and on the way back to a page that was kept
  }
}
