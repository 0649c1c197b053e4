/**
 * What a difficult camera makes of a face, as named recipes on aligned crops. They stand in for such a camera where
 * none is at hand: to measure on, and to teach a student with.
 */
import { CROP_SIZE } from '../align.ts';
import { seededRandom } from '../metrics/random.ts';

type Range = readonly [least: number, most: number];

/** Applied in this order; what is left out is not done. */
export type Shift = {
  readonly about: string;
  /** Side in pixels that the crop is reduced to and enlarged from. */
  readonly side?: Range;
  /** `255 · (value / 255)^gamma`: above 1 is darker. */
  readonly gamma?: number;
  /** Red, green, blue, all times one factor of `light`. */
  readonly gains?: readonly [red: number, green: number, blue: number];
  readonly light?: Range;
  /** Standard deviation of Gaussian noise, per value of 0 to 255. */
  readonly noise?: number;
  /** Length in pixels of a horizontal smear. */
  readonly smear?: number;
  readonly jpeg?: number;
};

export const SHIFTS = {
  'dark-kiosk': {
    about: 'small, dark, yellow, noisy and hard compressed: a cheap camera in a dim entrance',
    side: [24, 40],
    gamma: 1.9,
    gains: [1, 0.8, 0.55],
    light: [0.45, 0.8],
    noise: 10,
    jpeg: 40,
  },
  'far-corridor': {
    about: 'small, smeared by movement and pale: people who walk through a long corridor',
    side: [20, 32],
    gamma: 0.8,
    gains: [0.9, 1, 1],
    light: [0.9, 1.1],
    noise: 4,
    smear: 7,
    jpeg: 50,
  },
} as const satisfies Record<string, Shift>;

export type ShiftName = keyof typeof SHIFTS;

/** Compresses and decompresses RGBA of 112×112; what does it differs between Node and browsers. */
export type JpegRound = (crop: Uint8ClampedArray, quality: number) => Promise<Uint8ClampedArray>;

/**
 * The crop as the camera of the recipe would give it.
 * @param options.crop RGBA of 112×112; it is not changed
 * @param options.seed of what is drawn; the same seed gives the same crop
 */
export async function applyShift(options: {
  crop: Uint8ClampedArray | Uint8Array;
  shift: Shift;
  seed: number;
  jpeg: JpegRound;
}): Promise<Uint8ClampedArray> {
  const { shift, seed } = options;
  const random = seededRandom(seed);
  // The first numbers of seeds that are close are close too.
  for (let i = 0; i < 8; i++) random();
  let pixels = Float32Array.from(options.crop);
  if (shift.smear) pixels = smeared(pixels, shift.smear);
  if (shift.side) pixels = enlarged(reduced(pixels, Math.round(within(shift.side, random))));
  const light = shift.light ? within(shift.light, random) : 1;
  const gains = (shift.gains ?? [1, 1, 1]).map((gain) => gain * light);
  const gamma = shift.gamma ?? 1;
  const crop = new Uint8ClampedArray(pixels.length);
  for (let i = 0; i < pixels.length; i++) {
    const channel = i % 4;
    if (channel === 3) {
      crop[i] = 255;
      continue;
    }
    const value = 255 * (Math.max(0, pixels[i] as number) / 255) ** gamma * (gains[channel] as number);
    crop[i] = value + (shift.noise ? shift.noise * gaussian(random) : 0);
  }
  return shift.jpeg ? options.jpeg(crop, shift.jpeg) : crop;
}

function within([least, most]: Range, random: () => number): number {
  return least + random() * (most - least);
}

/** Box–Muller. */
function gaussian(random: () => number): number {
  return Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
}

type Square = { readonly data: Float32Array; readonly side: number };

/** Each pixel is the mean of the area it covers. */
function reduced(pixels: Float32Array, side: number): Square {
  const data = new Float32Array(side * side * 4);
  const step = CROP_SIZE / side;
  const spans = Array.from({ length: side }, (_, i) => spanOf(i * step, (i + 1) * step));
  for (let y = 0; y < side; y++) {
    for (let x = 0; x < side; x++) {
      for (const [row, down] of spans[y] as Span) {
        for (const [column, across] of spans[x] as Span) {
          const weight = (down * across) / (step * step);
          for (let c = 0; c < 4; c++) {
            const to = (y * side + x) * 4 + c;
            data[to] = (data[to] as number) + weight * (pixels[(row * CROP_SIZE + column) * 4 + c] as number);
          }
        }
      }
    }
  }
  return { data, side };
}

type Span = readonly (readonly [index: number, part: number])[];

function spanOf(from: number, to: number): Span {
  const span: [number, number][] = [];
  for (let i = Math.floor(from); i < to && i < CROP_SIZE; i++) {
    span.push([i, Math.min(to, i + 1) - Math.max(from, i)]);
  }
  return span;
}

/** Bilinear, centres of pixels aligned. */
function enlarged({ data, side }: Square): Float32Array<ArrayBuffer> {
  const pixels = new Float32Array(CROP_SIZE * CROP_SIZE * 4);
  const places = Array.from({ length: CROP_SIZE }, (_, i) => {
    const at = Math.min(side - 1, Math.max(0, ((i + 0.5) * side) / CROP_SIZE - 0.5));
    const low = Math.floor(at);
    return { low, high: Math.min(side - 1, low + 1), part: at - low };
  });
  for (const [y, down] of places.entries()) {
    for (const [x, across] of places.entries()) {
      for (let c = 0; c < 4; c++) {
        const at = (row: number, column: number) => data[(row * side + column) * 4 + c] as number;
        const top = at(down.low, across.low) * (1 - across.part) + at(down.low, across.high) * across.part;
        const bottom =
          at(down.high, across.low) * (1 - across.part) + at(down.high, across.high) * across.part;
        pixels[(y * CROP_SIZE + x) * 4 + c] = top * (1 - down.part) + bottom * down.part;
      }
    }
  }
  return pixels;
}

/** The mean of so many pixels in a row. */
function smeared(pixels: Float32Array, length: number): Float32Array<ArrayBuffer> {
  const out = new Float32Array(pixels.length);
  const half = Math.floor(length / 2);
  for (let y = 0; y < CROP_SIZE; y++) {
    for (let x = 0; x < CROP_SIZE; x++) {
      for (let c = 0; c < 4; c++) {
        let sum = 0;
        for (let d = -half; d <= half; d++) {
          const column = Math.min(CROP_SIZE - 1, Math.max(0, x + d));
          sum += pixels[(y * CROP_SIZE + column) * 4 + c] as number;
        }
        out[(y * CROP_SIZE + x) * 4 + c] = sum / (2 * half + 1);
      }
    }
  }
  return out;
}

/** Another way in which a camera sees the same crop; any large odd number would do. */
const VIEW_SEED = 7_368_787;

/** The seed of one of several views of a crop; view 0 is the crop's own. */
export function seedOfView(seed: number, view: number): number {
  return (seed + view * VIEW_SEED) % 2 ** 31;
}
