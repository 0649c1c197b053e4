/** Teaches a student on a thread of its own. TensorFlow.js is loaded here and nowhere else on the page. */
import * as tf from '@tensorflow/tfjs';
import { CROP_SIZE } from '../../../models/align.ts';
import { cosine, normalize } from '../../../models/embedding.ts';
import type { ModelInput } from '../../../models/manifest.schema.ts';
import { readGraph } from '../../../models/network/graph.ts';
import { buildNetwork } from '../../../models/network/network.ts';
import { partNames, withWeights } from '../../../models/network/weights.ts';
import type { Model } from '../../../models/onnx/model.ts';
import { readOnnx } from '../../../models/onnx/read.ts';
import { readCheckpoint, writeCheckpoint } from '../../../models/training/checkpoint.ts';
import type { Sample } from '../../../models/training/learner.ts';
import { openTensorflowStudent, toTensor } from '../../../models/training/tensorflow-student.ts';
import { createTrainer } from '../../../models/training/trainer.ts';
import '../../net/zod-without-eval.ts';
import { startEngine } from './engine.ts';
import type { LearnEvent, LearnRequest, Score } from './learn.messages.ts';
import { keptBack } from './split.ts';

/** What is used of the worker's global scope, whose own types clash with the page's. */
const scope = self as unknown as {
  onmessage: ((event: { data: LearnRequest }) => void) | null;
  postMessage: (event: LearnEvent, transfer: Transferable[]) => void;
};
/** Small, so that a step is over soon. */
const BATCH = 16;
/** After each step the device rests for this share of the time that it took. */
const REST_SHARE = 1;
/**
 * A kiosk knows tens of people, workers hundreds. So few pull the whole space towards themselves: with the workers' rate and
 * the template as target strangers became as like them as they themselves; see README for what was measured.
 */
const RATE = 1e-4;
/** How far from what the embedder gives for a crop towards the person's template. */
const WAY = 0.5;
const FEATURE_BYTES = 64 * 1024 * 1024;

const HELD_MS = 200;

let held = false;

async function pixelsOf(jpeg: Uint8Array<ArrayBuffer>): Promise<Uint8ClampedArray> {
  const image = await createImageBitmap(new Blob([jpeg], { type: 'image/jpeg' }));
  const context = new OffscreenCanvas(CROP_SIZE, CROP_SIZE).getContext('2d');
  if (!context) throw new Error('This browser’s workers have no canvas.');
  context.drawImage(image, 0, 0);
  image.close();
  return context.getImageData(0, 0, CROP_SIZE, CROP_SIZE).data;
}

async function teach(request: Extract<LearnRequest, { type: 'begin' }>): Promise<void> {
  const { lesson } = request;
  const { steps } = lesson;
  const input = lesson.input as ModelInput;
  const own = readOnnx(request.model);
  const { backends, mostMs } = request;
  const engine = await startEngine({ backends, mostMs, model: own, input, golden: lesson.golden, whenFree });
  const { part, backend } = engine;
  scope.postMessage({ type: 'engine', ...engine }, []);
  const graph = readGraph(own);
  const shapes = new Map([...graph.parameters].map(([name, { dims }]) => [name, dims] as const));
  const wanted = new Map(partNames(graph, 'full').map((name) => [name, shapes.get(name) ?? []] as const));
  const base = await readCheckpoint(request.checkpoint, {
    kind: 'weights',
    model: lesson.model,
    shapes: wanted,
  });
  if (base.id !== lesson.base) throw new Error('The checkpoint is not the one that the lesson names.');
  const model = withWeights(own, new Map([...base.tensors].map(([name, { data }]) => [name, data])));

  const decoded = await Promise.all(
    request.samples.map(async ({ jpeg, target, sighting }) => ({
      sighting,
      sample: { crop: await pixelsOf(jpeg), target } satisfies Sample,
    })),
  );
  const { learnt, back } = keptBack(decoded);
  const student = openTensorflowStudent({ model, part, input });
  const start = await student.read();
  const before = await score(model, back, input);
  const targets = await nearerTargets(model, learnt, input);
  const learner = student.learner({ samples: targets, featureBytes: FEATURE_BYTES });
  try {
    const trainer = createTrainer({
      learner,
      seed: Date.now() % 1_000_000,
      batchSize: Math.min(BATCH, learnt.length),
      rate: RATE,
      progress: { from: 0, to: 1 },
      steps,
    });
    for (let step = 1; step <= steps; step++) {
      await whenFree();
      const at = performance.now();
      const loss = await trainer.step();
      const ms = performance.now() - at;
      scope.postMessage({ type: 'step', step, steps, loss, ms }, []);
      await rest(ms * REST_SHARE);
    }
    const end = await student.read();
    const after = await score(withWeights(model, end), back, input);
    const tensors = new Map(
      [...end].map(([name, data]) => [
        name,
        { dims: shapes.get(name) ?? [], data: data.map((value, i) => value - (start.get(name)?.[i] ?? 0)) },
      ]),
    );
    const { bytes } = await writeCheckpoint({
      kind: 'delta',
      dtype: 'f16',
      model: lesson.model,
      parent: base.id,
      tensors,
    });
    const told = { backend, part, steps, crops: learnt.length, before, after };
    scope.postMessage({ type: 'learnt', ...told, delta: bytes }, [bytes.buffer]);
  } finally {
    learner.dispose();
    await student.close();
  }
}

/** On crops that were not learnt from: whether each is nearest to its own person's template, and how near. */
async function score(model: Model, samples: readonly Sample[], input: ModelInput): Promise<Score> {
  let [first, sum] = [0, 0];
  await eachEmbedded(model, samples, input, (embedding, { target }) => {
    const own = cosine(embedding, target);
    const best = Math.max(...samples.map((other) => cosine(embedding, other.target)));
    if (own >= best) first++;
    sum += own;
  });
  const count = Math.max(1, samples.length);
  return { rank1: first / count, cosine: sum / count };
}

/** The same crops, each with a target on the way from the embedding that it has to the one that is wanted. */
async function nearerTargets(model: Model, samples: readonly Sample[], input: ModelInput): Promise<Sample[]> {
  const nearer: Sample[] = [];
  await eachEmbedded(model, samples, input, (embedding, sample) => {
    const target = embedding.map((value, i) => (1 - WAY) * value + WAY * (sample.target[i] as number));
    nearer.push({ ...sample, target: normalize(target) });
  });
  return nearer;
}

async function eachEmbedded(
  model: Model,
  samples: readonly Sample[],
  input: ModelInput,
  take: (embedding: Float32Array, sample: Sample) => void,
): Promise<void> {
  const network = buildNetwork(model);
  try {
    for (const sample of samples) {
      await whenFree();
      const raw = tf.tidy(() => network.embed(toTensor([{ crop: sample.crop, flip: false }], input)));
      take(normalize((await raw.data()) as Float32Array), sample);
      raw.dispose();
    }
  } finally {
    network.dispose();
  }
}

async function whenFree(): Promise<void> {
  while (held) await rest(HELD_MS);
}

function rest(ms: number): Promise<void> {
  return new Promise((done) => setTimeout(done, ms));
}

scope.onmessage = ({ data }) => {
  if (data.type === 'begin') {
    teach(data).catch((error: unknown) =>
      scope.postMessage(
        { type: 'failed', message: error instanceof Error ? error.message : String(error) },
        [],
      ),
    );
  } else {
    held = data.type === 'hold';
  }
};
