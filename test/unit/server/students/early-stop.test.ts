import { expect, test } from 'vitest';
import { isPastItsBest } from '../../../../server/students/early-stop.ts';

/** Rounds with such accuracies, each beside the best before it. */
const rounds = (...tpirs: number[]) => {
  let best = 0.5;
  return tpirs.map((meanTpir) => {
    const serving = best;
    best = Math.max(best, meanTpir);
    const of = (mean: number) => ({ rank1: 0, tpirAtFpir: 0, meanTpir: mean });
    return { accuracy: of(meanTpir), serving: of(serving) };
  });
};

test('three worse rounds in a row are enough, whatever came before', () => {
  expect(isPastItsBest(rounds(0.6, 0.7, 0.65, 0.69, 0.6))).toBe(true);
  expect(isPastItsBest(rounds(0.4, 0.3, 0.2))).toBe(true);
});

test('two worse rounds, or one that does as well as the best, are not', () => {
  expect(isPastItsBest([])).toBe(false);
  expect(isPastItsBest(rounds(0.4, 0.3))).toBe(false);
  expect(isPastItsBest(rounds(0.6, 0.55, 0.5, 0.61, 0.6))).toBe(false);
  expect(isPastItsBest(rounds(0.6, 0.55, 0.5, 0.6))).toBe(false);
  expect(isPastItsBest(rounds(0.6, 0.6, 0.6, 0.6))).toBe(false);
});
