import { describe, expect, it } from 'vitest';
import {
  cosine,
  embeddingFromBytes,
  embeddingToBytes,
  meanTemplate,
} from '../../../../server/people/template.ts';
import { testEmbedding } from '../../../support/gallery.ts';

describe('meanTemplate', () => {
  it('is the direction of the weighted sum, of length one', () => {
    const template = meanTemplate([
      { embedding: Float32Array.of(1, 0), quality: 0.9 },
      { embedding: Float32Array.of(0, 1), quality: 0.3 },
    ]);
    expect(template[0]).toBeCloseTo(3 / Math.sqrt(10), 6);
    expect(template[1]).toBeCloseTo(1 / Math.sqrt(10), 6);
  });

  it('leans towards the better photo, and lets a poor one count for something', () => {
    const [good, poor] = [testEmbedding(1), testEmbedding(2)];
    const template = meanTemplate([
      { embedding: good, quality: 1 },
      { embedding: poor, quality: 0 },
    ]);
    expect(cosine(template, good)).toBeGreaterThan(0.99);
    expect(cosine(template, poor)).toBeGreaterThan(cosine(good, poor));
  });

  it('refuses no photos, and embeddings that cancel out', () => {
    expect(() => meanTemplate([])).toThrow(RangeError);
    const [a, b] = [Float32Array.of(1, 0), Float32Array.of(-1, 0)];
    expect(() => meanTemplate([a, b].map((embedding) => ({ embedding, quality: 1 })))).toThrow(RangeError);
  });
});

describe('embedding bytes', () => {
  it('survive the way there and back, at any offset', () => {
    const embedding = testEmbedding(3);
    const padded = Buffer.concat([Buffer.of(1), embeddingToBytes(embedding)]);
    expect(embeddingFromBytes(padded.subarray(1))).toEqual(embedding);
  });

  it('are refused when they are no whole number of floats', () => {
    expect(() => embeddingFromBytes(new Uint8Array(6))).toThrow(RangeError);
    expect(() => embeddingFromBytes(new Uint8Array(0))).toThrow(RangeError);
  });
});
