import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { pairCurves } from '../../../../models/metrics/curves.ts';
import {
  bestThreshold,
  confusionAt,
  f1Interval,
  f1Of,
  pairAccuracy,
  type ScoredPair,
  separation,
  tarAtFar,
} from '../../../../models/metrics/pairs.ts';
import { areaUnder, equalErrorRate, stepsOf } from '../../../../models/metrics/steps.ts';

const pair = (same: boolean, score: number | null): ScoredPair => ({ same, score });
const pairs = (same: readonly (number | null)[], different: readonly (number | null)[]) => [
  ...same.map((score) => pair(true, score)),
  ...different.map((score) => pair(false, score)),
];
const score = fc.oneof(
  fc.constant(null),
  fc.integer({ min: -20, max: 20 }).map((n) => n / 20),
);
const someOf = fc.array(score, { minLength: 1, maxLength: 12 });

describe('ROC', () => {
  it('has the area that hand counting gives: 7 of 9 couples in order', () => {
    const steps = stepsOf(pairs([0.9, 0.6, 0.4], [0.7, 0.3, 0.1]));
    expect(areaUnder(steps)).toBeCloseTo(7 / 9, 12);
    expect(equalErrorRate(steps)).toBeCloseTo(1 / 3, 12);
  });

  it('counts a tie as half, and a face that was not found as no match', () => {
    expect(areaUnder(stepsOf(pairs([0.5], [0.5])))).toBe(0.5);
    expect(areaUnder(stepsOf(pairs([null, 0.9], [0.1])))).toBe(0.5);
    expect(areaUnder(stepsOf(pairs([0.9], [null])))).toBe(1);
    expect(equalErrorRate(stepsOf(pairs([0.9, 0.8], [0.1, 0.2])))).toBe(0);
  });

  it('has as area the share of couples in order, and an EER between 0 and 1, whatever the scores', () => {
    fc.assert(
      fc.property(someOf, someOf, (same, different) => {
        const steps = stepsOf(pairs(same, different));
        const value = (one: number | null) => one ?? -2;
        const wins = same.flatMap((a) => different.map((b) => (Math.sign(value(a) - value(b)) + 1) / 2));
        expect(areaUnder(steps)).toBeCloseTo(wins.reduce((sum, win) => sum + win, 0) / wins.length, 9);
        const eer = equalErrorRate(steps);
        expect(eer).toBeGreaterThanOrEqual(0);
        expect(eer).toBeLessThanOrEqual(1);
      }),
    );
  });
});

