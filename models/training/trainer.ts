/**
 * Teaches a student by distillation: it learns to give, for a camera's crops, the embeddings that the frozen
 * embedder gives for the same people's enrolment. Runs wherever TensorFlow.js does.
 */
import * as tf from '@tensorflow/tfjs';
import { CROP_SIZE } from '../align.ts';
import { cropsToInput } from '../embedding.ts';
import type { ModelInput } from '../manifest.schema.ts';
import { seededRandom, shuffle } from '../metrics/random.ts';
import type { Part, TrainableNetwork } from '../network/network.ts';
import { createAdam } from './adam.ts';

/** A crop as the camera sees it, RGBA of 112×112, and the embedding of length 1 that is wanted for it. */
export type Sample = { readonly crop: Uint8ClampedArray | Uint8Array; readonly target: Float32Array };

/** Measured best of those tried; see README. */
const LEARNING_RATE = 3e-4;
const BATCH = 32;
/** Of the learning rate, gone at the end. */
const DECAY = 0.8;
/** Adam knows the size of no gradient when it begins: its first steps would be the largest. */
const WARM_UP = 5;
/** Crops whose activations are held at once: all layers of 32 would not fit into wasm's memory. */
const FULL_CHUNK = 8;
/** Features are made and kept in this memory at most; the rest is made again each time. */
const FEATURE_BYTES = 400 * 1024 * 1024;

export type Trainer = {
  /** One step of Adam. @returns the mean of 1 − cosine over the batch, before the step */
  step(): Promise<number>;
  dispose(): void;
};

/**
 * @param options.part `tail` learns on the trunk's features, which are made once for a crop and for its mirror image
 * @param options.input how the model wants its pixels
 * @param options.seed decides batches and mirrorings: the same seed gives the same steps
 * @throws RangeError without samples
 */
export function createTrainer(options: {
  network: TrainableNetwork;
  part: Part;
  samples: readonly Sample[];
  input: ModelInput;
  seed: number;
  /** Share of all training that lies before these steps, and after them; the learning rate falls with it. */
  progress?: { readonly from: number; readonly to: number };
  /** How many steps there are between the two. */
  steps?: number;
  batchSize?: number;
  /** Of the same samples and network, from an earlier trainer; its owner disposes of it. */
  features?: Features;
}): Trainer {
  const { network, part, samples, input, batchSize = BATCH } = options;
  if (samples.length === 0) throw new RangeError('There is nothing to learn from: no samples.');
  const random = seededRandom(options.seed);
  const variables = network.variables(part);
  const adam = createAdam({ size: variables.reduce((sum, { size }) => sum + size, 0) });
  const features = options.features ?? createFeatures({ network, samples, input });
  const { from, to } = options.progress ?? { from: 0, to: 0 };
  const rateOf = (step: number) => {
    const progress = from + ((to - from) * step) / (options.steps ?? 1);
    return LEARNING_RATE * (1 - DECAY * progress) * Math.min(1, (step + 1) / WARM_UP);
  };
  let taken = 0;
  let waiting: number[] = [];

  const nextBatch = (): Drawn[] =>
    Array.from({ length: batchSize }, () => {
      if (waiting.length === 0) waiting = shuffle([...samples.keys()], random);
      return { index: waiting.pop() as number, flip: random() < 0.5 };
    });
  const lossOf = (drawn: readonly Drawn[]): tf.Scalar => {
    const raw =
      part === 'tail'
        ? network.tail(features.of(drawn))
        : network.embed(
            toTensor(
              drawn.map(({ index, flip }) => ({ crop: cropOf(samples, index), flip })),
              input,
            ),
          );
    return distance(raw, targetsOf(samples, drawn));
  };

  return {
    async step() {
      const batch = nextBatch();
      const chunk = part === 'tail' ? batchSize : Math.min(FULL_CHUNK, batchSize);
      if (part === 'tail') features.make(batch);
      adam.next(rateOf(taken++));
      const sums = variables.map(({ size }) => new Float32Array(size));
      let total = 0;
      for (let from = 0; from < batch.length; from += chunk) {
        const drawn = batch.slice(from, from + chunk);
        const share = drawn.length / batch.length;
        const { value, grads } = tf.variableGrads(() => tf.mul(lossOf(drawn), share), [...variables]);
        total += (await value.data())[0] as number;
        for (const [i, variable] of variables.entries()) {
          add(sums[i] as Float32Array, (await grads[variable.name]?.data()) as Float32Array);
        }
        value.dispose();
        tf.dispose(grads);
      }
      if (!Number.isFinite(total)) throw new RangeError('The loss is not finite: training has gone astray.');
      let at = 0;
      for (const [i, variable] of variables.entries()) {
        const values = Float32Array.from(await variable.data());
        adam.update(values, sums[i] as Float32Array, at);
        at += values.length;
        tf.tidy(() => variable.assign(tf.tensor(values, variable.shape)));
      }
      return total;
    },
    dispose: () => {
      if (!options.features) features.dispose();
    },
  };
}

