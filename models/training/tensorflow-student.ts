/** Gradients by TensorFlow.js, in browsers and in Node. */
import * as tf from '@tensorflow/tfjs';
import { CROP_SIZE } from '../align.ts';
import { cropsToInput } from '../embedding.ts';
import type { ModelInput } from '../manifest.schema.ts';
import { NetworkError } from '../network/graph.ts';
import { buildNetwork, type TrainableNetwork } from '../network/network.ts';
import type { Part, Weights } from '../network/weights.ts';
import type { Model } from '../onnx/model.ts';
import {
  addTo,
  createFeatureStore,
  type Drawn,
  type Learner,
  type Sample,
  type Student,
  sharesOf,
  targetsOf,
} from './learner.ts';

/** Crops whose activations are held at once: all layers of 32 would not fit into wasm's memory. */
const FULL_CHUNK = 8;
/** Features are made and kept in this memory at most; the rest is made again each time. */
const FEATURE_BYTES = 400 * 1024 * 1024;

/**
 * A student on the backend of TensorFlow.js that is set.
 * @throws NetworkError when the graph holds something that is not known here
 */
export function openTensorflowStudent(options: {
  model: Model;
  part: Part;
  /** How the model wants its pixels. */
  input: ModelInput;
}): Student {
  const { part, input } = options;
  const network = buildNetwork(options.model);
  return {
    part,
    engine: `TensorFlow.js (${tf.getBackend()})`,
    write: (weights) =>
      network.write(new Map(network.names(part).map((name) => [name, weightOf(weights, name)]))),
    read: () => network.read(part),
    learner: ({ samples, featureBytes = FEATURE_BYTES }) =>
      createLearner({ network, part, samples, input, featureBytes }),
    close: async () => network.dispose(),
  };
}

function weightOf(weights: Weights, name: string): Float32Array {
  const values = weights.get(name);
  if (!values) throw new NetworkError(`"${name}" is missing among the weights.`);
  return values;
}

function createLearner(options: {
  network: TrainableNetwork;
  part: Part;
  samples: readonly Sample[];
  input: ModelInput;
  featureBytes: number;
}): Learner {
  const { network, part, samples, input } = options;
  const variables = network.variables(part);
  const sums = variables.map(({ size }) => new Float32Array(size));
  const kept = createFeatureStore<tf.Tensor4D>({
    bytes: options.featureBytes,
    sizeOf: ({ size }) => size * 4,
    release: (tensor) => tensor.dispose(),
  });
  const seenBy = (drawn: readonly Drawn[]): tf.Tensor4D =>
    toTensor(
      drawn.map(({ index, flip }) => ({ crop: (samples[index] as Sample).crop, flip })),
      input,
    );
  const keyOf = ({ index, flip }: Drawn) => `${index}${flip ? 'f' : ''}`;
  /** Made outside any gradient; those of this batch become the youngest, so that none gives way to another. */
  const makeFeatures = (batch: readonly Drawn[]): void => {
    for (const one of batch) kept.get(keyOf(one));
    for (const one of batch) {
      if (!kept.get(keyOf(one))) {
        kept.put(
          keyOf(one),
          tf.tidy(() => network.trunk(seenBy([one]))),
        );
      }
    }
  };
  const rawOf = (drawn: readonly Drawn[]): tf.Tensor2D =>
    part === 'full'
      ? network.embed(seenBy(drawn))
      : network.tail(
          tf.concat(
            drawn.map((one) => kept.get(keyOf(one)) as tf.Tensor4D),
            0,
          ),
        );

  return {
    samples: samples.length,
    sizes: variables.map(({ size }) => size),
    async gradients(batch) {
      if (part === 'tail') makeFeatures(batch);
      for (const sum of sums) sum.fill(0);
      const shares = sharesOf(samples, batch);
      const chunk = part === 'tail' ? batch.length : FULL_CHUNK;
      let loss = 0;
      for (let from = 0; from < batch.length; from += chunk) {
        const drawn = batch.slice(from, from + chunk);
        const { value, grads } = tf.variableGrads(() => {
          const raw = rawOf(drawn);
          const targets = tf.tensor2d(targetsOf(samples, drawn), [raw.shape[0], raw.shape[1]]);
          return distance(raw, targets, tf.tensor1d(shares.subarray(from, from + chunk)));
        }, [...variables]);
        loss += (await value.data())[0] as number;
        for (const [i, variable] of variables.entries()) {
          addTo(sums[i] as Float32Array, (await grads[variable.name]?.data()) as Float32Array);
        }
        value.dispose();
        tf.dispose(grads);
      }
      return { loss, gradients: sums };
    },
    async update(change) {
      for (const [i, variable] of variables.entries()) {
        const values = Float32Array.from(await variable.data());
        change(values, i);
        tf.tidy(() => variable.assign(tf.tensor(values, variable.shape)));
      }
    },
    dispose: () => kept.clear(),
  };
}

/** Σ share · (1 − cosine). */
function distance(raw: tf.Tensor2D, targets: tf.Tensor2D, shares: tf.Tensor1D): tf.Scalar {
  const lengths = tf.sqrt(tf.sum(tf.square(raw), 1, true));
  const cosines = tf.sum(tf.mul(tf.div(raw, lengths), targets), 1);
  return tf.sum(tf.mul(tf.sub(1, cosines), shares)).asScalar();
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
