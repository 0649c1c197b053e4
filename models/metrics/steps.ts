/** At this cosine and above: how many pairs of each kind match. */
export type Step = {
  readonly threshold: number;
  readonly matchedSame: number;
  readonly matchedDifferent: number;
};

/** Below every cosine: a face that was not found matches at no threshold. */
const NO_MATCH = -2;

/** Every distinct score as a threshold, falling; the last step matches every pair. */
export function stepsOf(pairs: readonly { readonly same: boolean; readonly score: number | null }[]): Step[] {
  const scores = Float64Array.from(pairs, ({ score }) => score ?? NO_MATCH);
  const order = Uint32Array.from(pairs.keys()).sort((a, b) => (scores[b] as number) - (scores[a] as number));
  const steps: Step[] = [];
  let [matchedSame, matchedDifferent] = [0, 0];
  for (const [i, index] of order.entries()) {
    if (pairs[index]?.same) matchedSame++;
    else matchedDifferent++;
    const threshold = scores[index] as number;
    // Ties are one step: no threshold lies between them.
    if (threshold !== scores[order[i + 1] as number]) {
      steps.push({ threshold, matchedSame, matchedDifferent });
    }
  }
  return steps;
}

/** Error rates of each step. Without pairs of a kind its rate is 0. */
export function ratesOf(steps: readonly Step[]): { threshold: number; far: number; tar: number }[] {
  const { matchedSame = 0, matchedDifferent = 0 } = steps.at(-1) ?? {};
  return steps.map((step) => ({
    threshold: step.threshold,
    far: step.matchedDifferent / Math.max(1, matchedDifferent),
    tar: step.matchedSame / Math.max(1, matchedSame),
  }));
}

/** Area under the ROC curve by trapezoids, which is the share of (same, different) in order, ties counting half. */
export function areaUnder(steps: readonly Step[]): number {
  let [area, far, tar] = [0, 0, 0];
  for (const point of ratesOf(steps)) {
    area += ((point.far - far) * (point.tar + tar)) / 2;
    ({ far, tar } = point);
  }
  return area;
}

/** Where false match and false non-match rate are equal, on the straight line between the two steps around it. */
export function equalErrorRate(steps: readonly Step[]): number {
  let before = { far: 0, missed: 1 };
  for (const { far, tar } of ratesOf(steps)) {
    const missed = 1 - tar;
    if (far >= missed) {
      const [open, closed] = [before.missed - before.far, far - missed];
      const part = open + closed > 0 ? open / (open + closed) : 0;
      return before.far + part * (far - before.far);
    }
    before = { far, missed };
  }
  return before.far;
}
