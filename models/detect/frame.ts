import type { RgbaImage } from '../align.ts';

/**
 * Faces are looked for in square frames: the image in the upper left corner, black below or beside it, so
 * that positions stay as they are. Human would squeeze any other frame into a square, and landmarks then
 * are 2 to 4 times as far off (16:9, eyes 40 to 120 px apart: median 2.5–3.1 against 0.6–1.0 px of the crop;
 * its own `square` option maps boxes back wrongly). In the browser a black square canvas of side
 * `max(width, height)` with the video drawn at 0, 0 is the same.
 * @returns the image itself when it is square already
 */
export function padToSquare(image: RgbaImage): RgbaImage {
  const { data, width, height } = image;
  if (width === height) return image;
  const side = Math.max(width, height);
  const square = new Uint8ClampedArray(side * side * 4);
  for (let y = 0; y < height; y++) {
    square.set(data.subarray(y * width * 4, (y + 1) * width * 4), y * side * 4);
  }
  return { data: square, width: side, height: side };
}
