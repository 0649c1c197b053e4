/**
 * The operations of an embedder with gradients of our own, written with forward kernels and matrix products only:
 * TensorFlow.js's wasm backend has no gradients of convolutions, and its matrix product with a transposed operand
 * misses its fast path. So one code trains on every backend. Activations are NHWC.
 */
import * as tf from '@tensorflow/tfjs';
import type { Padding } from './graph.ts';

type Conv = { readonly kernel: number; readonly stride: number; readonly padding: Padding };

/** `x · w + b` in each pixel. @param w `[1, 1, in, out]` @param b `[out]` */
export function pointwise(x: tf.Tensor4D, w: tf.Tensor4D, b: tf.Tensor1D): tf.Tensor4D {
  const [count, height, width, channels] = x.shape;
  const outputs = w.shape[3];
  const forward = (): tf.Tensor => {
    const rows = x.reshape<tf.Tensor2D>([-1, channels]);
    const product = tf.matMul(rows, w.reshape<tf.Tensor2D>([channels, outputs]));
    return tf.add(product, b).reshape([count, height, width, outputs]);
  };
  const backward = (dy: tf.Tensor4D, [x, w]: readonly tf.Tensor[]) => {
    const rows = dy.reshape<tf.Tensor2D>([-1, outputs]);
    const back = matrixOf(w, channels, outputs).transpose<tf.Tensor2D>();
    const input = matrixOf(x, -1, channels).transpose<tf.Tensor2D>();
    return [
      tf.matMul(rows, back).reshape([count, height, width, channels]),
      tf.matMul(input, rows).reshape([1, 1, channels, outputs]),
      tf.sum(rows, 0),
    ];
  };
  return withGradient({ inputs: [x, w, b], forward, backward });
}

/** A filter for each channel. @param w `[k, k, channels, 1]` @param b `[channels]` */
export function depthwise(x: tf.Tensor4D, w: tf.Tensor4D, b: tf.Tensor1D, conv: Conv): tf.Tensor4D {
  const { kernel, stride, padding } = conv;
  const [count, height, width, channels] = x.shape;
  const whole = padding === 'valid' && height === kernel && width === kernel;
  const forward = () => tf.add(tf.depthwiseConv2d(x, w, stride, padding), b);
  const backward = (dy: tf.Tensor4D, saved: readonly tf.Tensor[]) => {
    const [x, w] = saved as [tf.Tensor4D, tf.Tensor4D];
    const bias = tf.sum(dy.reshape([-1, channels]), 0);
    if (whole) {
      const input = tf.mul(dy, w.reshape([1, kernel, kernel, channels]));
      return [input, tf.sum(tf.mul(x, dy).reshape([count, -1]), 0).reshape(w.shape), bias];
    }
    return [depthwiseInputGradient(x, w, dy, conv), depthwiseFilterGradient(x, w, dy, conv), bias];
  };
  return withGradient({ inputs: [x, w, b], forward, backward });
}

/**
 * A convolution of an image: no gradient flows into `x`, which nothing that learns stands before.
 * @param w `[k, k, in, out]` @param b `[out]`
 */
export function imageConvolution(x: tf.Tensor4D, w: tf.Tensor4D, b: tf.Tensor1D, conv: Conv): tf.Tensor4D {
  const [, , channels, outputs] = w.shape;
  const forward = () => tf.add(tf.conv2d(x, w, conv.stride, conv.padding), b);
  const backward = (dy: tf.Tensor4D, saved: readonly tf.Tensor[]) => {
    const rows = dy.reshape<tf.Tensor2D>([-1, outputs]);
    const taps = tapsOf(saved[0] as tf.Tensor4D, dy, conv).map((tap) =>
      tf.matMul(matrixOf(tap, -1, channels).transpose<tf.Tensor2D>(), rows),
    );
    return [tf.zerosLike(x), tf.stack(taps).reshape(w.shape), tf.sum(rows, 0)];
  };
  return withGradient({ inputs: [x, w, b], forward, backward });
}

/** `x > 0 ? x : slope · x`. @param slope `[channels]` */
export function prelu(x: tf.Tensor4D, slope: tf.Tensor1D): tf.Tensor4D {
  const backward = (dy: tf.Tensor4D, saved: readonly tf.Tensor[]) => {
    const [x, slope] = saved as [tf.Tensor4D, tf.Tensor1D];
    const below = tf.mul(dy, tf.sub(x, tf.relu(x)));
    const positive = tf.step(x);
    const factor = tf.add(positive, tf.mul(tf.sub(1, positive), slope));
    return [tf.mul(dy, factor), tf.sum(below.reshape([-1, slope.shape[0]]), 0)];
  };
  return withGradient({ inputs: [x, slope], forward: () => tf.prelu<tf.Tensor>(x, slope), backward });
}

