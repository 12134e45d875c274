// The interactive figures of a lesson, on a page without a kernel: the same widgets as in Jupyter,
// whose answers come from here. Until a figure is touched, its first picture stands and nothing is
// loaded for it.

import ConfusionTable from "./ConfusionTable.js";
import DrawingPad from "./DrawingPad.js";
import LiveFigure from "./LiveFigure.js";
import { distortedDigits, elasticFieldFigure } from "./distortion.js";
import { readDigit } from "./pad.js";
import { recorded } from "./recorded.js";

const WIDGETS = { ConfusionTable, DrawingPad, LiveFigure };
const ANSWERS = { recorded, pad: readDigit, distorted_digits: distortedDigits, elastic_field: elasticFieldFigure };
const NOT_LOADED = "This part of the page could not be loaded. Are you connected? Then try again.";

// What a widget knows as its model: in Jupyter its other half is the kernel, here it is `answer`.
class Model {
  constructor(traits, answer) {
    Object.assign(this, { traits, answer, listeners: new Map(), asked: 0 });
  }
  get(name) {
    return this.traits[name];
  }
  set(name, value) {
    this.traits[name] = value;
    this.tell([`change:${name}`]);
  }
  on(events, listener) {
    this.listeners.set(listener, events.split(" "));
  }
  off(events, listener) {
    this.listeners.delete(listener);
  }
  tell(events) {
    for (const [listener, heard] of [...this.listeners]) {
      if (heard.some((event) => events.includes(event))) listener();
    }
  }
  // Ask for what belongs to the traits as they are now; of several answers the newest question's counts.
  async save_changes() {
    const question = ++this.asked;
    const answered = await this.answer(this).catch(() => ({ status: NOT_LOADED }));
    if (question !== this.asked) return;
    Object.assign(this.traits, answered);
    this.tell(Object.keys(answered).map((name) => `change:${name}`));
  }
}

function mount(el) {
  const folder = new URL(el.dataset.folder, document.baseURI);
  const described = JSON.parse(el.querySelector("script").textContent);
  const { traits } = described;
  for (const name of ["ink", "seen"]) {
    if (traits[name]) traits[name] = new DataView(Uint8Array.from(traits[name]).buffer);
  }
  const { answer, prepare } = ANSWERS[described.answers](described, folder);
  // a hand on its way to a control gives the time to load what the first answer needs
  const soon = () => prepare().catch(() => {});
  for (const event of ["pointerenter", "focusin"]) el.addEventListener(event, soon, { once: true });
  WIDGETS[described.widget].render({ model: new Model(traits, answer), el });
}

document.querySelectorAll(".mlp-live").forEach(mount);
