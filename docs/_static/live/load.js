// What the page's figures load: once each, and again if it failed.

const loaded = new Map();

function once(url, load) {
  if (!loaded.has(url.href)) {
    const loading = load(url);
    loading.catch(() => loaded.delete(url.href));
    loaded.set(url.href, loading);
  }
  return loaded.get(url.href);
}

async function get(url) {
  const response = await fetch(url);
  if (!response.ok) throw new Error(`${url} answered ${response.status}`);
  return response;
}

export const loadJson = (url) => once(url, async () => (await get(url)).json());

export const loadImage = (url) =>
  once(url, async () => createImageBitmap(await (await get(url)).blob()));

// Read arrays.bin: numbers of three bytes each, multiples of the scale that is said of their array.
export const loadArrays = (url, described) =>
  once(url, async () => {
    const bytes = new Uint8Array(await (await get(url)).arrayBuffer());
    const arrays = {};
    let place = 0;
    for (const [name, { shape, scale }] of Object.entries(described)) {
      const array = new Float32Array(shape.reduce((product, side) => product * side, 1));
      for (let i = 0; i < array.length; i++, place += 3) {
        const top = (bytes[place + 2] << 24) >> 8; // with the sign
        array[i] = scale * (top | (bytes[place + 1] << 8) | bytes[place]);
      }
      arrays[name] = array;
    }
    return arrays;
  });

// Return a canvas, as the widgets want their picture: a PNG in base64.
export const pngOf = (canvas) => canvas.toDataURL("image/png").split(",")[1];

export function canvasOf(width, height) {
  const canvas = Object.assign(document.createElement("canvas"), { width, height });
  return [canvas, canvas.getContext("2d")];
}
