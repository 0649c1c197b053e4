import { describe, expect, it } from 'vitest';
import { fitLogistic, fitThresholds, openSet, pairAccuracy } from '../../../models/calibration.ts';
import { normalize } from '../../../models/embedding.ts';

/** Reproducible numbers, evenly spread over 0 to 1. */
function spread(count: number, seed = 1): number[] {
  let state = seed;
  return Array.from({ length: count }, () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return (state + 0.5) / 2 ** 32;
  });
}

describe('fitThresholds', () => {
  it('finds quantiles in the data and continues an exponential tail beyond it', () => {
    const scores = Float64Array.from(
      { length: 1_000_000 },
      (_, i) => -0.02 * Math.log((i + 0.5) / 1_000_000),
    );
    const rates = [1e-2, 1e-4, 1e-6, 1e-7];
    const rows = fitThresholds({ scores, rates });
    expect(rows.map((row) => row.extrapolated)).toEqual([false, false, true, true]);
    for (const [i, row] of rows.entries()) {
      expect(row.cosine).toBeCloseTo(-0.02 * Math.log(rates[i] as number), 2);
    }
  });

  it('refuses to fit a tail to a handful of scores', () => {
    expect(() => fitThresholds({ scores: new Float64Array(1000), rates: [1e-2] })).toThrow(RangeError);
  });
});

describe('fitLogistic', () => {
  it('recovers the curve that the labels were drawn from', () => {
    const draws = spread(40_000);
    const pairs = Array.from({ length: 20_000 }, (_, i) => {
      const cosine = draws[2 * i] as number;
      return { cosine, same: (draws[2 * i + 1] as number) < 1 / (1 + Math.exp(-(15 * cosine - 6))) };
    });
    const { slope, intercept } = fitLogistic(pairs);
    expect(slope).toBeGreaterThan(14);
    expect(slope).toBeLessThan(16);
    expect(intercept / slope).toBeCloseTo(-0.4, 2);
  });
});

describe('pairAccuracy', () => {
  it('counts what a threshold cannot separate', () => {
    const pairs = Array.from({ length: 200 }, (_, i) => ({
      same: i < 100,
      cosine: (i < 100 ? 0.7 : 0.2) + i / 1e4,
    }));
    expect(pairAccuracy({ pairs, folds: 10 })).toEqual({ accuracy: 1, equalErrorRate: 0 });
    const mislabelled = pairs.map((pair, i) => (i === 5 || i === 155 ? { ...pair, same: !pair.same } : pair));
    const { accuracy, equalErrorRate } = pairAccuracy({ pairs: mislabelled, folds: 10 });
    expect(accuracy).toBeCloseTo(0.99, 10);
    expect(equalErrorRate).toBeCloseTo(0.01, 10);
  });
});

describe('openSet', () => {
  const axis = (i: number, tilt: number) =>
    normalize(Float32Array.from({ length: 41 }, (_, k) => (k === i ? 1 : k === 40 ? tilt : 0)));

  it('names everyone and no stranger where people are far apart', () => {
    const people = Array.from({ length: 40 }, (_, i) => [axis(i, 0.1), axis(i, 0.2)]);
    const { gallerySize, probes, results } = openSet({
      people,
      enrolled: 1,
      fpirs: [0.1],
      splits: 3,
      thresholdFor: () => 0.5,
    });
    expect({ gallerySize, probes }).toEqual({ gallerySize: 20, probes: 20 });
    expect(results[0]).toMatchObject({ promisedFpir: 0 });
    expect(results[0]?.tpir).toBeCloseTo(1, 10);
    expect(results[0]?.promisedTpir).toBeCloseTo(1, 10);
  });

  it('names strangers when all look alike', () => {
    const people = Array.from({ length: 40 }, () => [axis(0, 0.1), axis(0, 0.1)]);
    const { results } = openSet({ people, enrolled: 1, fpirs: [0.1], splits: 1, thresholdFor: () => 0.5 });
    expect(results[0]?.promisedFpir).toBe(1);
  });
});
