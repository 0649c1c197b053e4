import { CROP_SIZE, type FivePoints, type Point } from './align.ts';

/** Why a face is not worth recognising, in the order in which it is decided. */
export const REFUSALS = ['too-small', 'turned-away', 'too-dark', 'too-bright', 'blurred'] as const;
export type Refusal = (typeof REFUSALS)[number];

/** What can be said about a face before it is embedded. */
export type Quality = {
  /** Overall fitness for recognition, 0 to 1; 0 at or beyond a refusal's threshold. */
  readonly score: number;
  /** Distance between the eyes in pixels of the source image. */
  readonly interEyePx: number;
  /** Variance of the Laplacian for the face's brightness, `v / (v + SHARPNESS_HALF)`, 0 to 1. */
  readonly sharpness: number;
  /** Mean luma of the face, 0 black to 1 white. */
  readonly brightness: number;
  /** Horizontal asymmetry: 0 frontal, ±1 when the nose tip stands over an eye; positive towards x. */
  readonly yaw: number;
  /** Vertical asymmetry: 0 frontal, −1 when the nose tip stands on the eye line, 1 near the mouth line. */
  readonly pitch: number;
  readonly refusal?: Refusal;
};

/**
 * One table for every limit. `refuse` is where a face is turned down, `full` where the component no longer
 * lowers the score. Measured on pairs of LFW photos, one of them degraded (median genuine cosine 0.75 before):
 * `full` is where that is still 0.73, `refuse` about where it falls below 0.6, and fewer than 0.5 % of the
 * photos as they are get refused.
 */
export const QUALITY_LIMITS = {
  interEyePx: { refuse: 12, full: 28 },
  sharpness: { refuse: 0.045, full: 0.2 },
  dark: { refuse: 0.06, full: 0.2 },
  bright: { refuse: 0.93, full: 0.8 },
  yaw: { refuse: 2.2, full: 1 },
  pitch: { refuse: 1, full: 0.5 },
} as const;

/** Variance of the Laplacian, at a mean luma of 128, that gives a sharpness of one half. */
const SHARPNESS_HALF = 150;

/** The face within the crop; hair, background and black borders say nothing about the photo of the face. */
const FACE = { left: 24, right: 88, top: 34, bottom: 104 } as const;

/**
 * Judges an aligned face.
 * @param crop RGBA of 112×112 from `alignFace`
 * @param points the landmarks in pixels of the source image
 */
export function assessQuality({
  crop,
  points,
}: {
  crop: Uint8ClampedArray | Uint8Array;
  points: FivePoints;
}): Quality {
  const luma = lumaOf(crop);
  const mean = meanLuma(luma);
  const brightness = mean / 255;
  // Relative to the light: a dim photo of a sharp face is dark, not blurred.
  const variance = laplacianVariance(luma) * (128 / Math.max(mean, 1)) ** 2;
  const sharpness = variance / (variance + SHARPNESS_HALF);
  const { interEyePx, yaw, pitch } = poseOf(points);

  const components = componentsOf({ interEyePx, sharpness, brightness, yaw, pitch });
  const score = REFUSALS.reduce((product, name) => product * components[name], 1);
  const refusal = REFUSALS.find((name) => components[name] <= 0);
  return { score, interEyePx, sharpness, brightness, yaw, pitch, ...(refusal ? { refusal } : {}) };
}

/** What a quality is made of. */
export type QualityMeasures = Pick<Quality, 'interEyePx' | 'sharpness' | 'brightness' | 'yaw' | 'pitch'>;

/** What lowers the score most; undefined where nothing lowers it. */
export function weaknessOf(measures: QualityMeasures): Refusal | undefined {
  const components = componentsOf(measures);
  const [worst] = [...REFUSALS].sort((a, b) => components[a] - components[b]);
  return worst && components[worst] < 1 ? worst : undefined;
}

