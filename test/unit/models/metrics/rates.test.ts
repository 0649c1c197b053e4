import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { seededRandom, shuffle } from '../../../../models/metrics/random.ts';
import {
  isSupported,
  meanWithError,
  percentileInterval,
  studentQuantile,
  wilson,
} from '../../../../models/metrics/rates.ts';

describe('intervals', () => {
  it('are Wilson’s for shares', () => {
    // Newcombe 1998, table I: 81 of 263 gives 0.2553 to 0.3662; 0 of 20 gives 0 to 0.1611.
    const known = wilson({ count: 81, of: 263 });
    expect(known?.low).toBeCloseTo(0.2553, 4);
    expect(known?.high).toBeCloseTo(0.3662, 4);
    expect(wilson({ count: 0, of: 20 })?.high).toBeCloseTo(0.1611, 4);
    expect(wilson({ count: 0, of: 0 })).toBeNull();
  });

  it('hold the share, within 0 and 1', () => {
    fc.assert(
      fc.property(fc.nat(500), fc.nat(500), (a, b) => {
        const rate = wilson({ count: Math.min(a, b), of: Math.max(a, b, 1) });
        if (!rate) throw new Error('no rate');
        expect(rate.low).toBeGreaterThanOrEqual(0);
        expect(rate.low).toBeLessThanOrEqual(rate.value);
        expect(rate.high).toBeGreaterThanOrEqual(rate.value);
        expect(rate.high).toBeLessThanOrEqual(1);
      }),
    );
  });

  it('of folds are by Student’s t with the sample deviation', () => {
    expect(meanWithError([1, 2, 3, 4])).toEqual({ mean: 2.5, error: Math.sqrt(5 / 3 / 4) });
    expect(meanWithError([0.5])).toEqual({ mean: 0.5, error: 0 });
    expect(studentQuantile(9)).toBeCloseTo(2.262, 2);
    expect(studentQuantile(1000)).toBeCloseTo(1.962, 3);
  });

  it('of resamples are their outer fortieths', () => {
    const values = Array.from({ length: 401 }, (_, i) => 400 - i);
    expect(percentileInterval(values)).toEqual({ low: 10, high: 390 });
  });

  it('know the rule of 3', () => {
    expect(isSupported({ rate: 0.01, trials: 300 })).toBe(true);
    expect(isSupported({ rate: 0.01, trials: 299 })).toBe(false);
  });
});

describe('shuffling', () => {
  it('keeps every item, and repeats itself by the seed', () => {
    const items = Array.from({ length: 50 }, (_, i) => i);
    const [a, b, c] = [7, 7, 8].map((seed) => shuffle(items, seededRandom(seed)));
    expect(a).toEqual(b);
    expect(a).not.toEqual(c);
    expect(a?.toSorted((x, y) => x - y)).toEqual(items);
  });
});
