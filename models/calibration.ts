import { cosine, meanEmbedding } from './embedding.ts';
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

type Pair = { readonly cosine: number; readonly same: boolean };

/** Logistic regression of "same person" on the cosine, by Newton's method. */
export function fitLogistic(pairs: readonly Pair[]): { slope: number; intercept: number } {
  let [slope, intercept] = [1, 0];
  for (let step = 0; step < 100; step++) {
    let [g0, g1, h00, h01, h11] = [0, 0, 1e-9, 0, 1e-9];
    for (const { cosine: x, same } of pairs) {
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

/** Accuracy with the threshold chosen on the other folds, and the equal error rate. */
export function pairAccuracy({ pairs, folds }: { pairs: readonly Pair[]; folds: number }): {
  accuracy: number;
  equalErrorRate: number;
} {
  let correct = 0;
  for (let fold = 0; fold < folds; fold++) {
    const threshold = bestThreshold(pairs.filter((_, i) => i % folds !== fold));
    const held = pairs.filter((_, i) => i % folds === fold);
    correct += held.filter((pair) => pair.cosine >= threshold === pair.same).length;
  }
  return { accuracy: correct / pairs.length, equalErrorRate: equalErrorRate(pairs) };
}

function bestThreshold(pairs: readonly Pair[]): number {
  const sorted = pairs.toSorted((a, b) => b.cosine - a.cosine);
  let correct = sorted.filter((pair) => !pair.same).length;
  let best = { correct, threshold: Number.POSITIVE_INFINITY };
  for (const [i, pair] of sorted.entries()) {
    correct += pair.same ? 1 : -1;
    const threshold = (pair.cosine + (sorted[i + 1]?.cosine ?? -1)) / 2;
    if (correct > best.correct) best = { correct, threshold };
  }
  return best.threshold;
}

function equalErrorRate(pairs: readonly Pair[]): number {
  const sorted = pairs.toSorted((a, b) => b.cosine - a.cosine);
  const same = sorted.filter((pair) => pair.same).length;
  const different = sorted.length - same;
  let [matchedSame, matchedDifferent] = [0, 0];
  for (const pair of sorted) {
    if (pair.same) matchedSame++;
    else matchedDifferent++;
    const missedSame = same - matchedSame;
    if (matchedDifferent * same >= missedSame * different) {
      return (matchedDifferent / different + missedSame / same) / 2;
    }
  }
  return 0;
}

/**
 * Open-set identification, identities disjoint: half of the people are enrolled, by the mean of `enrolled`
 * photos (or the fewer they have); those with a photo left are probes, all others are strangers.
 * @param people embeddings of each person's photos
 * @param thresholdFor the threshold whose promise is tested, by FPIR and gallery size
 * @param splits repetitions with other halves, drawn reproducibly; rates are their means
 */
export function openSet({
  people,
  enrolled,
  fpirs,
  splits,
  thresholdFor,
}: {
  people: readonly (readonly Float32Array[])[];
  enrolled: number;
  fpirs: readonly number[];
  splits: number;
  thresholdFor: (fpir: number, gallerySize: number) => number;
}) {
  const gallerySize = Math.floor(people.length / 2);
  const results = fpirs.map((fpir) => ({ fpir, tpir: 0, promisedTpir: 0, promisedFpir: 0 }));
  let probeCount = 0;
  for (let split = 0; split < splits; split++) {
    const shuffled = shuffle(people, split + 1);
    const known = shuffled.slice(0, gallerySize);
    const gallery = known.map((photos) => meanEmbedding(photos.slice(0, enrolled)));
    const probes = known.flatMap((photos, person) => {
      const probe = photos.length > enrolled ? photos.at(-1) : undefined;
      return probe ? [{ ...search(probe, gallery), person }] : [];
    });
    const strangers = shuffled
      .slice(gallerySize)
      .map((photos) => search(photos[0] as Float32Array, gallery).score)
      .sort((a, b) => b - a);
    const tpirAt = (threshold: number) =>
      probes.filter((probe) => probe.best === probe.person && probe.score >= threshold).length /
      probes.length;
    probeCount += probes.length;
    for (const result of results) {
      const promised = thresholdFor(result.fpir, gallerySize);
      result.tpir += tpirAt(strangers[Math.floor(result.fpir * strangers.length)] as number) / splits;
      result.promisedTpir += tpirAt(promised) / splits;
      result.promisedFpir +=
        strangers.filter((score) => score >= promised).length / strangers.length / splits;
    }
  }
  return { gallerySize, probes: probeCount / splits, results };
}

function search(probe: Float32Array, gallery: readonly Float32Array[]): { best: number; score: number } {
  let [best, score] = [-1, -1];
  for (const [i, template] of gallery.entries()) {
    const value = cosine(probe, template);
    if (value > score) [best, score] = [i, value];
  }
  return { best, score };
}

/** Fisher–Yates with a linear congruential generator (Numerical Recipes), so that runs can be repeated. */
function shuffle<T>(items: readonly T[], seed: number): T[] {
  const shuffled = [...items];
  let state = seed;
  for (let i = shuffled.length - 1; i > 0; i--) {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    const j = Math.floor((state / 2 ** 32) * (i + 1));
    [shuffled[i], shuffled[j]] = [shuffled[j] as T, shuffled[i] as T];
  }
  return shuffled;
}