type Drawn = { readonly index: number; readonly flip: boolean };

/** The mean of 1 − cosine. */
function distance(raw: tf.Tensor2D, targets: tf.Tensor2D): tf.Scalar {
  const lengths = tf.sqrt(tf.sum(tf.square(raw), 1, true));
  const cosines = tf.sum(tf.mul(tf.div(raw, lengths), targets), 1);
  return tf.sub(1, tf.mean(cosines)).asScalar();
}

function cropOf(samples: readonly Sample[], index: number): Sample['crop'] {
  return (samples[index] as Sample).crop;
}

function targetsOf(samples: readonly Sample[], drawn: readonly Drawn[]): tf.Tensor2D {
  const rows = drawn.map(({ index }) => (samples[index] as Sample).target);
  const size = rows[0]?.length ?? 0;
  const data = new Float32Array(rows.length * size);
  for (const [i, row] of rows.entries()) data.set(row, i * size);
  return tf.tensor2d(data, [rows.length, size]);
}

/** Normalised crops, NHWC. */
export function toTensor(
  crops: readonly { crop: Sample['crop']; flip: boolean }[],
  input: ModelInput,
): tf.Tensor4D {
  const planes = crops.map(({ crop, flip }) => cropsToInput({ crops: [crop], input, flip }));
  const data = new Float32Array(planes.length * 3 * CROP_SIZE * CROP_SIZE);
  for (const [i, plane] of planes.entries()) data.set(plane, i * plane.length);
  return tf.tidy(() =>
    tf.tensor4d(data, [crops.length, 3, CROP_SIZE, CROP_SIZE]).transpose<tf.Tensor4D>([0, 2, 3, 1]),
  );
}

export type Features = ReturnType<typeof createFeatures>;

/** What the trunk makes of the samples, kept: the trunk does not learn. A later trainer can go on with it. */
export function createFeatures(options: {
  /** Memory for them; at least a batch must fit. */
  room?: number;
  network: TrainableNetwork;
  samples: readonly Sample[];
  input: ModelInput;
}) {
  const { network, samples, input } = options;
  const kept = new Map<string, tf.Tensor4D>();
  let room = options.room ?? FEATURE_BYTES;
  const keyOf = ({ index, flip }: Drawn) => `${index}${flip ? 'f' : ''}`;
  return {
    /** Makes what is missing, outside any gradient. */
    make(drawn: readonly Drawn[]): void {
      // Those of this batch count as the youngest, so that none of them gives way to another.
      for (const key of drawn.map(keyOf)) {
        const tensor = kept.get(key);
        if (!tensor) continue;
        kept.delete(key);
        kept.set(key, tensor);
      }
      for (const one of drawn) {
        const key = keyOf(one);
        if (kept.has(key)) continue;
        const made = tf.tidy(() =>
          network.trunk(toTensor([{ crop: cropOf(samples, one.index), flip: one.flip }], input)),
        );
        // The oldest goes, and with it its room.
        for (const [old, tensor] of kept) {
          if (room >= made.size * 4) break;
          room += tensor.size * 4;
          tensor.dispose();
          kept.delete(old);
        }
        room -= made.size * 4;
        kept.set(key, made);
      }
    },
    of: (drawn: readonly Drawn[]) =>
      tf.concat(
        drawn.map((one) => kept.get(keyOf(one)) as tf.Tensor4D),
        0,
      ),
    dispose(): void {
      tf.dispose([...kept.values()]);
      kept.clear();
    },
  };
}

function add(sum: Float32Array, more: Float32Array): void {
  for (let i = 0; i < sum.length; i++) sum[i] = (sum[i] as number) + (more[i] as number);
}
