/**
 * What the workers of a round learnt, made into one step. One in four may be wrong in any way: a delta that is too
 * long is shortened, and in every coordinate the extremes are left out (Yin et al. 2018, trimmed mean). The step is
 * taken by Nesterov's momentum, as in DiLoCo (Douillard et al. 2023).
 */

import { normOf, type Values } from '../../models/training/delta.ts';

/** Times the median length: longer deltas are shortened to this. */
const NORM_BOUND = 1.5;
/** Of the deltas, left out at either end of every coordinate. */
const TRIMMED = 0.25;

export type OuterOptions = { readonly learningRate: number; readonly momentum: number };
/** Less momentum than the 0.9 of DiLoCo (there with 0.7), which is for many more rounds; not tuned. */
export const OUTER: OuterOptions = { learningRate: 1, momentum: 0.3 };

/**
 * @param options.deltas what each worker learnt: its weights minus those of the round's beginning
 * @param options.velocity of the earlier rounds; absent in the first
 * @returns what to add to the weights, and the velocity for the next round
 * @throws RangeError without deltas
 */
export function outerStep(options: {
  deltas: readonly Values[];
  velocity: Values | undefined;
  outer?: OuterOptions;
}): { step: Map<string, Float32Array>; velocity: Map<string, Float32Array> } {
  const { learningRate, momentum } = options.outer ?? OUTER;
  const mean = trimmedMean(boundNorms(options.deltas));
  const velocity = new Map<string, Float32Array>();
  const step = new Map<string, Float32Array>();
  for (const [name, average] of mean) {
    const before = options.velocity?.get(name);
    const next = average.map((value, i) => value + momentum * (before?.[i] ?? 0));
    velocity.set(name, next);
    step.set(
      name,
      next.map((value, i) => learningRate * (momentum * value + (average[i] as number))),
    );
  }
  return { step, velocity };
}

/** Deltas longer than {@link NORM_BOUND} medians shortened to that. */
export function boundNorms(deltas: readonly Values[]): Values[] {
  const norms = deltas.map(normOf);
  const most = NORM_BOUND * median(norms);
  return deltas.map((delta, i) => {
    const factor = Math.min(1, most / ((norms[i] as number) || 1));
    return factor === 1
      ? delta
      : new Map([...delta].map(([name, data]) => [name, data.map((value) => value * factor)]));
  });
}

/** In every coordinate, the mean without the least and the largest values. @throws RangeError without deltas */
export function trimmedMean(deltas: readonly Values[]): Map<string, Float32Array> {
  const [first] = deltas;
  if (!first) throw new RangeError('There is nothing to aggregate: no delta is valid.');
  const trim = Math.floor(TRIMMED * deltas.length);
  const kept = deltas.length - 2 * trim;
  const mean = new Map<string, Float32Array>();
  const column = new Float64Array(deltas.length);
  for (const [name, { length }] of first) {
    const rows = deltas.map((delta) => delta.get(name) as Float32Array);
    const out = new Float32Array(length);
    for (let i = 0; i < length; i++) {
      for (const [n, row] of rows.entries()) column[n] = row[i] as number;
      if (trim > 0) column.sort();
      let sum = 0;
      for (let n = trim; n < trim + kept; n++) sum += column[n] as number;
      out[i] = sum / kept;
    }
    mean.set(name, out);
  }
  return mean;
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  const upper = sorted[middle] as number;
  return sorted.length % 2 ? upper : (upper + (sorted[middle - 1] as number)) / 2;
}