describe('accuracy', () => {
  it('takes the threshold of the training pairs, and the binomial error', () => {
    const train = pairs([0.8, 0.6], [0.4, 0.2]);
    const test = pairs([0.9, 0.55, 0.3], [0.1, 0.2, 0.52]);
    const result = pairAccuracy({ pairs: test, train });
    expect(result.threshold).toBeCloseTo(0.5, 12);
    expect(result.confusion).toEqual({
      truePositive: 2,
      falseNegative: 1,
      falsePositive: 1,
      trueNegative: 2,
    });
    expect(result.accuracy.value).toBeCloseTo(4 / 6, 12);
    expect(result.accuracyStdErr).toBeCloseTo(Math.sqrt((4 / 6) * (2 / 6) * (1 / 6)), 12);
    expect(result.f1).toBeCloseTo(4 / 6, 12);
    expect(result.chosenOn).toBe('training pairs');
  });

  it('takes each fold’s threshold from the other folds, never from itself', () => {
    // Alone, fold 1 would choose a threshold of 0.15 and be all right; the others say 0.5.
    const easy = (fold: number) => pairs([0.9, 0.8], [0.2, 0.1]).map((one) => ({ ...one, fold }));
    const odd = pairs([0.2, 0.2], [0.1, 0.1]).map((one) => ({ ...one, fold: 1 }));
    const result = pairAccuracy({ pairs: [...easy(0), ...odd, ...easy(2)] });
    expect(result.chosenOn).toBe('other folds');
    expect(result.folds[1]).toEqual({ threshold: 0.5, accuracy: 0.5 });
    const [a, b, c] = result.folds.map(({ accuracy }) => accuracy) as [number, number, number];
    const mean = (a + b + c) / 3;
    const deviation = Math.sqrt(((a - mean) ** 2 + (b - mean) ** 2 + (c - mean) ** 2) / 2);
    expect(result.accuracy.value).toBeCloseTo(mean, 12);
    expect(result.accuracyStdErr).toBeCloseTo(deviation / Math.sqrt(3), 12);
  });

  it('counts a pair without a face as wrong, of either kind', () => {
    const confusion = confusionAt(pairs([0.9, null], [0.1, null]), 0.5);
    expect(confusion).toEqual({ truePositive: 1, falseNegative: 1, falsePositive: 1, trueNegative: 1 });
    expect(f1Of(confusion)).toBe(0.5);
    const { accuracy } = pairAccuracy({ pairs: pairs([null], [null]), train: pairs([0.9], [0.1]) });
    expect(accuracy.value).toBe(0);
  });

  it('separates what can be separated, and errs on what is mislabelled', () => {
    const clean = Array.from({ length: 200 }, (_, i) => pair(i < 100, (i < 100 ? 0.7 : 0.2) + i / 1e4));
    expect(pairAccuracy({ pairs: clean }).accuracy.value).toBe(1);
    const wrong = clean.map((one, i) => (i === 5 || i === 155 ? { ...one, same: !one.same } : one));
    expect(pairAccuracy({ pairs: wrong }).accuracy.value).toBeCloseTo(0.99, 10);
    expect(separation({ pairs: wrong })?.eer).toBeCloseTo(0.01, 10);
  });

  it('gives intervals that hold the figure, and admit that no error among few proves nothing', () => {
    const wrong = { truePositive: 95, falseNegative: 5, falsePositive: 3, trueNegative: 97 };
    const { low, high } = f1Interval(wrong);
    expect(low).toBeLessThan(f1Of(wrong));
    expect(high).toBeGreaterThan(f1Of(wrong));
    expect(high - low).toBeLessThan(0.1);
    expect(
      f1Interval({ truePositive: 10, falseNegative: 0, falsePositive: 0, trueNegative: 10 }).low,
    ).toBeLessThan(0.9);
    const few = separation({ pairs: pairs([0.9, 0.8], [0.1, 0.2]) });
    expect(few).toMatchObject({ auc: 1, eer: 0 });
    expect(few?.intervals.eer.high).toBeGreaterThan(0.5);
  });

  it('finds no threshold that decides fewer rightly than another', () => {
    fc.assert(
      fc.property(someOf, someOf, fc.integer({ min: -20, max: 21 }), (same, different, n) => {
        const all = pairs(same, different);
        const correct = (threshold: number) => {
          const { truePositive, trueNegative } = confusionAt(all, threshold);
          return truePositive + trueNegative;
        };
        expect(correct(bestThreshold(all))).toBeGreaterThanOrEqual(correct(n / 20 - 1e-4));
      }),
    );
  });
});

describe('TAR at FAR', () => {
  const different = Array.from({ length: 1000 }, (_, i) => i / 2000);
  it('takes the loosest threshold that keeps the rate, and says what few pairs cannot support', () => {
    const all = pairs([0.9, 0.4975, 0.4], different);
    const at = tarAtFar({ pairs: all, far: 0.01 });
    expect(at).toMatchObject({ falseAccepts: 10, supported: true });
    expect(at?.tar).toMatchObject({ count: 2, of: 3 });
    expect(tarAtFar({ pairs: all, far: 0.001 })).toMatchObject({ falseAccepts: 1, supported: false });
    expect(tarAtFar({ pairs: pairs([0.5], []), far: 0.01 })).toBeNull();
  });

  it('accepts nobody where even the highest score is a stranger’s', () => {
    expect(tarAtFar({ pairs: pairs([0.5], [0.9]), far: 0.01 })?.tar.value).toBe(0);
  });
});

describe('curves', () => {
  it('hold every pair in the histogram, and both ends of the ROC', () => {
    const all = pairs([0.9, 0.6, 0.4, null], [0.7, 0.3, -0.1]);
    const { histogram, roc, precisionRecall, thresholds } = pairCurves(all);
    expect(histogram.same.reduce((sum, count) => sum + count, 0)).toBe(3);
    expect(histogram.different.reduce((sum, count) => sum + count, 0)).toBe(3);
    expect(histogram.same[Math.round((0.9 - histogram.from) / histogram.width)]).toBe(1);
    expect(roc.at(0)).toEqual({ threshold: 0.9, far: 0, tar: 0.25 });
    expect(roc.at(-1)).toMatchObject({ far: 1, tar: 1 });
    expect(precisionRecall[0]).toEqual({ threshold: 0.9, precision: 1, recall: 0.25 });
    expect(thresholds.find(({ threshold }) => threshold === 0.5)?.accuracy).toBeCloseTo(4 / 7, 12);
  });

  it('stay bounded', () => {
    const many = Array.from({ length: 5000 }, (_, i) => pair(i % 2 === 0, Math.sin(i)));
    const { roc, precisionRecall } = pairCurves(many);
    expect(roc.length).toBeLessThanOrEqual(300);
    expect(precisionRecall.length).toBeLessThanOrEqual(300);
  });
});
