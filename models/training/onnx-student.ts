/** Gradients by ONNX Runtime, which every worker has: see `gradientGraph`. */
import { CROP_SIZE } from '../align.ts';
import { cropsToInput } from '../embedding.ts';
import type { EmbedderEntry } from '../manifest.schema.ts';
import {
  activationShapes,
  GRADIENT_INPUT,
  gradientGraph,
  gradientOf,
  LOSS_OUTPUT,
  type Shape,
} from '../network/gradient-graph.ts';
import { NetworkError, readGraph } from '../network/graph.ts';
import { type Part, partNames } from '../network/weights.ts';
import type { Model } from '../onnx/model.ts';
import { openGraph } from '../onnx/session.ts';
import { writeOnnx } from '../onnx/write.ts';
import {
  addTo,
  createFeatureStore,
  type Drawn,
  type Sample,
  type Student,
  sharesOf,
  targetsOf,
} from './learner.ts';

/** Crops in one run. More would leave the processor's caches, fewer would not fill it. */
const CHUNK = { full: 8, tail: 32 } as const satisfies Record<Part, number>;
const FEATURE_BYTES = 400 * 1024 * 1024;

/**
 * Compiles forward and backward pass of a student.
 * @throws NetworkError when the graph holds something that is not known here
 */
export async function openOnnxStudent(options: {
  model: Model;
  part: Part;
  entry: EmbedderEntry;
  /** Crops in one run; fewer than fill the processor make shorter runs. */
  chunk?: number | undefined;
  /** Called before each run. */
  beforeRun?: (() => void) | undefined;
}): Promise<Student> {
  const { model, part, entry, beforeRun } = options;
  const graph = readGraph(model);
  const names = partNames(graph, part);
  const trunk = part === 'tail' ? await openTrunk(model) : undefined;
  const input = trunk?.shape ?? ([3, CROP_SIZE, CROP_SIZE] as const);
  const chunk = Math.min(options.chunk ?? CHUNK[part], CHUNK[part]);
  const gradient = await openGraph({
    model: writeOnnx(gradientGraph({ graph, part, batch: chunk, input, embeddingSize: entry.embeddingSize })),
  });
  const dimsOf = (name: string) => graph.parameters.get(name)?.dims ?? [];
  const parameters = new Map(
    names.map((name) => [name, Float32Array.from(graph.parameters.get(name)?.data ?? [])]),
  );
  const imageOf = ({ crop }: Sample, flip: boolean) =>
    cropsToInput({ crops: [crop], input: entry.input, flip });
  const size = input[0] * input[1] * input[2];

  /** One run; places that the batch does not fill count nothing. */
  const run = async (x: readonly Float32Array[], targets: Float32Array, shares: Float32Array) => {
    const data = new Float32Array(chunk * size);
    for (let i = 0; i < chunk; i++) data.set(x[i] ?? (x[0] as Float32Array), i * size);
    const filled = (values: Float32Array, each: number) => {
      const all = new Float32Array(chunk * each);
      all.set(values);
      return { data: all, dims: [chunk, each] };
    };
    beforeRun?.();
    return gradient.run({
      [GRADIENT_INPUT.x]: { data, dims: [chunk, ...input] },
      [GRADIENT_INPUT.target]: filled(targets, entry.embeddingSize),
      [GRADIENT_INPUT.share]: filled(shares, 1),
      ...Object.fromEntries(
        names.map((name) => [name, { data: parameters.get(name) as Float32Array, dims: dimsOf(name) }]),
      ),
    });
  };

  return {
    part,
    engine: 'ONNX Runtime',
    write(weights) {
      for (const name of names) {
        const [values, own] = [weights.get(name), parameters.get(name) as Float32Array];
        if (values?.length !== own.length) {
          throw new NetworkError(`"${name}" has ${values?.length ?? 'no'} values; ${own.length} are needed.`);
        }
        own.set(values);
      }
    },
    read: async () => new Map([...parameters].map(([name, values]) => [name, values.slice()])),
    learner({ samples, featureBytes = FEATURE_BYTES }) {
      const kept = createFeatureStore<Float32Array>({
        bytes: featureBytes,
        sizeOf: ({ byteLength }) => byteLength,
      });
      const seen = async ({ index, flip }: Drawn): Promise<Float32Array> => {
        const image = () => imageOf(samples[index] as Sample, flip);
        if (!trunk) return image();
        const key = `${index}${flip ? 'f' : ''}`;
        const known = kept.get(key);
        if (known) return known;
        beforeRun?.();
        const features = await trunk.run(image());
        kept.put(key, features);
        return features;
      };
      const sums = names.map((name) => new Float32Array(parameters.get(name)?.length ?? 0));
      return {
        samples: samples.length,
        sizes: sums.map(({ length }) => length),
        async gradients(batch) {
          for (const sum of sums) sum.fill(0);
          const shares = sharesOf(samples, batch);
          let loss = 0;
          for (let from = 0; from < batch.length; from += chunk) {
            const drawn = batch.slice(from, from + chunk);
            const x: Float32Array[] = [];
            for (const one of drawn) x.push(await seen(one));
            const outputs = await run(x, targetsOf(samples, drawn), shares.slice(from, from + chunk));
            loss += outputs[LOSS_OUTPUT]?.[0] ?? Number.NaN;
            for (const [i, name] of names.entries()) {
              addTo(sums[i] as Float32Array, outputs[gradientOf(name)] as Float32Array);
            }
          }
          return { loss, gradients: sums };
        },
        async update(change) {
          for (const [i, name] of names.entries()) change(parameters.get(name) as Float32Array, i);
        },
        dispose: () => kept.clear(),
      };
    },
    async close() {
      await Promise.all([gradient.close(), trunk?.close()]);
    },
  };
}

/** The embedder up to where the tail begins. */
async function openTrunk(model: Model) {
  const graph = readGraph(model);
  const steps = graph.steps.slice(0, graph.tailStart);
  const output = steps.at(-1)?.output ?? '';
  const image = [1, 3, CROP_SIZE, CROP_SIZE] as const;
  const [, ...shape] = activationShapes({ graph, steps, input: image }).get(output) as Shape;
  const trunk = await openGraph({
    model: writeOnnx({
      ...model,
      graph: { ...model.graph, outputs: [{ name: output, dims: ['batch', ...shape] }] },
    }),
  });
  return {
    shape,
    run: async (data: Float32Array) =>
      (await trunk.run({ [graph.input]: { data, dims: image } }))[output] as Float32Array,
    close: () => trunk.close(),
  };
}
