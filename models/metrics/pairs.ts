import { seededRandom } from './random.ts';
import {
  binomialError,
  isSupported,
  meanWithError,
  percentileInterval,
  type Rate,
  studentQuantile,
  wilson,
} from './rates.ts';
import { areaUnder, equalErrorRate, type Step, stepsOf } from './steps.ts';

/** Two photos with what is known of them. */
export type ScoredPair = {
  readonly same: boolean;
  /** Cosine; null where a face was not found: wrong at every threshold for accuracy, no match for the error rates. */
  readonly score: number | null;
  /** Of the protocol, from 0. */
  readonly fold?: number;
};

export type Confusion = {
  truePositive: number;
  falseNegative: number;
  falsePositive: number;
  trueNegative: number;
};

export type PairAccuracy = {
  /** Where the threshold of each pair came from. */
  chosenOn: 'training pairs' | 'other folds' | 'other tenths of the pairs';
  accuracy: Rate;
  accuracyStdErr: number;
  /** Cosine; the mean where each fold has its own. */
  threshold: number;
  confusion: Confusion;
  /** 2·TP / (2·TP + FP + FN). */
  f1: number;
  folds: { threshold: number; accuracy: number }[];
};

const TENTHS = 10;
const RESAMPLES = 400;

/**
 * Accuracy of "the same person from this cosine on", with the threshold chosen on other pairs: on training pairs
 * (LFW View 1), on the other folds (LFW View 2: mean and standard error over folds, interval by Student's t), or,
 * with neither, on the other tenths of the list.
 * @throws RangeError without pairs
 */
export function pairAccuracy({
  pairs,
  train,
}: {
  pairs: readonly ScoredPair[];
  train?: readonly ScoredPair[];
}): PairAccuracy {
  if (pairs.length === 0) throw new RangeError('The accuracy of no pairs is not defined.');
  const numbered = pairs.every(({ fold }) => fold !== undefined);
  const foldOf = (pair: ScoredPair, i: number) => (numbered ? (pair.fold as number) : i % TENTHS);
  const groups = train
    ? [{ held: pairs, chosenOn: train }]
    : [...new Set(pairs.map(foldOf))].map((fold) => ({
        held: pairs.filter((pair, i) => foldOf(pair, i) === fold),
        chosenOn: pairs.filter((pair, i) => foldOf(pair, i) !== fold),
      }));
  const confusion: Confusion = { truePositive: 0, falseNegative: 0, falsePositive: 0, trueNegative: 0 };
  const folds = groups.map(({ held, chosenOn }) => {
    const threshold = bestThreshold(chosenOn.length > 0 ? chosenOn : held);
    const part = confusionAt(held, threshold);
    for (const key of Object.keys(confusion) as (keyof Confusion)[]) confusion[key] += part[key];
    return { threshold, accuracy: (part.truePositive + part.trueNegative) / held.length };
  });
  const correct = confusion.truePositive + confusion.trueNegative;
  const pooled = wilson({ count: correct, of: pairs.length }) as Rate;
  const threshold = meanWithError(folds.map((fold) => fold.threshold)).mean;
  const common = { threshold, confusion, f1: f1Of(confusion), folds };
  if (train || !numbered || folds.length < 2) {
    const chosenOn = train ? 'training pairs' : 'other tenths of the pairs';
    return { chosenOn, accuracy: pooled, accuracyStdErr: binomialError(pooled), ...common };
  }
  const { mean, error } = meanWithError(folds.map((fold) => fold.accuracy));
  const half = studentQuantile(folds.length - 1) * error;
  const accuracy = { ...pooled, value: mean, low: Math.max(0, mean - half), high: Math.min(1, mean + half) };
  return { chosenOn: 'other folds', accuracy, accuracyStdErr: error, ...common };
}

/** The cosine that decides most pairs rightly, midway between two scores; the strictest of several. */
export function bestThreshold(pairs: readonly ScoredPair[]): number {
  const found = pairs.filter((pair) => pair.score !== null);
  const steps = stepsOf(found);
  const different = found.filter((pair) => !pair.same).length;
  const top = steps[0]?.threshold ?? 0;
  let best = { correct: different, threshold: top + 1e-3 };
  for (const [i, { threshold, matchedSame, matchedDifferent }] of steps.entries()) {
    const correct = matchedSame + different - matchedDifferent;
    const next = steps[i + 1]?.threshold ?? threshold - 1e-3;
    if (correct > best.correct) best = { correct, threshold: (threshold + next) / 2 };
  }
  return best.threshold;
}

