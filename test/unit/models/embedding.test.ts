import { describe, expect, it } from 'vitest';
import { CROP_SIZE } from '../../../models/align.ts';
import {
  cosine,
  cropsToInput,
  meanEmbedding,
  normalize,
  splitEmbeddings,
} from '../../../models/embedding.ts';
import type { ModelInput } from '../../../models/manifest.schema.ts';

const input: ModelInput = {
  name: 'input',
  shape: ['N', 3, 112, 112],
  layout: 'NCHW',
  colour: 'rgb',
  mean: [127.5, 100, 0],
  std: [128, 10, 1],
};
const plane = CROP_SIZE * CROP_SIZE;

/** Each pixel says where it is: red its column, green its row, blue 7. */
const crop = Uint8ClampedArray.from({ length: plane * 4 }, (_, i) => {
  const pixel = Math.floor(i / 4);
  return [pixel % CROP_SIZE, Math.floor(pixel / CROP_SIZE), 7, 255][i % 4] as number;
});

describe('cropsToInput', () => {
  it('writes one normalised plane per channel', () => {
    const tensor = cropsToInput({ crops: [crop, crop], input });
    const at = 30 * CROP_SIZE + 50;
    expect(tensor.length).toBe(2 * 3 * plane);
    for (const start of [0, 3 * plane]) {
      expect(tensor[start + at]).toBeCloseTo((50 - 127.5) / 128, 6);
      expect(tensor[start + plane + at]).toBeCloseTo((30 - 100) / 10, 6);
      expect(tensor[start + 2 * plane + at]).toBe(7);
    }
  });

  it('mirrors left to right on request', () => {
    const tensor = cropsToInput({ crops: [crop], input, flip: true });
    expect(tensor[30 * CROP_SIZE + 50]).toBeCloseTo((61 - 127.5) / 128, 6);
    expect(tensor[plane + 30 * CROP_SIZE + 50]).toBeCloseTo((30 - 100) / 10, 6);
  });

  it('exchanges red and blue for models that want BGR', () => {
    const tensor = cropsToInput({ crops: [crop], input: { ...input, colour: 'bgr' } });
    expect(tensor[50]).toBeCloseTo((7 - 127.5) / 128, 6);
    expect(tensor[2 * plane + 50]).toBe(50);
  });

  it('refuses a crop of another size', () => {
    expect(() => cropsToInput({ crops: [new Uint8Array(12)], input })).toThrow(RangeError);
  });
});

describe('embeddings', () => {
  it('are split from a batch and brought to length 1', () => {
    const [a, b] = splitEmbeddings({ output: Float32Array.of(3, 4, 0, -2), size: 2 });
    expect([...(a as Float32Array)]).toEqual([Math.fround(0.6), Math.fround(0.8)]);
    expect([...(b as Float32Array)]).toEqual([0, -1]);
  });

  it.each([[[0, 0]], [[Number.NaN, 1]], [[Number.POSITIVE_INFINITY, 1]]])(
    'refuses the vector %s',
    (vector) => {
      expect(() => normalize(vector)).toThrow(RangeError);
    },
  );

  it('average to the direction between them, by weight', () => {
    const [x, y] = [Float32Array.of(1, 0), Float32Array.of(0, 1)];
    expect(cosine(meanEmbedding([x, y]), x)).toBeCloseTo(Math.SQRT1_2, 6);
    expect(cosine(meanEmbedding([x, y], [3, 0]), x)).toBeCloseTo(1, 6);
    expect(() => meanEmbedding([])).toThrow(RangeError);
    expect(() => meanEmbedding([x, Float32Array.of(-1, 0)])).toThrow(RangeError);
  });
});