/** A factor of the score for each thing that can be wrong: 1 is faultless, 0 a refusal. */
function componentsOf(measures: QualityMeasures): Record<Refusal, number> {
  const { interEyePx, sharpness, brightness, yaw, pitch } = measures;
  const { interEyePx: size, sharpness: sharp, dark, bright, yaw: turn, pitch: nod } = QUALITY_LIMITS;
  return {
    'too-small': ramp(interEyePx, size),
    'turned-away': Math.min(ramp(Math.abs(yaw), turn), ramp(Math.abs(pitch), nod)),
    'too-dark': ramp(brightness, dark),
    'too-bright': ramp(brightness, bright),
    blurred: ramp(sharpness, sharp),
  };
}

/**
 * Distance of the eyes and head pose from five landmarks alone, free of in-plane rotation.
 * @throws nothing; coinciding eyes give `interEyePx` 0 and the largest asymmetry
 */
export function poseOf(points: FivePoints): Pick<Quality, 'interEyePx' | 'yaw' | 'pitch'> {
  const [leftEye, rightEye, nose, mouthLeft, mouthRight] = points;
  const axis: Point = [rightEye[0] - leftEye[0], rightEye[1] - leftEye[1]];
  const interEyePx = Math.sqrt(axis[0] * axis[0] + axis[1] * axis[1]);
  if (interEyePx === 0) return { interEyePx, yaw: 1, pitch: 1 };

  const across: Point = [axis[0] / interEyePx, axis[1] / interEyePx];
  const eyes = middle(leftEye, rightEye);
  const mouth = middle(mouthLeft, mouthRight);
  const along = (p: Point): number => (p[0] - eyes[0]) * across[0] + (p[1] - eyes[1]) * across[1];
  const below = (p: Point): number => (p[1] - eyes[1]) * across[0] - (p[0] - eyes[0]) * across[1];

  const yaw = (2 * along(nose)) / interEyePx;
  const height = below(mouth);
  const pitch = height <= 0 ? 1 : 2 * (below(nose) / height - FRONTAL_NOSE_HEIGHT);
  return { interEyePx, yaw, pitch };
}

function middle(p: Point, q: Point): Point {
  return [(p[0] + q[0]) / 2, (p[1] + q[1]) / 2];
}

/** How far down from the eyes to the mouth the mesh sees the nose tip of a level face: the median over LFW. */
const FRONTAL_NOSE_HEIGHT = 0.6;

/** BT.601 luma, 0 to 255. */
function lumaOf(crop: Uint8ClampedArray | Uint8Array): Float32Array {
  const luma = new Float32Array(CROP_SIZE * CROP_SIZE);
  for (let i = 0, at = 0; i < luma.length; i++, at += 4) {
    luma[i] =
      0.299 * (crop[at] as number) + 0.587 * (crop[at + 1] as number) + 0.114 * (crop[at + 2] as number);
  }
  return luma;
}

function meanLuma(luma: Float32Array): number {
  let sum = 0;
  for (let y = FACE.top; y < FACE.bottom; y++) {
    for (let x = FACE.left; x < FACE.right; x++) sum += luma[y * CROP_SIZE + x] as number;
  }
  return sum / ((FACE.bottom - FACE.top) * (FACE.right - FACE.left));
}

/** Variance of the 4-neighbour Laplacian over the face (Pech-Pacheco et al. 2000). */
function laplacianVariance(luma: Float32Array): number {
  let sum = 0;
  let squares = 0;
  for (let y = FACE.top; y < FACE.bottom; y++) {
    for (let x = FACE.left; x < FACE.right; x++) {
      const at = y * CROP_SIZE + x;
      const value =
        (luma[at - 1] as number) +
        (luma[at + 1] as number) +
        (luma[at - CROP_SIZE] as number) +
        (luma[at + CROP_SIZE] as number) -
        4 * (luma[at] as number);
      sum += value;
      squares += value * value;
    }
  }
  const count = (FACE.bottom - FACE.top) * (FACE.right - FACE.left);
  const mean = sum / count;
  return squares / count - mean * mean;
}

/** 0 at `refuse` and beyond, 1 at `full` and beyond, straight in between; works in either direction. */
function ramp(value: number, { refuse, full }: { refuse: number; full: number }): number {
  return Math.min(1, Math.max(0, (value - refuse) / (full - refuse)));
}
