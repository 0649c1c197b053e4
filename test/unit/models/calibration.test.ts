import { describe, expect, it } from 'vitest';
import { fitLogistic, fitThresholds } from '../../../models/calibration.ts';

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
      const score = draws[2 * i] as number;
      return { score, same: (draws[2 * i + 1] as number) < 1 / (1 + Math.exp(-(15 * score - 6))) };
    });
    const { slope, intercept } = fitLogistic(pairs);
    expect(slope).toBeGreaterThan(14);
    expect(slope).toBeLessThan(16);
    expect(intercept / slope).toBeCloseTo(-0.4, 2);
  });
});
