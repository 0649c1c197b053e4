/** The gradients that are our own against differences of the forward pass. */
import * as tf from '@tensorflow/tfjs';
import { beforeAll, describe, expect, test } from 'vitest';
import { startWasmBackend } from '../../../../models/network/backend-node.ts';
import { depthwise, imageConvolution, pointwise, prelu } from '../../../../models/network/operations.ts';

beforeAll(startWasmBackend);

type Operation = (...inputs: tf.Tensor[]) => tf.Tensor;

/** Largest difference between gradient and central difference, relative to the largest gradient, of one input. */
function errorOf(operation: Operation, inputs: tf.Tensor[], which: number): number {
  const like = tf.tidy(() => operation(...inputs).shape);
  const weights = tf.randomNormal(like, 0, 1, 'float32', 5);
  const value = (...given: tf.Tensor[]) =>
    tf.tidy(() => tf.sum(tf.mul(operation(...given), weights)).asScalar());
  const gradient = (tf.grads(value)(inputs)[which] as tf.Tensor).dataSync();
  const at = inputs[which] as tf.Tensor;
  const values = at.dataSync();
  const step = 1e-2;
  const numeric = Array.from(values, (_, i) => {
    const moved = (by: number) => {
      const copy = Float32Array.from(values);
      copy[i] = (copy[i] as number) + by;
      return tf.tidy(
        () =>
          value(
            ...inputs.map((x, n) => (n === which ? tf.tensor(copy, at.shape) : x)),
          ).dataSync()[0] as number,
      );
    };
    return (moved(step) - moved(-step)) / (2 * step);
  });
  const largest = Math.max(...gradient.map(Math.abs));
  return Math.max(...numeric.map((value, i) => Math.abs(value - (gradient[i] as number)))) / largest;
}

const normal = (shape: number[], seed: number) => tf.randomNormal(shape, 0, 1, 'float32', seed);

describe('gradients', () => {
  const cases: [string, Operation, tf.Tensor[] | (() => tf.Tensor[]), number[]][] = [
    [
      'pointwise',
      (x, w, b) => pointwise(x as tf.Tensor4D, w as tf.Tensor4D, b as tf.Tensor1D),
      () => [normal([2, 3, 3, 4], 1), normal([1, 1, 4, 5], 2), normal([5], 3)],
      [0, 1, 2],
    ],
  ];
  for (const [kernel, stride, padding, size] of [
    [3, 1, 'same', 5],
    [3, 2, 'same', 6],
    [3, 2, 'same', 5],
    [3, 1, 'valid', 5],
    [4, 1, 'valid', 4],
  ] as const) {
    const conv = { kernel, stride, padding };
    cases.push([
      `depthwise ${kernel}×${kernel}, stride ${stride}, ${padding}, of ${size}`,
      (x, w, b) => depthwise(x as tf.Tensor4D, w as tf.Tensor4D, b as tf.Tensor1D, conv),
      () => [normal([2, size, size, 3], 1), normal([kernel, kernel, 3, 1], 2), normal([3], 3)],
      [0, 1, 2],
    ]);
  }
  for (const [stride, size] of [
    [1, 5],
    [2, 6],
  ] as const) {
    cases.push([
      `image convolution, stride ${stride}`,
      (x, w, b) =>
        imageConvolution(x as tf.Tensor4D, w as tf.Tensor4D, b as tf.Tensor1D, {
          kernel: 3,
          stride,
          padding: 'same',
        }),
      () => [normal([2, size, size, 3], 1), normal([3, 3, 3, 4], 2), normal([4], 3)],
      [1, 2],
    ]);
  }
  // Values away from 0, where there is no derivative.
  const away = () => tf.tidy(() => tf.add(normal([2, 3, 3, 4], 1).sign(), normal([2, 3, 3, 4], 2).mul(0.1)));
  cases.push([
    'PReLU',
    (x, slope) => prelu(x as tf.Tensor4D, slope as tf.Tensor1D),
    () => [away(), normal([4], 3)],
    [0, 1],
  ]);

  test.each(cases)('%s', (_, operation, inputs, checked) => {
    const made = typeof inputs === 'function' ? inputs() : inputs;
    for (const which of checked) expect(errorOf(operation, made, which)).toBeLessThan(5e-3);
  });
});
