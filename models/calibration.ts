import type { Threshold } from './manifest.schema.ts';

/** A rate counts as measured when at least so many scores lie above its threshold. */
const LEAST_SCORES_ABOVE = 30;
/** Share of the highest scores to which the tail is fitted. */
const TAIL = 1e-4;

/**
 * Cosine thresholds for false match rates, from the scores of comparisons between different people.
 * Beyond the data, an exponential tail is fitted to the highest scores (generalised Pareto, shape 0, by its
 * mean excess): cosines are bounded, so their true tail is shorter and the threshold errs to the strict side.
 * @param rates falling
 * @throws RangeError with too few scores to fit a tail
 */
export function fitThresholds({
  scores,
  rates,
}: {
  scores: Float64Array;
  rates: readonly number[];
}): Threshold[] {
  const sorted = scores.toSorted().reverse();
  const tailCount = Math.floor(sorted.length * TAIL);
  if (tailCount < LEAST_SCORES_ABOVE) {
    throw new RangeError(`${sorted.length} scores are too few: ${LEAST_SCORES_ABOVE / TAIL} are needed.`);
  }
  const start = sorted[tailCount] as number;
  const excess = sorted.subarray(0, tailCount).reduce((sum, score) => sum + score - start, 0) / tailCount;
  return rates.map((fmr) => {
    const above = Math.floor(sorted.length * fmr);
    return above >= LEAST_SCORES_ABOVE
      ? { fmr, cosine: sorted[above] as number, extrapolated: false }
      : { fmr, cosine: start + excess * Math.log(TAIL / fmr), extrapolated: true };
  });
}

/** Logistic regression of "same person" on the score, by Newton's method. */
export function fitLogistic(pairs: readonly { readonly score: number; readonly same: boolean }[]): {
  slope: number;
  intercept: number;
} {
  let [slope, intercept] = [1, 0];
  for (let step = 0; step < 100; step++) {
    let [g0, g1, h00, h01, h11] = [0, 0, 1e-9, 0, 1e-9];
    for (const { score: x, same } of pairs) {
      const p = 1 / (1 + Math.exp(-(slope * x + intercept)));
      const [error, weight] = [(same ? 1 : 0) - p, p * (1 - p)];
      g0 += error;
      g1 += error * x;
      h00 += weight;
      h01 += weight * x;
      h11 += weight * x * x;
    }
    const determinant = h00 * h11 - h01 * h01;
    const [stepIntercept, stepSlope] = [
      (h11 * g0 - h01 * g1) / determinant,
      (h00 * g1 - h01 * g0) / determinant,
    ];
    intercept += stepIntercept;
    slope += stepSlope;
    if (Math.abs(stepIntercept) + Math.abs(stepSlope) < 1e-9) break;
  }
  return { slope, intercept };
}
