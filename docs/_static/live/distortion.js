// Digits shifted, turned, scaled and bent in the page, as `mlp_lab.data.augment` does it: these
// figures have too many settings to be drawn beforehand.

import { canvasOf, loadArrays, loadImage, pngOf } from "./load.js";

// Return the weights that smooth n numbers in a row with a Gaussian, shape (n, n).
function gaussian(n, sigma) {
  const bell = (distance) => Math.exp(-0.5 * (distance / sigma) ** 2);
  let sum = 0;
  for (let distance = -4 * n; distance <= 4 * n; distance++) sum += bell(distance);
  return Float64Array.from({ length: n * n }, (_, i) => bell(Math.floor(i / n) - (i % n)) / sum);
}

// (rows, inner) @ (inner, columns), both row by row
function product(a, b, rows, inner, columns) {
  const out = new Float64Array(rows * columns);
  for (let i = 0; i < rows; i++) {
    for (let k = 0; k < inner; k++) {
      for (let j = 0; j < columns; j++) out[i * columns + j] += a[i * inner + k] * b[k * columns + j];
    }
  }
  return out;
}

// Return how far from its place each pixel is read, [down, right]: noise, smoothed on both sides.
export function elasticField(noise, [rows, columns], bend, smoothness) {
  const [down, across] = [gaussian(rows, smoothness), gaussian(columns, smoothness)];
  return [0, 1].map((axis) => {
    const part = noise.subarray(axis * rows * columns, (axis + 1) * rows * columns);
    const smooth = product(product(down, part, rows, rows, columns), across, rows, columns, columns);
    return smooth.map((value) => bend * value); // the Gaussian is its own transpose
  });
}

// Return the value of an image between its pixels; outside it is 0.
function readBetween(image, [rows, columns], row, column) {
  const [above, left] = [Math.floor(row), Math.floor(column)];
  const [down, right] = [row - above, column - left];
  const at = (i, j) => (i < 0 || j < 0 || i >= rows || j >= columns ? 0 : image[i * columns + j]);
  const upper = at(above, left) * (1 - right) + at(above, left + 1) * right;
  const lower = at(above + 1, left) * (1 - right) + at(above + 1, left + 1) * right;
  return upper * (1 - down) + lower * down;
}

// Return a digit as a distortion makes it; `drawn` are its numbers between -1 and 1.
export function distort(image, shape, strengths, drawn) {
  const [rows, columns] = shape;
  const angle = (strengths.rotation * drawn.angle * Math.PI) / 180;
  const [high, wide] = drawn.scales.map((value) => Math.exp(strengths.scale * value));
  const [cos, sin] = [Math.cos(angle), Math.sin(angle)];
  const middle = [(rows - 1) / 2, (columns - 1) / 2];
  const field = elasticField(drawn.noise, shape, strengths.bend, strengths.smoothness);
  return image.map((_, pixel) => {
    const [y, x] = [Math.floor(pixel / columns) - middle[0], (pixel % columns) - middle[1]];
    const row = cos * high * y - sin * wide * x + middle[0] - strengths.shift * drawn.shifts[0];
    const column = sin * high * y + cos * wide * x + middle[1] - strengths.shift * drawn.shifts[1];
    return readBetween(image, shape, row + field[0][pixel], column + field[1][pixel]);
  });
}

// Draw an image, 1 black and 0 white, into a box [left, top, width, height].
function drawImage(context, image, [rows, columns], box, ink = 1) {
  const [small, inside] = canvasOf(columns, rows);
  const pixels = new ImageData(columns, rows);
  image.forEach((value, i) => {
    const grey = 255 * (1 - Math.min(1, Math.max(0, value)));
    pixels.data.set([grey, grey, grey, 255 * ink], 4 * i);
  });
  inside.putImageData(pixels, 0, 0);
  context.imageSmoothingEnabled = false;
  context.drawImage(small, ...box);
}

function drawArrow(context, [x, y], [right, down], thick) {
  const length = Math.hypot(right, down);
  if (length < thick) return;
  const [along, head] = [[right / length, down / length], Math.min(length, 5 * thick)];
  const point = (back, aside) => [x + right - along[0] * back - along[1] * aside, y + down - along[1] * back + along[0] * aside];
  const outline = [point(0, 0), point(head, 1.5 * thick), point(0.9 * head, 0.5 * thick),
    point(length, 0.5 * thick), point(length, -0.5 * thick), point(0.9 * head, -0.5 * thick), point(head, -1.5 * thick)];
  context.beginPath();
  outline.forEach((corner) => context.lineTo(...corner));
  context.closePath();
  context.fill();
}

