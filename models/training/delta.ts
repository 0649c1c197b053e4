/** What was learnt since a checkpoint: how long it may be. */
import type { Tensors } from './checkpoint.ts';
import { LEARNING_RATE } from './trainer.ts';

/** Values by parameter. */
export type Values = ReadonlyMap<string, Float32Array>;

/**
 * Adam moves a number by about the learning rate in a step, whatever the gradient. With what error feedback adds,
 * an honest delta is never longer.
 * @param steps that it was learnt in
 */
export function longestDelta(delta: Values, steps: number): number {
  const numbers = [...delta.values()].reduce((sum, { length }) => sum + length, 0);
  return 2 * LEARNING_RATE * steps * Math.sqrt(numbers);
}

/** Euclidean length over all parameters. */
export function normOf(delta: Values): number {
  let squares = 0;
  for (const data of delta.values()) for (const value of data) squares += value * value;
  return Math.sqrt(squares);
}

/**
 * The weights that a step leads to: rounded to float32 once for each number, so that everybody comes to the same ones,
 * and to the same id.
 */
export function plus(weights: Tensors, step: Tensors): Tensors {
  return new Map(
    [...weights].map(([name, { dims, data }]) => {
      const more = step.get(name)?.data;
      return [name, { dims, data: data.map((value, i) => value + (more?.[i] ?? 0)) }];
    }),
  );
}
