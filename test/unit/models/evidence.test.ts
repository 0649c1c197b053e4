import { describe, expect, test } from 'vitest';
import { cosine, normalize } from '../../../models/embedding.ts';
import { addEvidence, type Evidence, MAX_WEIGHT, RESET_COSINE } from '../../../models/evidence.ts';

const x = Float32Array.of(1, 0, 0);
const y = Float32Array.of(0, 1, 0);
/** A unit vector in the x-y plane with this cosine to x. */
const at = (c: number) => Float32Array.of(c, Math.sqrt(1 - c * c), 0);

describe('the evidence of a track', () => {
  test('begins with its first crop, weighted by quality', () => {
    const { evidence, query, reset } = addEvidence({ evidence: undefined, embedding: x, quality: 0.5 });
    expect([...evidence.sum]).toEqual([0.5, 0, 0]);
    expect(evidence.weight).toBe(0.5);
    expect([...query]).toEqual([1, 0, 0]);
    expect(reset).toBe(false);
  });

  test('searches in the direction of the quality-weighted mean, shorter the more the crops differ', () => {
    const first = addEvidence({ evidence: undefined, embedding: x, quality: 1 });
    const second = addEvidence({ evidence: first.evidence, embedding: at(0.6), quality: 0.5 });
    const mean = Float32Array.of((1 + 0.3) / 1.5, 0.4 / 1.5, 0);
    expect(cosine(normalize(second.query), normalize(mean))).toBeCloseTo(1, 6);
    expect(Math.hypot(...second.query)).toBeCloseTo(Math.sqrt(Math.hypot(...mean)), 6);
    const alike = addEvidence({ evidence: first.evidence, embedding: x, quality: 0.5 });
    expect(Math.hypot(...alike.query)).toBeCloseTo(1, 6);
    expect(second.evidence.weight).toBeCloseTo(1.5);
    expect(second.reset).toBe(false);
  });

  test('begins anew when a crop does not look like the track', () => {
    const { evidence } = addEvidence({ evidence: undefined, embedding: x, quality: 1 });
    const kept = addEvidence({ evidence, embedding: at(RESET_COSINE + 0.01), quality: 1 });
    expect(kept.reset).toBe(false);
    const { reset, ...anew } = addEvidence({ evidence, embedding: at(RESET_COSINE - 0.01), quality: 1 });
    expect(reset).toBe(true);
    expect(anew.evidence.weight).toBe(1);
    expect(anew.query).toEqual(at(RESET_COSINE - 0.01));
  });

  test('lets old crops fade: its weight stays below the cap, and a new look wins in time', () => {
    let evidence: Evidence | undefined;
    for (let i = 0; i < 100; i++) ({ evidence } = addEvidence({ evidence, embedding: x, quality: 1 }));
    expect(evidence?.weight).toBeCloseTo(MAX_WEIGHT, 5);
    const turned = at(0.5);
    for (let i = 0; i < 3 * MAX_WEIGHT; i++) {
      ({ evidence } = addEvidence({ evidence, embedding: turned, quality: 1 }));
    }
    expect(evidence?.weight).toBeCloseTo(MAX_WEIGHT, 5);
    expect(cosine(normalize(evidence?.sum as Float32Array), turned)).toBeGreaterThan(0.99);
  });

  test('counts a crop of quality 0 a little, since it may be the only one', () => {
    const { evidence, query } = addEvidence({ evidence: undefined, embedding: y, quality: 0 });
    expect(evidence.weight).toBeGreaterThan(0);
    expect(evidence.weight).toBeLessThan(0.1);
    expect([...query]).toEqual([0, 1, 0]);
  });

  test.each([
    ['of another model', { sum: new Float32Array(5).fill(1), weight: 1 }],
    ['zero', { sum: new Float32Array(3), weight: 1 }],
    ['not finite', { sum: Float32Array.of(Number.NaN, 0, 0), weight: 1 }],
    ['without weight', { sum: x, weight: 0 }],
  ])('begins anew on evidence that is %s', (_, evidence) => {
    const result = addEvidence({ evidence, embedding: x, quality: 1 });
    expect(result.reset).toBe(true);
    expect([...result.evidence.sum]).toEqual([1, 0, 0]);
  });
});
