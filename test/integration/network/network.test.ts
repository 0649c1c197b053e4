/** The embedder in TensorFlow.js against ONNX Runtime on the same file, before and after learning. */
import * as tf from '@tensorflow/tfjs';
import { beforeAll, describe, expect, test } from 'vitest';
import { cropsToInput } from '../../../models/embedding.ts';
import { goldenCrop } from '../../../models/golden.ts';
import { seededRandom } from '../../../models/metrics/random.ts';
import { startWasmBackend } from '../../../models/network/backend-node.ts';
import { buildNetwork } from '../../../models/network/network.ts';
import { withWeights } from '../../../models/network/weights.ts';
import type { Model } from '../../../models/onnx/model.ts';
import { readOnnx } from '../../../models/onnx/read.ts';
import { openNetwork } from '../../../models/onnx/session.ts';
import { writeOnnx } from '../../../models/onnx/write.ts';
import { findModel, loadManifest, readModel } from '../../../models/registry.ts';

const TOLERANCE = 1e-4;
const entry = findModel({ manifest: loadManifest(), task: 'embed' });
const PIXELS = 3 * 112 * 112;

let file: Uint8Array;
let model: Model;
beforeAll(async () => {
  await startWasmBackend();
  file = await readModel({ entry });
  model = readOnnx(file);
});

/** Crops as the network wants them, NCHW: noise of little and much contrast, black, white, and the golden crop. */
function inputs(): Float32Array[] {
  const random = seededRandom(7);
  const noise = [0.1, 1].map((span) =>
    Float32Array.from({ length: PIXELS }, () => span * (2 * random() - 1)),
  );
  const flat = [-1, 1].map((value) => new Float32Array(PIXELS).fill(value));
  return [...noise, ...flat, cropsToInput({ crops: [goldenCrop()], input: entry.input })];
}

function toTensor(data: Float32Array): tf.Tensor4D {
  return tf.tidy(() => tf.tensor4d(data, [1, 3, 112, 112]).transpose<tf.Tensor4D>([0, 2, 3, 1]));
}

function largestDifference(a: Float32Array, b: Float32Array): number {
  expect(a.length).toBe(b.length);
  return a.reduce((most, value, i) => Math.max(most, Math.abs(value - (b[i] as number))), 0);
}

describe('the embedder in TensorFlow.js', () => {
  test('equals ONNX Runtime, whole and in two parts', async () => {
    const network = buildNetwork(model);
    const runtime = await openNetwork({ model: file });
    for (const data of inputs()) {
      const expected = (await runtime.run({ data, dims: [1, 3, 112, 112] }))[entry.output] as Float32Array;
      const x = toTensor(data);
      const whole = network.embed(x).dataSync<'float32'>();
      const parts = tf.tidy(() => network.tail(network.trunk(x)).dataSync<'float32'>());
      expect(largestDifference(whole, expected)).toBeLessThan(TOLERANCE);
      expect(largestDifference(parts, expected)).toBeLessThan(TOLERANCE);
    }
    const sizes = (part: 'full' | 'tail') => network.variables(part).reduce((sum, { size }) => sum + size, 0);
    // Slopes count once: what they leave of 1 is stored, not learnt.
    expect(sizes('full')).toBe(1_292_992);
    expect(sizes('tail')).toBe(729_152);
    await runtime.close();
    network.dispose();
  });

  test('goes back into an ONNX file: unchanged, and changed as TensorFlow.js has it', async () => {
    const network = buildNetwork(model);
    const same = readOnnx(writeOnnx(withWeights(model, await network.read('full'))));
    for (const [i, { name, data }] of same.graph.initializers.entries()) {
      expect({
        name,
        equal:
          largestDifference(data as Float32Array, model.graph.initializers[i]?.data as Float32Array) <= 1e-7,
      }).toEqual({ name, equal: true });
    }
    const random = seededRandom(3);
    const changed = new Map<string, Float32Array>();
    for (const [name, data] of await network.read('full')) {
      changed.set(
        name,
        data.map((value) => value * (0.9 + 0.2 * random())),
      );
    }
    network.write(changed);
    const runtime = await openNetwork({ model: writeOnnx(withWeights(model, await network.read('full'))) });
    for (const data of inputs()) {
      const expected = (await runtime.run({ data, dims: [1, 3, 112, 112] }))[entry.output] as Float32Array;
      expect(largestDifference(network.embed(toTensor(data)).dataSync<'float32'>(), expected)).toBeLessThan(
        TOLERANCE,
      );
    }
    await runtime.close();
    network.dispose();
  });

  test('refuses weights that are not its own', () => {
    const network = buildNetwork(model);
    expect(() => network.write(new Map([['nobody', new Float32Array(1)]]))).toThrow('is not a parameter');
    const [name] = network.names('tail');
    expect(() => withWeights(model, new Map([[name as string, new Float32Array(3)]]))).toThrow(
      'is not a parameter',
    );
    network.dispose();
  });

  test('refuses a graph that it does not know', () => {
    const [first, ...rest] = model.graph.nodes;
    const odd = {
      ...model,
      graph: { ...model.graph, nodes: [{ ...first, op: 'Softmax' } as typeof first & object, ...rest] },
    };
    expect(() => buildNetwork(odd as Model)).toThrow('(Softmax) is not supported');
  });
});
