import { describe, expect, it } from 'vitest';
import type { RgbaImage } from '../../../models/align.ts';
import { cropSquare, decodeCandidates, suppressOverlaps } from '../../../models/detect/blazeface.ts';
import { padToSquare } from '../../../models/detect/frame.ts';
import { cropAndResize, resizeBilinear, rotate } from '../../../models/detect/resample.ts';

const raw = { scale: 1, offset: 0 };

/** Red holds the column, green the row. */
function coordinates(width: number, height: number): RgbaImage {
  const data = new Uint8ClampedArray(width * height * 4);
  for (let i = 0; i < width * height; i++) data.set([i % width, Math.floor(i / width), 0, 255], i * 4);
  return { data, width, height };
}

describe('resampling in TensorFlow’s conventions', () => {
  it('resizes from the first pixel on, without half-pixel centres', () => {
    const planes = resizeBilinear({ image: coordinates(4, 4), size: 8, normalisation: raw });
    expect([...planes.subarray(0, 8)]).toEqual([0, 0.5, 1, 1.5, 2, 2.5, 3, 3]);
    expect(planes[64 + 8]).toBe(0.5);
  });

  it('spreads a crop over the pixel centres and leaves what lies outside black', () => {
    const box = { left: -5, top: 0, right: 10, bottom: 10 };
    const planes = cropAndResize({ image: coordinates(10, 10), box, size: 4, normalisation: raw });
    expect(planes[0]).toBe(0);
    expect(planes[1]).toBe(0);
    expect(planes[2]).toBeCloseTo(4.5, 5);
    expect(planes[3]).toBeCloseTo(9, 5);
  });

  it('rotates clockwise positions onto upright ones', () => {
    const image = coordinates(11, 11);
    const region = { left: 0, top: 0, right: 11, bottom: 11 };
    const { data } = rotate({ image, angle: Math.PI / 2, centre: [5, 5], region });
    const pixel = (x: number, y: number) => [data[(y * 11 + x) * 4], data[(y * 11 + x) * 4 + 1]];
    expect(pixel(5, 5)).toEqual([5, 5]);
    expect(pixel(5, 2)).toEqual([8, 5]);
  });

  it('pads below or beside the image and returns square images as they are', () => {
    const padded = padToSquare(coordinates(3, 2));
    expect([padded.width, padded.height, padded.data.length]).toEqual([3, 3, 36]);
    expect([...padded.data.subarray(20, 28)]).toEqual([2, 1, 0, 255, 0, 0, 0, 0]);
    const square = coordinates(3, 3);
    expect(padToSquare(square)).toBe(square);
  });
});

describe('BlazeFace decoding', () => {
  const empty = () => ({ boxes: new Float32Array(896 * 16), logits: new Float32Array(896).fill(-20) });

  it('places a box around its anchor and reads the tilt from mouth to nose', () => {
    const { boxes, logits } = empty();
    // Anchor 34 is the second of cell (1, 1) of the 16-pixel grid with centre (24, 24): 2 · 17 = 34.
    logits[34] = 3;
    boxes.set([4, -2, 20, 30], 34 * 16);
    boxes.set([5, 0, 0, 0], 34 * 16 + 8);
    const [candidate, ...others] = decodeCandidates({ boxes, logits, minScore: 0.3 });
    expect(others).toEqual([]);
    expect(candidate).toMatchObject({ left: 18, top: 7, right: 38, bottom: 37 });
    expect(candidate?.score).toBeCloseTo(0.9526, 4);
    expect(candidate?.tilt).toBeCloseTo(Math.PI / 2, 6);
  });

  it('ends with the grid of 32-pixel cells', () => {
    const { boxes, logits } = empty();
    logits[895] = 1;
    const [candidate] = decodeCandidates({ boxes, logits, minScore: 0.3 });
    expect(candidate).toMatchObject({ left: 240, right: 240, top: 240, bottom: 240 });
  });

  it('keeps the best of overlapping candidates, up to the limit', () => {
    const box = (left: number, score: number) => ({
      left,
      top: 0,
      right: left + 10,
      bottom: 10,
      score,
      tilt: 0,
    });
    const candidates = [box(1, 0.5), box(0, 0.9), box(30, 0.7), box(60, 0.6)];
    expect(suppressOverlaps({ candidates, maxOverlap: 0.1, maxCount: 2 }).map((c) => c.score)).toEqual([
      0.9, 0.7,
    ]);
  });

  it('squares and enlarges the box in whole pixels of the frame', () => {
    const candidate = { left: 100, top: 100, right: 120, bottom: 140 };
    expect(cropSquare({ candidate, side: 512, enlarge: 1.5 })).toEqual({
      left: 160,
      top: 180,
      right: 280,
      bottom: 300,
    });
  });
});
