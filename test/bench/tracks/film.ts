import { readFile } from 'node:fs/promises';
import sharp, { type Sharp } from 'sharp';
import type { RgbaImage } from '../../../models/align.ts';

/** What a camera may meet; each is a film of one photograph. */
export const SCENES = ['steady', 'walking in', 'dim', 'shaky'] as const;
export type Scene = (typeof SCENES)[number];

/** How a frame differs from the photograph. */
type Shot = {
  /** Size of the face against the photograph's. */
  scale: number;
  /** Radians. */
  angle: number;
  /** Pixels. */
  dx: number;
  dy: number;
  /** Light against the photograph's. */
  gain: number;
  /** Standard deviation of the sensor's noise, of 255. */
  noise: number;
  /** Standard deviation of the blur, pixels. */
  blur: number;
};

/**
 * Frames of a face that moves a little in front of a camera: shifted, scaled, tilted, brighter and darker, with noise.
 * `walking in` comes near from too far away, `dim` is too dark in part of the frames, `shaky` is blurred in some.
 * @param options.random uniform, 0 to 1
 */
export async function filmPhoto(options: {
  path: string;
  scene: Scene;
  frames: number;
  random: () => number;
}): Promise<RgbaImage[]> {
  const { path, scene, frames, random } = options;
  const photo = await rawOf(sharp(await readFile(path)));
  const film: RgbaImage[] = [];
  for (let i = 0; i < frames; i++) {
    const shot = shotOf(scene, frames === 1 ? 1 : i / (frames - 1), random);
    film.push(await take(photo, shot, random));
  }
  return film;
}

function shotOf(scene: Scene, part: number, random: () => number): Shot {
  const about = (middle: number, spread: number) => middle + (2 * random() - 1) * spread;
  const shot: Shot = {
    scale: about(1, 0.06),
    angle: about(0, 0.09),
    dx: about(0, 8),
    dy: about(0, 8),
    gain: about(1, 0.12),
    noise: 3,
    blur: 0,
  };
  if (scene === 'walking in') shot.scale *= 0.2 + 0.8 * part;
  if (scene === 'dim') Object.assign(shot, { gain: about(0.3, 0.25), noise: 8 });
  if (scene === 'shaky' && random() < 0.6) shot.blur = about(3, 2);
  return shot;
}

async function take(photo: RgbaImage, shot: Shot, random: () => number): Promise<RgbaImage> {
  const { width, height } = photo;
  // A smaller face is seen through fewer pixels: what they cannot hold is taken away before they are sampled.
  const blur = Math.max(shot.blur, shot.scale < 0.9 ? 0.45 / shot.scale : 0);
  const source = blur > 0.3 ? await rawOf(toSharp(photo).blur(blur)) : photo;
  const data = new Uint8ClampedArray(width * height * 4);
  const [cos, sin] = [Math.cos(shot.angle) / shot.scale, Math.sin(shot.angle) / shot.scale];
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const [u, v] = [x - width / 2 - shot.dx, y - height / 2 - shot.dy];
      const from = sample(source, cos * u - sin * v + width / 2, sin * u + cos * v + height / 2);
      const at = (y * width + x) * 4;
      for (let c = 0; c < 3; c++) {
        data[at + c] = (from[c] as number) * shot.gain + shot.noise * gaussian(random);
      }
      data[at + 3] = 255;
    }
  }
  return { data, width, height };
}

/** Bilinear; beyond the edge, what is at the edge. */
function sample({ data, width, height }: RgbaImage, x: number, y: number): [number, number, number] {
  const left = Math.min(width - 2, Math.max(0, Math.floor(x)));
  const top = Math.min(height - 2, Math.max(0, Math.floor(y)));
  const [right, below] = [Math.min(1, Math.max(0, x - left)), Math.min(1, Math.max(0, y - top))];
  const at = (top * width + left) * 4;
  const of = (c: number) => {
    const upper = (data[at + c] as number) * (1 - right) + (data[at + 4 + c] as number) * right;
    const row = at + width * 4;
    const lower = (data[row + c] as number) * (1 - right) + (data[row + 4 + c] as number) * right;
    return upper * (1 - below) + lower * below;
  };
  return [of(0), of(1), of(2)];
}

/** Sum of four uniform numbers, scaled to a standard deviation of 1: near enough to a sensor's noise. */
function gaussian(random: () => number): number {
  return (random() + random() + random() + random() - 2) * Math.sqrt(3);
}

function toSharp({ data, width, height }: RgbaImage): Sharp {
  return sharp(data, { raw: { width, height, channels: 4 } });
}

async function rawOf(image: Sharp): Promise<RgbaImage> {
  const { data, info } = await image.ensureAlpha().raw().toBuffer({ resolveWithObject: true });
  return { data, width: info.width, height: info.height };
}
