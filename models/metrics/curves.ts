import { confusionAt, f1Of, type ScoredPair } from './pairs.ts';
import { ratesOf, stepsOf } from './steps.ts';

/** Points of one curve; bounded, so that a page and a file stay small. */
const MOST_POINTS = 300;
const BIN = 0.02;
const GRID = 0.01;

export type PairCurves = {
  /** ROC and DET: false match rate against true match rate; the false non-match rate is 1 − tar. */
  roc: { threshold: number; far: number; tar: number }[];
  precisionRecall: { threshold: number; precision: number; recall: number }[];
  /** Pairs in bins of the cosine. */
  histogram: { from: number; width: number; same: number[]; different: number[] };
  /** Accuracy and F1 against the threshold. */
  thresholds: { threshold: number; accuracy: number; f1: number }[];
};

/** What the plots of a list of pairs show. */
export function pairCurves(pairs: readonly ScoredPair[]): PairCurves {
  const steps = stepsOf(pairs);
  const grid = gridOver(pairs);
  return {
    roc: thin(corners(ratesOf(steps))),
    precisionRecall: thin(
      steps.map(({ threshold, matchedSame, matchedDifferent }) => ({
        threshold,
        precision: matchedSame / (matchedSame + matchedDifferent),
        recall: matchedSame / Math.max(1, steps.at(-1)?.matchedSame ?? 1),
      })),
    ),
    histogram: histogramOf(pairs),
    thresholds: grid.map((threshold) => {
      const confusion = confusionAt(pairs, threshold);
      const correct = confusion.truePositive + confusion.trueNegative;
      return { threshold, accuracy: correct / Math.max(1, pairs.length), f1: f1Of(confusion) };
    }),
  };
}

function histogramOf(pairs: readonly ScoredPair[]): PairCurves['histogram'] {
  const scored = pairs.filter((pair): pair is ScoredPair & { score: number } => pair.score !== null);
  const bins = scored.map(({ score }) => Math.floor(score / BIN + 1e-9));
  const first = bins.reduce((least, bin) => Math.min(least, bin), 0);
  const last = bins.reduce((most, bin) => Math.max(most, bin), 0);
  const count = (same: boolean) => {
    const counts = new Array<number>(last - first + 1).fill(0);
    for (const [i, pair] of scored.entries()) {
      const bin = (bins[i] as number) - first;
      if (pair.same === same) counts[bin] = (counts[bin] as number) + 1;
    }
    return counts;
  };
  return { from: round(first * BIN), width: BIN, same: count(true), different: count(false) };
}

function gridOver(pairs: readonly ScoredPair[]): number[] {
  const least = pairs.reduce((low, { score }) => Math.min(low, score ?? low), 0);
  const first = Math.floor(least / GRID);
  return Array.from({ length: Math.round(1 / GRID) - first + 1 }, (_, i) => round((first + i) * GRID));
}

/** Without the points on a straight run of the staircase, which change no line. */
function corners(points: PairCurves['roc']): PairCurves['roc'] {
  return points.filter((point, i) => {
    const [before, after] = [points[i - 1], points[i + 1]];
    if (!before || !after) return true;
    const upright = before.far === point.far && point.far === after.far;
    return !upright && !(before.tar === point.tar && point.tar === after.tar);
  });
}

/** Ends and evenly many between. */
function thin<T>(points: readonly T[]): T[] {
  const most = MOST_POINTS;
  if (points.length <= most) return [...points];
  return Array.from(
    { length: most },
    (_, i) => points[Math.round((i * (points.length - 1)) / (most - 1))] as T,
  );
}

function round(value: number): number {
  return Math.round(value * 1e6) / 1e6;
}
