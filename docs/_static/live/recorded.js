// Figures that were drawn at every setting when the site was built: a state is a picture over a
// background that it shares with others, a status line, and a text for those who cannot see it.

import { canvasOf, loadImage, loadJson, pngOf } from "./load.js";

// Return the numbers of a state and of those one step away, as the states were counted.
function statesAround(model) {
  const cell = model.get("cell");
  if (cell) return [cell[0] * model.get("counts").length + cell[1]];
  const indices = model.get("indices");
  const numberOf = (moved) =>
    model.get("controls").reduce((n, { name, values }) => n * values.length + (moved[name] ?? indices[name]), 0);
  const beside = model.get("controls").flatMap(({ name, values }) =>
    [indices[name] - 1, indices[name] + 1]
      .filter((index) => index >= 0 && index < values.length)
      .map((index) => numberOf({ [name]: index })));
  return [numberOf({}), ...beside];
}

export function recorded(described, folder) {
  const states = () => loadJson(new URL("states.json", folder));

  const layers = async (number) => {
    const { backgrounds } = await states();
    const files = [`${number}.webp`];
    if (backgrounds) files.unshift(`background_${backgrounds[number]}.webp`);
    return Promise.all(files.map((file) => loadImage(new URL(file, folder))));
  };

  const answer = async (model) => {
    const [number, ...beside] = statesAround(model);
    const [{ words }, images] = await Promise.all([states(), layers(number)]);
    beside.forEach((next) => layers(next).catch(() => {})); // for the next step
    const [canvas, context] = canvasOf(images[0].width, images[0].height);
    images.forEach((image) => context.drawImage(image, 0, 0));
    const [status, alt] = words[number];
    return { png: pngOf(canvas), status, alt };
  };
  return { answer, prepare: states };
}
