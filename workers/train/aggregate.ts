/**
 * What the workers of a round learnt, made into one step. One in four may be wrong in any way: a delta that is too
 * long is shortened, one that points elsewhere than the others is left out whole, and in every coordinate the extremes
 * are left out (Yin et al. 2018, trimmed mean) for as many as could still be wrong. The step is taken by Nesterov's
 * momentum, as in DiLoCo (Douillard et al. 2023).
 */

import { normOf, type Values } from '../../models/training/delta.ts';

/** Times the median length: longer deltas are shortened to this. */
const NORM_BOUND = 1.5;
/** Of the deltas, may be wrong: so many are left out whole, or else at either end of every coordinate. */
const WRONG = 0.25;
/**
 * Times the median agreement with the others: a delta below points elsewhere. Noise agrees with nobody; of honest deltas
 * one of forty agreed by less than half the median.
 */
const AGREEMENT = 0.25;

export type OuterOptions = { readonly learningRate: number; readonly momentum: number };
/** Less momentum than the 0.9 of DiLoCo (there with 0.7), which is for many more rounds; not tuned. */
export const OUTER: OuterOptions = { learningRate: 1, momentum: 0.3 };

/**
 * @param options.deltas what each worker learnt: its weights minus those of the round's beginning
 * @param options.velocity of the earlier rounds; absent in the first
 * @returns what to add to the weights, the velocity for the next round, and the places of those left out whole
 * @throws RangeError without deltas
 */
export function outerStep(options: {
  deltas: readonly Values[];
  velocity: Values | undefined;
  outer?: OuterOptions;
}): { step: Map<string, Float32Array>; velocity: Map<string, Float32Array>; strays: number[] } {
  const { learningRate, momentum } = options.outer ?? OUTER;
  const bounded = boundNorms(options.deltas);
  const most = Math.floor(WRONG * bounded.length);
  const strays = straysAmong(bounded, most);
  const mean = trimmedMean(
    bounded.filter((_, i) => !strays.includes(i)),
    most - strays.length,
  );
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
  return { step, velocity, strays };
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

/**
 * Those whose direction agrees least with the others': by the cosine with the sum of all others, far below the median.
 * @param most that are found
 * @returns their places
 */
export function straysAmong(deltas: readonly Values[], most: number): number[] {
  if (most === 0) return [];
  const products = deltas.map((one) => deltas.map((other) => dot(one, other)));
  const sumOf = (values: readonly number[], without: number) =>
    values.reduce((sum, value, i) => (i === without ? sum : sum + value), 0);
  const agreement = products.map((row, i) => {
    const squares = sumOf(
      products.map((other) => sumOf(other, i)),
      i,
    );
    return sumOf(row, i) / (Math.sqrt((row[i] as number) * squares) || 1);
  });
  const least = AGREEMENT * median(agreement);
  return [...agreement.entries()]
    .filter(([, value]) => value < least)
    .sort(([, a], [, b]) => a - b)
    .slice(0, most)
    .map(([i]) => i);
}

function dot(a: Values, b: Values): number {
  let sum = 0;
  for (const [name, data] of a) {
    const other = b.get(name) as Float32Array;
    for (let i = 0; i < data.length; i++) sum += (data[i] as number) * (other[i] as number);
  }
  return sum;
}

/**
 * In every coordinate, the mean without the `trim` least and the `trim` largest values.
 * @throws RangeError without deltas
 */
export function trimmedMean(deltas: readonly Values[], trim: number): Map<string, Float32Array> {
  const [first] = deltas;
  if (!first) throw new RangeError('There is nothing to aggregate: no delta is valid.');
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