/** Decisions at a threshold; a pair without a face counts as decided wrongly, whichever it is. */
export function confusionAt(pairs: readonly ScoredPair[], threshold: number): Confusion {
  const count = { truePositive: 0, falseNegative: 0, falsePositive: 0, trueNegative: 0 };
  for (const { same, score } of pairs) {
    if (same) count[score !== null && score >= threshold ? 'truePositive' : 'falseNegative']++;
    else count[score === null || score >= threshold ? 'falsePositive' : 'trueNegative']++;
  }
  return count;
}

export function f1Of({ truePositive, falseNegative, falsePositive }: Confusion): number {
  const all = 2 * truePositive + falsePositive + falseNegative;
  return all === 0 ? 0 : (2 * truePositive) / all;
}

export type TarAtFar = {
  far: number;
  /** Lowest cosine that keeps the false accept rate. */
  threshold: number;
  tar: Rate;
  /** False accepts there. */
  falseAccepts: number;
  /** Whether there are enough pairs of different people to speak of this rate (rule of 3). */
  supported: boolean;
};

/**
 * True accept rate where at most a share `far` of the different pairs is accepted. Rates are those of the whole
 * system (ISO/IEC 19795-1, generalised by failure to acquire): a face that was not found is never accepted.
 */
export function tarAtFar({ pairs, far }: { pairs: readonly ScoredPair[]; far: number }): TarAtFar | null {
  const same = pairs.filter((pair) => pair.same).length;
  const different = pairs.length - same;
  if (same === 0 || different === 0) return null;
  let best: Step = { threshold: 1, matchedSame: 0, matchedDifferent: 0 };
  for (const step of stepsOf(pairs)) if (step.matchedDifferent <= far * different) best = step;
  return {
    far,
    threshold: best.threshold,
    tar: wilson({ count: best.matchedSame, of: same }) as Rate,
    falseAccepts: best.matchedDifferent,
    supported: isSupported({ rate: far, trials: different }),
  };
}

export type Separation = {
  auc: number;
  eer: number;
  intervals: {
    auc: { low: number; high: number };
    eer: { low: number; high: number };
  };
};

/**
 * Area under the ROC curve and equal error rate, with 95 % intervals by bootstrap over pairs (percentiles of 400
 * resamples, same and different pairs each by themselves). Without any error, where resampling shows no spread, the
 * EER's upper end is Wilson's for none among the fewer kind of pairs.
 * @returns null unless there are pairs of both kinds
 */
export function separation({ pairs }: { pairs: readonly ScoredPair[] }): Separation | null {
  const same = pairs.filter((pair) => pair.same);
  const different = pairs.filter((pair) => !pair.same);
  if (same.length === 0 || different.length === 0) return null;
  const random = seededRandom(1);
  const draw = (from: readonly ScoredPair[]) =>
    from.map(() => from[Math.floor(random() * from.length)] as ScoredPair);
  const [aucs, eers]: [number[], number[]] = [[], []];
  for (let i = 0; i < RESAMPLES; i++) {
    const drawn = [...draw(same), ...draw(different)];
    const steps = stepsOf(drawn);
    aucs.push(areaUnder(steps));
    eers.push(equalErrorRate(steps));
  }
  const steps = stepsOf(pairs);
  const eer = equalErrorRate(steps);
  const none = wilson({ count: 0, of: Math.min(same.length, different.length) }) as Rate;
  return {
    auc: areaUnder(steps),
    eer,
    intervals: {
      auc: percentileInterval(aucs),
      eer: eer === 0 ? { low: 0, high: none.high } : percentileInterval(eers),
    },
  };
}

/**
 * The 95 % interval of F1 by bootstrap over pairs: same and different pairs that were decided rightly are drawn again.
 * Without any error, where resampling shows no spread, the lower end is Wilson's for the share of right decisions.
 */
export function f1Interval(confusion: Confusion): { low: number; high: number } {
  const { truePositive, falseNegative, falsePositive, trueNegative } = confusion;
  const [same, different] = [truePositive + falseNegative, falsePositive + trueNegative];
  if (falseNegative + falsePositive === 0) {
    return { low: wilson({ count: same + different, of: same + different })?.low ?? 0, high: 1 };
  }
  const random = seededRandom(2);
  const hits = (count: number, of: number) => {
    let drawn = 0;
    for (let i = 0; i < of; i++) if (random() * of < count) drawn++;
    return drawn;
  };
  return percentileInterval(
    Array.from({ length: RESAMPLES }, () => {
      const right = hits(truePositive, same);
      const wrong = hits(falsePositive, different);
      const drawn = { truePositive: right, falseNegative: same - right, falsePositive: wrong };
      return f1Of({ ...drawn, trueNegative: different - wrong });
    }),
  );
}
