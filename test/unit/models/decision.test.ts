import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fmrFor, fnmrAt, sameProbability, thresholdFor, thresholdForFmr } from '../../../models/decision.ts';

const manifestEntry = {
  thresholds: [
    { fmr: 1e-2, cosine: 0.3, extrapolated: false },
    { fmr: 1e-4, cosine: 0.5, extrapolated: false },
    { fmr: 1e-6, cosine: 0.6, extrapolated: true },
  ],
};

describe('fmrFor', () => {
  it('is the FPIR itself for one comparison and about FPIR / N for many', () => {
    expect(fmrFor({ fpir: 0.01, gallerySize: 1 })).toBeCloseTo(0.01, 12);
    expect(fmrFor({ fpir: 0.01, gallerySize: 1000 }) / 1.0050285e-5).toBeCloseTo(1, 5);
    expect(fmrFor({ fpir: 0.003, gallerySize: 1e9 })).toBeGreaterThan(2.9e-12);
  });

  it('takes an empty gallery as one person', () => {
    expect(fmrFor({ fpir: 0.01, gallerySize: 0 })).toBeCloseTo(0.01, 12);
  });

  it.each([0, 1, -0.1, Number.NaN])('refuses an FPIR of %s', (fpir) => {
    expect(() => fmrFor({ fpir, gallerySize: 10 })).toThrow(RangeError);
  });
});

describe('thresholdForFmr', () => {
  it('interpolates over the logarithm of the rate', () => {
    expect(thresholdForFmr({ manifestEntry, fmr: 1e-3 })).toBeCloseTo(0.4, 12);
    expect(thresholdForFmr({ manifestEntry, fmr: 1e-5 })).toBeCloseTo(0.55, 12);
    expect(thresholdForFmr({ manifestEntry, fmr: 1e-4 })).toBe(0.5);
  });

  it('does not go beyond the ends of the table', () => {
    expect(thresholdForFmr({ manifestEntry, fmr: 0.5 })).toBe(0.3);
    expect(thresholdForFmr({ manifestEntry, fmr: 1e-12 })).toBe(0.6);
  });
});

describe('thresholdFor', () => {
  it('never falls when the gallery grows or the promise gets stricter', () => {
    const fpir = fc.double({ min: 1e-6, max: 0.5, noNaN: true });
    const size = fc.integer({ min: 1, max: 10_000_000 });
    fc.assert(
      fc.property(fpir, fpir, size, size, (p, q, m, n) => {
        const strict = { fpir: Math.min(p, q), gallerySize: Math.max(m, n) };
        const loose = { fpir: Math.max(p, q), gallerySize: Math.min(m, n) };
        return thresholdFor({ manifestEntry, ...strict }) >= thresholdFor({ manifestEntry, ...loose });
      }),
    );
  });
});

describe('sameProbability', () => {
  it('is one half where the logistic curve crosses and rises with the cosine', () => {
    const entry = { verification: { slope: 20, intercept: -8 } };
    expect(sameProbability({ manifestEntry: entry, cosine: 0.4 })).toBeCloseTo(0.5, 12);
    expect(sameProbability({ manifestEntry: entry, cosine: 0.6 })).toBeCloseTo(0.982, 3);
    expect(sameProbability({ manifestEntry: entry, cosine: -1 })).toBeLessThan(1e-9);
  });
});

describe('fnmrAt', () => {
  const thresholds = [
    { fmr: 1e-2, cosine: 0.3, extrapolated: false, fnmr: 0.01 },
    { fmr: 1e-4, cosine: 0.5, extrapolated: false, fnmr: 0.1 },
  ];

  it('is the row’s at a row, between them in between, and the nearest row’s beyond', () => {
    const at = (cosine: number) => fnmrAt({ manifestEntry: { thresholds }, cosine });
    expect(at(0.3)).toBe(0.01);
    expect(at(0.5)).toBeCloseTo(0.1, 12);
    expect(at(0.4)).toBeGreaterThan(0.01);
    expect(at(0.4)).toBeLessThan(0.1);
    expect(at(0.1)).toBe(0.01);
    expect(at(0.9)).toBe(0.1);
  });

  it('is not known for a table without such rates', () => {
    expect(fnmrAt({ manifestEntry, cosine: 0.4 })).toBeUndefined();
  });
});
