/** Where TensorFlow.js may teach in this browser: what a backend works out is compared before it is believed. */
import * as tf from '@tensorflow/tfjs';
import { setWasmPaths } from '@tensorflow/tfjs-backend-wasm';
import { cosine, normalize } from '../../../models/embedding.ts';
import { goldenCrop, goldenEmbedding, LEAST_GOLDEN_COSINE } from '../../../models/golden.ts';
import type { ModelInput } from '../../../models/manifest.schema.ts';
import { buildNetwork } from '../../../models/network/network.ts';
import type { Part } from '../../../models/network/weights.ts';
import type { Model } from '../../../models/onnx/model.ts';
import { openTensorflowStudent, toTensor } from '../../../models/training/tensorflow-student.ts';
import type { Backend } from '../../pipeline/backend.ts';
import type { Why } from './passed-over.ts';

export type Engine = {
  backend: Backend;
  part: Part;
  /** Tried and not used, and why. */
  passedOver: { backend: Backend; why: Why }[];
};
type Task = { model: Model; input: ModelInput; expected: Float32Array };

/** How far the gradient of a parameter may be from wasm's, relative to it; see README for what is measured. */
const MOST_ERROR = 0.01;

/**
 * Sets the first of the backends that gives the golden crop's embedding, wasm's gradients for it, and is quick. wasm is
 * what they are measured by, and what is left; it is slow with the gradients of convolutions, so only the tail is learnt
 * there.
 * @param options.model the embedder itself
 * @param options.golden what it makes of the golden crop, as its manifest has it
 * @param options.whenFree waits while the device is needed for something else; asked before each piece of work
 * @param options.mostMs for the gradient of one crop: with a slower backend a step would hold a kiosk up
 * @throws Error when wasm itself does not work
 */
export async function startEngine(options: {
  backends: readonly Backend[];
  model: Model;
  input: ModelInput;
  golden: string;
  mostMs: number;
  whenFree: () => Promise<void>;
}): Promise<Engine> {
  const { model, input, mostMs, whenFree } = options;
  const task: Task = { model, input, expected: goldenEmbedding(options) };
  await useWasm();
  if (!((await lookAt(task)).similarity >= LEAST_GOLDEN_COSINE))
    throw new Error('WebAssembly gives wrong values in this browser.');
  const passedOver: Engine['passedOver'] = [];
  const left: Engine = { backend: 'wasm', part: 'tail', passedOver };
  const candidates = options.backends.filter((backend) => backend !== 'wasm');
  if (candidates.length === 0) return left;

  await whenFree();
  const { gradients: reference } = await gradientsOf(task);
  const problemOf = async (backend: Backend): Promise<Why | undefined> => {
    await whenFree();
    const problem = await use(backend);
    if (problem) return problem;
    // Everything is done twice: shaders are made the first time.
    await lookAt(task);
    await whenFree();
    const look = await lookAt(task);
    if (!(look.similarity >= LEAST_GOLDEN_COSINE)) return { code: 'wrong-embedding' };
    if (look.ms > mostMs) return { code: 'slow-crop', ms: look.ms };
    await whenFree();
    await gradientsOf(task);
    await whenFree();
    const { gradients, ms } = await gradientsOf(task);
    const error = Math.max(...gradients.map((gradient, i) => errorOf(gradient, reference[i])));
    if (!Number.isFinite(error)) return { code: 'not-finite' };
    if (error > MOST_ERROR) return { code: 'wrong-gradient', error };
    if (ms > mostMs) return { code: 'slow-gradient', ms };
    return undefined;
  };
  for (const backend of candidates) {
    const why = await problemOf(backend).catch(
      (error: unknown): Why => ({
        code: 'failed',
        words: error instanceof Error ? error.message : String(error),
      }),
    );
    if (!why) {
      tf.removeBackend('wasm');
      return { backend, part: 'full', passedOver };
    }
    passedOver.push({ backend, why });
    await useWasm();
    if (tf.findBackendFactory(backend)) tf.removeBackend(backend);
  }
  return left;
}

/** @returns why it is not in use now. @throws as TensorFlow.js does */
async function use(backend: Backend): Promise<Why | undefined> {
  if (backend === 'webgpu') {
    if (!(await navigator.gpu?.requestAdapter())) return { code: 'absent' };
    await import('@tensorflow/tfjs-backend-webgpu');
  }
  if (backend === 'wasm') {
    setWasmPaths('/models/wasm/');
    // TensorFlow.js starts its threads from the text of its own functions, which no minified bundle survives.
    tf.env().set('WASM_HAS_MULTITHREAD_SUPPORT', false);
  }
  if (!(await tf.setBackend(backend))) return { code: 'does-not-start' };
  await tf.ready();
  return undefined;
}

async function useWasm(): Promise<void> {
  if (await use('wasm')) throw new Error('WebAssembly does not start in this browser.');
}

/** The golden crop forwards. */
async function lookAt({ model, input, expected }: Task): Promise<{ similarity: number; ms: number }> {
  const network = buildNetwork(model);
  try {
    const start = performance.now();
    const raw = tf.tidy(() => network.embed(toTensor([{ crop: goldenCrop(), flip: false }], input)));
    const embedding = normalize((await raw.data()) as Float32Array);
    raw.dispose();
    return { similarity: cosine(embedding, expected), ms: performance.now() - start };
  } finally {
    network.dispose();
  }
}

/** The golden crop forwards and back. */
async function gradientsOf({ model, input, expected }: Task) {
  // Away from the embedding that it has, where there would be no gradient.
  const target = Float32Array.from(expected).reverse();
  const student = openTensorflowStudent({ model, part: 'full', input });
  const learner = student.learner({ samples: [{ crop: goldenCrop(), target }] });
  try {
    const start = performance.now();
    const { gradients } = await learner.gradients([{ index: 0, flip: false }]);
    return { gradients, ms: performance.now() - start };
  } finally {
    learner.dispose();
    await student.close();
  }
}

/** Length of the difference, relative to the reference. */
function errorOf(gradient: Float32Array, reference: Float32Array | undefined): number {
  let [difference, length] = [0, 0];
  for (const [i, value] of gradient.entries()) {
    const wanted = reference?.[i] ?? Number.NaN;
    difference += (value - wanted) ** 2;
    length += wanted ** 2;
  }
  return Math.sqrt(difference / length);
}
