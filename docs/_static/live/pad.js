// The drawing pad's answer: what `mlp_lab.figures.center_digit` and a network with one hidden layer
// make of the ink, in the page.

import { loadArrays } from "./load.js";

// As Python rounds: a half to the even neighbour.
function round(value) {
  const below = Math.floor(value);
  const rest = value - below;
  if (rest !== 0.5) return Math.round(value);
  return below % 2 ? below + 1 : below;
}

// Return the averages of n numbers at a time, to change a length: rows of weights, as (n_to, n_from).
function averaging(nFrom, nTo) {
  return Array.from({ length: nTo }, (_, to) => {
    const [begin, end] = [(to * nFrom) / nTo, ((to + 1) * nFrom) / nTo];
    return Array.from({ length: nFrom }, (_, pixel) =>
      (Math.max(0, Math.min(end, pixel + 1) - Math.max(begin, pixel)) * nTo) / nFrom);
  });
}

// Return where a profile begins if its centre of mass is in the middle of so many pixels.
function first(profile, length) {
  const mass = profile.reduce((sum, value) => sum + value, 0);
  const center = profile.reduce((sum, value, i) => sum + i * value, 0) / mass;
  return Math.min(Math.max(round((length - 1) / 2 - center), 0), length - profile.length);
}

const dot = (a, b) => a.reduce((sum, value, i) => sum + value * b[i], 0);

// Return drawn ink, a square of bytes, as an image of the data set: its bytes, row by row.
export function centerDigit(ink, [height, width], box) {
  const side = Math.sqrt(ink.length);
  const image = new Uint8Array(height * width);
  const inked = [...ink.keys()].filter((i) => ink[i]);
  if (!inked.length) return image;
  const [rows, columns] = [inked.map((i) => Math.floor(i / side)), inked.map((i) => i % side)];
  const [top, left] = [Math.min(...rows), Math.min(...columns)];
  const [nRows, nColumns] = [Math.max(...rows) - top + 1, Math.max(...columns) - left + 1];
  const crop = Array.from({ length: nRows }, (_, row) =>
    Array.from(ink.subarray((top + row) * side + left, (top + row) * side + left + nColumns)));

  const scale = box / Math.max(nRows, nColumns);
  const down = averaging(nRows, Math.max(1, round(nRows * scale)));
  const across = averaging(nColumns, Math.max(1, round(nColumns * scale)));
  const narrow = crop.map((row) => across.map((weights) => dot(weights, row)));
  const small = down.map((weights) => across.map((_, j) => dot(weights, narrow.map((row) => row[j]))));

  const most = Math.max(...small.flat());
  const firstRow = first(small.map((row) => row.reduce((sum, value) => sum + value)), height);
  const firstColumn = first(across.map((_, j) => small.reduce((sum, row) => sum + row[j], 0)), width);
  small.forEach((row, i) => row.forEach((value, j) => {
    image[(firstRow + i) * width + firstColumn + j] = round((255 * value) / most);
  }));
  return image;
}

// x @ weights + biases; the weights row by row, as NumPy stores them.
function layer(x, weights, biases) {
  const z = Float64Array.from(biases);
  x.forEach((value, i) => {
    if (value === 0) return; // most of an image is paper
    for (let j = 0, at = i * z.length; j < z.length; j++) z[j] += value * weights[at + j];
  });
  return z;
}

// Return the probabilities of the classes: the network's forward pass.
export function forward(pixels, { weights1, biases1, weights2, biases2 }) {
  const x = Float64Array.from(pixels, (value) => value / 255);
  const hidden = layer(x, weights1, biases1).map((z) => Math.max(0, z));
  const logits = layer(hidden, weights2, biases2);
  const largest = Math.max(...logits);
  const powers = logits.map((z) => Math.exp(z - largest));
  const sum = powers.reduce((total, power) => total + power, 0);
  return Array.from(powers, (power) => power / sum);
}

function inWords(probabilities) {
  const order = [...probabilities.keys()].sort((a, b) => probabilities[b] - probabilities[a]);
  const [likely, next] = order.map((digit) => [digit, `${(100 * probabilities[digit]).toFixed(0)}%`]);
  return `The network reads a ${likely[0]} (${likely[1]}); its next guess is ${next[0]} (${next[1]}).`;
}

export function readDigit({ arrays, box }, folder) {
  const network = () => loadArrays(new URL("arrays.bin", folder), arrays);
  const answer = async (model) => {
    const ink = new Uint8Array(model.get("ink").buffer);
    const seen = centerDigit(ink, model.get("image_shape"), box);
    const drawn = ink.some((value) => value > 0);
    const probabilities = forward(seen, await network());
    return {
      seen: new DataView(seen.buffer),
      probabilities: probabilities.map((p) => (drawn ? p : 0)), // of nothing, nothing
      status: drawn ? inWords(probabilities) : "The pad is empty: draw a digit.",
      answers: model.get("answers") + 1,
    };
  };
  return { answer, prepare: network };
}
