import { describe, expect, test } from 'vitest';
import { seededRandom } from '../../../../models/metrics/random.ts';
import { normOf, type Values } from '../../../../models/training/delta.ts';
import { boundNorms, outerStep, straysAmong, trimmedMean } from '../../../../workers/train/aggregate.ts';

const SIZE = 400;
/** Deltas that agree in what is true and differ by noise. */
function honest(count: number): Values[] {
  const random = seededRandom(11);
  const truth = Float32Array.from({ length: SIZE }, () => random() - 0.5);
  return Array.from(
    { length: count },
    () => new Map([['w', truth.map((value) => value + 0.2 * (random() - 0.5))]]),
  );
}
const w = (values: Values) => values.get('w') as Float32Array;
const distance = (a: Float32Array, b: Float32Array) =>
  Math.sqrt(a.reduce((sum, value, i) => sum + (value - (b[i] as number)) ** 2, 0));

describe('aggregation', () => {
  test('is the plain mean of few', () => {
    const deltas = [new Map([['w', Float32Array.of(1, 2)]]), new Map([['w', Float32Array.of(3, 6)]])];
    expect([...w(trimmedMean(deltas, 0))]).toEqual([2, 4]);
  });

  test('leaves out the extremes of each coordinate', () => {
    const rows = [
      [-100, 1],
      [1, 2],
      [2, 3],
      [3, 100],
    ];
    const deltas = rows.map((row) => new Map([['w', Float32Array.from(row)]]));
    expect([...w(trimmedMean(deltas, 1))]).toEqual([1.5, 2.5]);
  });

  test.each([
    ['noise', (_: number, random: () => number) => 4 * (random() - 0.5)],
    ['gradients times −50', (value: number) => -50 * value],
    ['gradients times 1000', (value: number) => 1000 * value],
    ['zeros', () => 0],
  ])('one of five that sends %s moves the result by little', (_, poison) => {
    const deltas = honest(5);
    const clean = w(outerStep({ deltas, velocity: undefined }).step);
    const random = seededRandom(5);
    const bad = new Map([['w', w(deltas[2] as Values).map((value) => poison(value, random))]]);
    const poisoned = w(outerStep({ deltas: deltas.with(2, bad), velocity: undefined }).step);
    expect(distance(clean, poisoned) / distance(clean, new Float32Array(SIZE))).toBeLessThan(0.12);
  });

  test('finds who points elsewhere, and nobody where all agree', () => {
    const deltas = honest(5);
    const random = seededRandom(5);
    const noise = new Map([['w', w(deltas[2] as Values).map(() => random() - 0.5)]]);
    const against = new Map([['w', w(deltas[2] as Values).map((value) => -value)]]);
    expect(straysAmong(deltas, 1)).toEqual([]);
    expect(straysAmong(deltas.with(2, noise), 1)).toEqual([2]);
    expect(straysAmong(deltas.with(2, against), 1)).toEqual([2]);
    expect(straysAmong(deltas.with(2, noise).with(4, against), 1)).toEqual([4]);
    expect(straysAmong(deltas.with(2, noise), 0)).toEqual([]);
  });

  test('shortens what is far longer than the others', () => {
    const deltas = honest(3);
    const long = new Map([['w', w(deltas[0] as Values).map((value) => 100 * value)]]);
    const bounded = boundNorms([long, ...deltas.slice(1)]);
    expect(normOf(bounded[0] as Values)).toBeCloseTo(1.5 * Math.max(...deltas.slice(1).map(normOf)), 1);
  });

  test('gathers momentum as Nesterov does', () => {
    const deltas = [new Map([['w', Float32Array.of(1)]])];
    const outer = { learningRate: 0.5, momentum: 0.5 };
    const first = outerStep({ deltas, velocity: undefined, outer });
    expect(w(first.step)[0]).toBeCloseTo(0.5 * (0.5 * 1 + 1));
    const second = outerStep({ deltas, velocity: first.velocity, outer });
    expect(w(second.velocity)[0]).toBeCloseTo(1.5);
    expect(w(second.step)[0]).toBeCloseTo(0.5 * (0.5 * 1.5 + 1));
  });

  test('has nothing to make of nothing', () => {
    expect(() => trimmedMean([], 0)).toThrow('no delta is valid');
  });
});
