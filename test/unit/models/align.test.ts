import { describe, expect, it } from 'vitest';
import {
  AlignError,
  alignFace,
  CROP_SIZE,
  type FivePoints,
  fivePointsFromMesh,
  type Point,
  type RgbaImage,
  similarityToTemplate,
  TEMPLATE,
} from '../../../models/align.ts';

/** The template seen through a similarity: rotated by `angle`, scaled, shifted. */
function placed({ angle = 0, scale = 1, dx = 0, dy = 0 }): FivePoints {
  const [cos, sin] = [Math.cos(angle) * scale, Math.sin(angle) * scale];
  const at = ([x, y]: Point): Point => [cos * x - sin * y + dx, sin * x + cos * y + dy];
  return [at(TEMPLATE[0]), at(TEMPLATE[1]), at(TEMPLATE[2]), at(TEMPLATE[3]), at(TEMPLATE[4])];
}

function painted(width: number, height: number, colour: (x: number, y: number) => number): RgbaImage {
  const data = new Uint8ClampedArray(width * height * 4);
  for (let i = 0; i < width * height; i++) {
    data.fill(colour(i % width, Math.floor(i / width)), i * 4, i * 4 + 3);
    data[i * 4 + 3] = 255;
  }
  return { data, width, height };
}

describe('similarityToTemplate', () => {
  it('inverts rotation, scale and shift', () => {
    const { a, b, tx, ty } = similarityToTemplate(placed({ angle: 0.4, scale: 3, dx: 200, dy: -40 }));
    expect(Math.sqrt(a * a + b * b)).toBeCloseTo(1 / 3, 10);
    expect(Math.atan2(b, a)).toBeCloseTo(-0.4, 10);
    const [x, y] = placed({ angle: 0.4, scale: 3, dx: 200, dy: -40 })[2];
    expect(a * x - b * y + tx).toBeCloseTo(TEMPLATE[2][0], 9);
    expect(b * x + a * y + ty).toBeCloseTo(TEMPLATE[2][1], 9);
  });

  it('refuses landmarks that coincide or are not finite', () => {
    const same: Point = [10, 10];
    expect(() => similarityToTemplate([same, same, same, same, same])).toThrow(AlignError);
    expect(() => similarityToTemplate([[Number.NaN, 0], same, [3, 4], same, same])).toThrow(AlignError);
  });
});

describe('alignFace', () => {
  it('copies an already aligned image unchanged', () => {
    const image = painted(CROP_SIZE, CROP_SIZE, (x, y) => (x * 7 + y * 13) % 256);
    expect(alignFace({ image, points: TEMPLATE })).toEqual(image.data);
  });

  it('brings a marked landmark of a rotated, scaled face to its template position', () => {
    const points = placed({ angle: -0.3, scale: 1.4, dx: 90, dy: 60 });
    const [mx, my] = points[4];
    const image = painted(320, 320, (x, y) => 255 * Math.exp(-((x - mx) ** 2 + (y - my) ** 2) / 8));
    const crop = alignFace({ image, points });
    let [sx, sy, sum] = [0, 0, 0];
    for (let i = 0; i < CROP_SIZE * CROP_SIZE; i++) {
      const weight = crop[i * 4] as number;
      sx += weight * (i % CROP_SIZE);
      sy += weight * Math.floor(i / CROP_SIZE);
      sum += weight;
    }
    expect(sx / sum).toBeCloseTo(TEMPLATE[4][0], 1);
    expect(sy / sum).toBeCloseTo(TEMPLATE[4][1], 1);
  });

  it('averages the fine pattern of a large face instead of aliasing', () => {
    const image = painted(900, 900, (x, y) => ((x + y) % 2) * 255);
    const crop = alignFace({ image, points: placed({ scale: 7.3 }) });
    for (let y = 10; y < 100; y++) {
      for (let x = 10; x < 100; x++)
        expect(Math.abs((crop[(y * CROP_SIZE + x) * 4] as number) - 127.5)).toBeLessThan(12);
    }
  });

  it('leaves black where the face reaches beyond the image', () => {
    const image = painted(112, 112, () => 200);
    const crop = alignFace({ image, points: placed({ dx: -40 }) });
    expect([...crop.subarray(0, 4)]).toEqual([0, 0, 0, 255]);
    expect(crop[(50 * CROP_SIZE + 100) * 4]).toBe(200);
  });

  it('refuses an image whose bytes do not fit its size', () => {
    expect(() =>
      alignFace({ image: { data: new Uint8Array(5), width: 2, height: 2 }, points: TEMPLATE }),
    ).toThrow(/needs 16/);
  });
});

describe('fivePointsFromMesh', () => {
  it('takes eye corners, nose tip and mouth corners, half a pixel added', () => {
    const mesh = Array.from({ length: 468 }, (_, i) => [i, 2 * i, 0]);
    expect(fivePointsFromMesh(mesh)).toEqual([
      [83.5, 166.5],
      [313, 625.5],
      [1.5, 2.5],
      [61.5, 122.5],
      [291.5, 582.5],
    ]);
  });

  it('refuses a shorter list of points', () => {
    expect(() => fivePointsFromMesh([[1, 2]])).toThrow(AlignError);
  });
});
