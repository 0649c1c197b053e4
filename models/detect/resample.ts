import type { RgbaImage } from '../align.ts';

/**
 * The two resamplings that stand before the networks, in TensorFlow's conventions, written as planes of
 * red, green and blue (NCHW) and normalised by `value · scale + offset`.
 */
export type Normalisation = { readonly scale: number; readonly offset: number };

/**
 * `tf.image.resizeBilinear` without aligned corners or half-pixel centres: output pixel i reads
 * position i · (input size / output size).
 */
export function resizeBilinear({
  image,
  size,
  normalisation,
}: {
  image: RgbaImage;
  size: number;
  normalisation: Normalisation;
}): Float32Array {
  return sample({
    image,
    size,
    normalisation,
    xs: positions(size, (i) => Math.min(i * (image.width / size), image.width - 1)),
    ys: positions(size, (i) => Math.min(i * (image.height / size), image.height - 1)),
  });
}

/** A rectangle in image pixels; it may reach beyond the image. */
export type Rectangle = {
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
};

/**
 * `tf.image.cropAndResize`, bilinear, with the box given to it as a share of width and height: TensorFlow
 * spreads the box over pixel centres, 0 to size − 1, and fills what lies outside with 0.
 */
export function cropAndResize({
  image,
  box,
  size,
  normalisation,
}: {
  image: RgbaImage;
  box: Rectangle;
  size: number;
  normalisation: Normalisation;
}): Float32Array {
  const along = (from: number, to: number, length: number) => {
    const [start, end] = [Math.fround(from / length), Math.fround(to / length)];
    const step = ((end - start) * (length - 1)) / (size - 1);
    return positions(size, (i) => start * (length - 1) + i * step);
  };
  return sample({
    image,
    size,
    normalisation,
    xs: along(box.left, box.right, image.width),
    ys: along(box.top, box.bottom, image.height),
  });
}

/**
 * `tf.image.rotateWithOffset`, which reads the nearest pixel: the image turned by `angle` about `centre`.
 * @param region only this part of the result is made, the rest stays black
 */
export function rotate({
  image: { data, width, height },
  angle,
  centre: [centreX, centreY],
  region,
}: {
  image: RgbaImage;
  angle: number;
  centre: readonly [x: number, y: number];
  region: Rectangle;
}): RgbaImage {
  const rotated = new Uint8ClampedArray(data.length);
  const [sin, cos] = [Math.sin(angle), Math.cos(angle)];
  for (let y = Math.max(0, region.top); y < Math.min(height, region.bottom + 1); y++) {
    for (let x = Math.max(0, region.left); x < Math.min(width, region.right + 1); x++) {
      const fromX = Math.round((x - centreX) * cos - (y - centreY) * sin + centreX);
      const fromY = Math.round((x - centreX) * sin + (y - centreY) * cos + centreY);
      if (fromX < 0 || fromX >= width || fromY < 0 || fromY >= height) continue;
      const [to, from] = [(y * width + x) * 4, (fromY * width + fromX) * 4];
      rotated[to] = data[from] as number;
      rotated[to + 1] = data[from + 1] as number;
      rotated[to + 2] = data[from + 2] as number;
    }
  }
  return { data: rotated, width, height };
}

function positions(size: number, at: (i: number) => number): Float64Array {
  return Float64Array.from({ length: size }, (_, i) => at(i));
}

/** Bilinear samples at every pair of `xs` and `ys`; positions outside the image count as black. */
function sample({
  image: { data, width, height },
  size,
  normalisation: { scale, offset },
  xs,
  ys,
}: {
  image: RgbaImage;
  size: number;
  normalisation: Normalisation;
  xs: Float64Array;
  ys: Float64Array;
}): Float32Array {
  const plane = size * size;
  const planes = new Float32Array(3 * plane).fill(offset);
  for (let row = 0; row < size; row++) {
    const y = ys[row] as number;
    if (y < 0 || y > height - 1) continue;
    const top = Math.floor(y);
    const bottom = Math.min(top + 1, height - 1);
    const fy = y - top;
    for (let column = 0; column < size; column++) {
      const x = xs[column] as number;
      if (x < 0 || x > width - 1) continue;
      const left = Math.floor(x);
      const right = Math.min(left + 1, width - 1);
      const fx = x - left;
      const [a, b] = [(top * width + left) * 4, (top * width + right) * 4];
      const [c, d] = [(bottom * width + left) * 4, (bottom * width + right) * 4];
      const at = row * size + column;
      for (let channel = 0; channel < 3; channel++) {
        const upper = mix(data[a + channel] as number, data[b + channel] as number, fx);
        const lower = mix(data[c + channel] as number, data[d + channel] as number, fx);
        planes[channel * plane + at] = mix(upper, lower, fy) * scale + offset;
      }
    }
  }
  return planes;
}

function mix(from: number, to: number, part: number): number {
  return from + part * (to - from);
}
