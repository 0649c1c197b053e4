/**
 * Alignment: from five facial landmarks to the 112×112 crop that every embedder sees.
 * Pure arithmetic on our own code, so that browser, server and workers produce the same bytes.
 */

/** A position in image pixels, `[x, y]`, where an integer is the centre of a pixel. */
export type Point = readonly [x: number, y: number];

/**
 * Five landmarks in the order used everywhere (wire, database, quality): as seen in the unmirrored image,
 * so `leftEye` is the eye nearer to x = 0, which is the person's right eye.
 */
export type FivePoints = readonly [
  leftEye: Point,
  rightEye: Point,
  nose: Point,
  mouthLeft: Point,
  mouthRight: Point,
];

/** Interleaved 8-bit RGBA, row by row, `data.length === width * height * 4`. */
export type RgbaImage = {
  readonly data: Uint8ClampedArray | Uint8Array;
  readonly width: number;
  readonly height: number;
};

/** Maps source to crop pixels: `x' = a·x − b·y + tx`, `y' = b·x + a·y + ty`. */
export type Similarity = {
  readonly a: number;
  readonly b: number;
  readonly tx: number;
  readonly ty: number;
};

/** Side of the aligned crop in pixels. */
export const CROP_SIZE = 112;

/** Landmark positions in the crop: the ArcFace template (InsightFace, `arcface_dst`). */
export const TEMPLATE: FivePoints = [
  [38.2946, 51.6963],
  [73.5318, 51.5014],
  [56.0252, 71.7366],
  [41.5493, 92.3655],
  [70.7299, 92.2041],
];

/** Above this many source pixels per crop pixel a single bilinear sample would alias. */
const SUPERSAMPLE_ABOVE = 1.5;
/** Bounds the work on huge uploads; at 16×16 samples a 1,800-pixel face is still free of aliasing. */
const MAX_SUPERSAMPLE = 16;

/** Indices in the 468-point MediaPipe face mesh; an eye is the mean of its two corners. */
const MESH = { leftEye: [33, 133], rightEye: [263, 362], nose: 1, mouthLeft: 61, mouthRight: 291 } as const;
/** Human truncates mesh points to whole pixels; half a pixel restores the expected position. */
const TRUNCATION_OFFSET = 0.5;

/** The landmarks or the image cannot be aligned. */
export class AlignError extends Error {
  override readonly name = 'AlignError';
  readonly code = 'align-invalid';
}

/**
 * The five landmarks of a face mesh.
 * @param mesh at least 468 points `[x, y, …]` in image pixels, truncated to whole pixels as Human does
 * @throws AlignError when a needed point is missing
 */
export function fivePointsFromMesh(mesh: readonly (readonly number[])[]): FivePoints {
  const at = (index: number): Point => {
    const [x, y] = mesh[index] ?? [];
    if (x === undefined || y === undefined) {
      throw new AlignError(`The face mesh has no point ${index}; a 468-point mesh is needed.`);
    }
    return [x + TRUNCATION_OFFSET, y + TRUNCATION_OFFSET];
  };
  const between = ([i, j]: readonly [number, number]): Point => {
    const [p, q] = [at(i), at(j)];
    return [(p[0] + q[0]) / 2, (p[1] + q[1]) / 2];
  };
  return [
    between(MESH.leftEye),
    between(MESH.rightEye),
    at(MESH.nose),
    at(MESH.mouthLeft),
    at(MESH.mouthRight),
  ];
}

/**
 * The least-squares rotation, uniform scale and shift that takes `points` to the template
 * (Umeyama 1991, in the closed form of two dimensions without reflection).
 * @throws AlignError when a coordinate is not finite or all points coincide
 */
export function similarityToTemplate(points: FivePoints): Similarity {
  const source = centroid(points);
  const target = centroid(TEMPLATE);
  let spread = 0;
  let dot = 0;
  let cross = 0;
  for (const [i, [x, y]] of points.entries()) {
    const [u, v] = TEMPLATE[i] as Point;
    const [px, py, qx, qy] = [x - source[0], y - source[1], u - target[0], v - target[1]];
    spread += px * px + py * py;
    dot += px * qx + py * qy;
    cross += px * qy - py * qx;
  }
  const a = dot / spread;
  const b = cross / spread;
  if (!Number.isFinite(a) || !Number.isFinite(b) || a * a + b * b < 1e-12) {
    throw new AlignError('The five landmarks do not describe a face: they coincide or are not finite.');
  }
  return {
    a,
    b,
    tx: target[0] - (a * source[0] - b * source[1]),
    ty: target[1] - (b * source[0] + a * source[1]),
  };
}

/**
 * Cuts out the face, upright and scaled to the ArcFace template. Pixels outside the image are black.
 * @param image the unmirrored source image
 * @param points landmarks in pixels of that image
 * @returns RGBA of 112×112, alpha 255
 * @throws AlignError for degenerate landmarks or an image whose data does not fit its size
 */
export function alignFace({ image, points }: { image: RgbaImage; points: FivePoints }): Uint8ClampedArray {
  if (image.data.length !== image.width * image.height * 4) {
    throw new AlignError(
      `The image holds ${image.data.length} bytes; ${image.width}×${image.height} RGBA needs ${image.width * image.height * 4}.`,
    );
  }
  const { a, b, tx, ty } = similarityToTemplate(points);
  const norm = a * a + b * b;
  const pixelsPerCropPixel = 1 / Math.sqrt(norm);
  const n =
    pixelsPerCropPixel <= SUPERSAMPLE_ABOVE ? 1 : Math.min(MAX_SUPERSAMPLE, Math.ceil(pixelsPerCropPixel));

  const crop = new Uint8ClampedArray(CROP_SIZE * CROP_SIZE * 4);
  const sums = new Float64Array(3);
  for (let v = 0, out = 0; v < CROP_SIZE; v++) {
    for (let u = 0; u < CROP_SIZE; u++, out += 4) {
      sums.fill(0);
      for (let j = 0; j < n; j++) {
        const dy = v + (j + 0.5) / n - 0.5 - ty;
        for (let i = 0; i < n; i++) {
          const dx = u + (i + 0.5) / n - 0.5 - tx;
          addBilinear(sums, image, (a * dx + b * dy) / norm, (a * dy - b * dx) / norm);
        }
      }
      const samples = n * n;
      crop[out] = (sums[0] as number) / samples;
      crop[out + 1] = (sums[1] as number) / samples;
      crop[out + 2] = (sums[2] as number) / samples;
      crop[out + 3] = 255;
    }
  }
  return crop;
}

function addBilinear(sums: Float64Array, { data, width, height }: RgbaImage, x: number, y: number): void {
  const x0 = Math.floor(x);
  const y0 = Math.floor(y);
  const fx = x - x0;
  const fy = y - y0;
  for (let row = 0; row < 2; row++) {
    const yy = y0 + row;
    if (yy < 0 || yy >= height) continue;
    const wy = row === 0 ? 1 - fy : fy;
    for (let column = 0; column < 2; column++) {
      const xx = x0 + column;
      if (xx < 0 || xx >= width) continue;
      const weight = wy * (column === 0 ? 1 - fx : fx);
      const at = (yy * width + xx) * 4;
      sums[0] = (sums[0] as number) + weight * (data[at] as number);
      sums[1] = (sums[1] as number) + weight * (data[at + 1] as number);
      sums[2] = (sums[2] as number) + weight * (data[at + 2] as number);
    }
  }
}

function centroid(points: FivePoints): Point {
  let x = 0;
  let y = 0;
  for (const point of points) {
    x += point[0];
    y += point[1];
  }
  return [x / points.length, y / points.length];
}