/** @param options.backward the gradients of the inputs; its second argument are the inputs, kept for it */
function withGradient(options: {
  inputs: readonly tf.Tensor[];
  forward: () => tf.Tensor;
  backward: (dy: tf.Tensor4D, inputs: readonly tf.Tensor[]) => tf.Tensor[];
}): tf.Tensor4D {
  const { inputs, forward, backward } = options;
  const operation = tf.customGrad((...given) => {
    (given.at(-1) as tf.GradSaveFunc)([...inputs]);
    return { value: forward() as tf.Tensor4D, gradFunc: backward };
  });
  return operation(...inputs);
}

function matrixOf(x: tf.Tensor | undefined, rows: number, columns: number): tf.Tensor2D {
  return (x as tf.Tensor).reshape([rows, columns]);
}

/** Pixels added before the first row and column; ONNX's SAME_UPPER and TensorFlow's `same` agree on them. */
function padBefore(size: number, outputs: number, { kernel, stride, padding }: Conv): number {
  if (padding === 'valid') return 0;
  return Math.floor(Math.max(0, (outputs - 1) * stride + kernel - size) / 2);
}

/** What each tap of the kernel sees: `kernel²` tensors of `[count, out height, out width, channels]`. */
function tapsOf(x: tf.Tensor4D, dy: tf.Tensor4D, conv: Conv): tf.Tensor4D[] {
  const { kernel, stride } = conv;
  const [count, height, width, channels] = x.shape;
  const [, outHeight, outWidth] = dy.shape;
  const [top, left] = [padBefore(height, outHeight, conv), padBefore(width, outWidth, conv)];
  // Rounded up to whole strides, so that a tap is a slice of a reshaped tensor.
  const rows = (outHeight + Math.ceil((kernel - 1) / stride)) * stride;
  const columns = (outWidth + Math.ceil((kernel - 1) / stride)) * stride;
  const padded = tf.pad(x, [
    [0, 0],
    [top, Math.max(0, rows - height - top)],
    [left, Math.max(0, columns - width - left)],
    [0, 0],
  ]);
  const seen = phasesOf(padded, stride);
  const taps: tf.Tensor4D[] = [];
  for (let i = 0; i < kernel; i++) {
    for (let j = 0; j < kernel; j++) {
      const phase = seen[(i % stride) * stride + (j % stride)] as tf.Tensor4D;
      const begin = [0, Math.floor(i / stride), Math.floor(j / stride), 0];
      taps.push(tf.slice(phase, begin, [count, outHeight, outWidth, channels]));
    }
  }
  return taps;
}

/** Every `stride`-th row and column, from each of the first ones. wasm's own strided slice is a hundred times slower. */
function phasesOf(x: tf.Tensor4D, stride: number): tf.Tensor4D[] {
  if (stride === 1) return [x];
  const [count, height, width, channels] = x.shape;
  const [rows, columns] = [height / stride, width / stride];
  const split = x.reshape<tf.Tensor4D>([count * rows, stride, columns, stride * channels]);
  const phases: tf.Tensor4D[] = [];
  for (let i = 0; i < stride; i++) {
    for (let j = 0; j < stride; j++) {
      const phase = tf.slice(split, [0, i, 0, j * channels], [count * rows, 1, columns, channels]);
      phases.push(phase.reshape<tf.Tensor4D>([count, rows, columns, channels]));
    }
  }
  return phases;
}

function depthwiseFilterGradient(x: tf.Tensor4D, w: tf.Tensor4D, dy: tf.Tensor4D, conv: Conv): tf.Tensor {
  const channels = x.shape[3];
  const sums = tapsOf(x, dy, conv).map((tap) => tf.sum(tf.mul(tap, dy).reshape([-1, channels]), 0));
  return tf.stack(sums).reshape(w.shape);
}

/** A convolution of the gradient, spread out by the stride, with the filter turned by half a circle. */
function depthwiseInputGradient(x: tf.Tensor4D, w: tf.Tensor4D, dy: tf.Tensor4D, conv: Conv): tf.Tensor {
  const { kernel, stride } = conv;
  const [, height, width] = x.shape;
  const [, outHeight, outWidth] = dy.shape;
  const around = (size: number, outputs: number): [number, number] => {
    const before = kernel - 1 - padBefore(size, outputs, conv);
    return [before, size - outputs * stride - before + kernel - 1];
  };
  const spread = stride === 1 ? dy : spreadOut(dy, stride);
  const padded: tf.Tensor4D = tf.pad(spread, [
    [0, 0],
    around(height, outHeight),
    around(width, outWidth),
    [0, 0],
  ]);
  return tf.depthwiseConv2d(padded, tf.reverse(w, [0, 1]), 1, 'valid');
}

/** Each value followed by `stride − 1` zeros, in rows and columns. */
function spreadOut(dy: tf.Tensor4D, stride: number): tf.Tensor4D {
  const [count, height, width, channels] = dy.shape;
  const across = tf.concat([dy, tf.zeros([count, height, width, channels * (stride - 1)])], 3);
  const row = width * stride * channels;
  const lines = across.reshape<tf.Tensor3D>([count, height, row]);
  return tf
    .concat([lines, tf.zeros([count, height, row * (stride - 1)])], 2)
    .reshape<tf.Tensor4D>([count, height * stride, width * stride, channels]);
}