// Return what both figures share: the numbers of a setting, its words, and the drawing on paper.
function computed(described, folder, draw) {
  const { values, arrays, boxes, colours } = described;
  const shape = arrays.images.shape.slice(1);
  const load = () => Promise.all([
    loadArrays(new URL("arrays.bin", folder), arrays),
    loadImage(new URL("background_0.webp", folder)),
  ]);
  const answer = async (model) => {
    const [numbers, background] = await load();
    const [setting, words] = [{}, {}];
    for (const control of model.get("controls")) {
      const index = model.get("indices")[control.name];
      setting[control.name] = values[control.name][index];
      words[control.name] = control.values[index];
    }
    const [canvas, context] = canvasOf(background.width, background.height);
    context.drawImage(background, 0, 0);
    const said = draw(context, numbers, shape, setting, words, boxes);
    context.strokeStyle = colours.frame;
    boxes.forEach((box) => context.strokeRect(...box));
    return { png: pngOf(canvas), ...said };
  };
  return { answer, prepare: load };
}

const slice = (array, number, length) => array.subarray(number * length, (number + 1) * length);

export const ROWS = 2, COLUMNS = 6;

// Return what stands in the mosaic: the digit, and the others that the draws make of it.
export function mosaic(numbers, shape, setting) {
  const area = shape[0] * shape[1];
  const image = slice(numbers.images, setting.image - 1, area);
  const others = Array.from({ length: ROWS * COLUMNS - 1 }, (_, k) =>
    distort(image, shape, setting, {
      angle: numbers.angles[k],
      scales: [...slice(numbers.scales, k, 2)],
      shifts: slice(numbers.shifts, k, 2),
      noise: slice(numbers.noise, k, 2 * area),
    }));
  return [image, ...others];
}

export const distortedDigits = (described, folder) =>
  computed(described, folder, (context, numbers, shape, setting, words, [box]) => {
    const bend = setting.bend * (shape[0] / 28) ** 2; // the slider is in pixels of MNIST
    const pixel = box[2] / (COLUMNS * (shape[1] + 1) - 1);
    mosaic(numbers, shape, { ...setting, bend }).forEach((digit, k) => {
      const [left, top] = [(k % COLUMNS) * (shape[1] + 1), Math.floor(k / COLUMNS) * (shape[0] + 1)];
      const place = [box[0] + left * pixel, box[1] + top * pixel, shape[1] * pixel, shape[0] * pixel];
      drawImage(context, digit, shape, place);
    });
    const strengths = `shift ${words.shift} pixels, rotation ${words.rotation} degrees, scale ${words.scale}, ` +
      `bend ${bend.toFixed(0)} over ${words.smoothness} pixels`;
    return {
      status: `image ${words.image}: ${strengths}`,
      alt: `A digit and ${ROWS * COLUMNS - 1} distorted forms of it: ${strengths}.`,
    };
  });

export const elasticFieldFigure = (described, folder) =>
  computed(described, folder, (context, numbers, shape, setting, words, boxes) => {
    const [rows, columns] = shape;
    const area = rows * columns;
    const image = slice(numbers.images, setting.image - 1, area);
    const noise = slice(numbers.noise, setting.noise - 1, 2 * area);
    const [down, right] = elasticField(noise, shape, setting.bend, setting.smoothness);
    const bent = image.map((_, i) => readBetween(image, shape, Math.floor(i / columns) + down[i], (i % columns) + right[i]));
    drawImage(context, image, shape, boxes[0], 0.5);
    drawImage(context, bent, shape, boxes[1]);
    const [left, top, width] = boxes[0];
    const pixel = width / columns;
    const step = Math.max(1, Math.floor(rows / 14)); // more arrows than that hide the digit
    context.save();
    context.beginPath();
    context.rect(...boxes[0]);
    context.clip(); // an arrow ends at the frame, as matplotlib draws it
    context.fillStyle = described.colours.arrows;
    for (let row = 0; row < rows; row += step) {
      for (let column = 0; column < columns; column += step) {
        const i = row * columns + column;
        const place = [left + (column + 0.5) * pixel, top + (row + 0.5) * pixel];
        drawArrow(context, place, [right[i] * pixel, down[i] * pixel], 0.006 * width);
      }
    }
    context.restore();
    const moved = down.map((value, i) => Math.hypot(value, right[i]));
    const mean = moved.reduce((sum, value) => sum + value, 0) / moved.length;
    const strengths = `bend ${words.bend} over ${words.smoothness} pixels`;
    return {
      status: `image ${words.image}, noise ${words.noise}: ${strengths} moves a pixel by ${mean.toFixed(1)} on ` +
        `average, ${Math.max(...moved).toFixed(1)} at most`,
      alt: `A digit with an arrow on its pixels to where each is read, and the digit so read: ${strengths}.`,
    };
  });
