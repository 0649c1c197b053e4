/** The gradients that ONNX Runtime works out, against differences of the same graph's loss. */
import { expect, test } from 'vitest';
import { normalize } from '../../../../models/embedding.ts';
import { seededRandom } from '../../../../models/metrics/random.ts';
import {
  GRADIENT_INPUT,
  gradientGraph,
  gradientOf,
  LOSS_OUTPUT,
} from '../../../../models/network/gradient-graph.ts';
import { NetworkError, readGraph } from '../../../../models/network/graph.ts';
import { readOnnx } from '../../../../models/onnx/read.ts';
import { openGraph } from '../../../../models/onnx/session.ts';
import { writeOnnx } from '../../../../models/onnx/write.ts';
import { findModel, loadManifest, readModel } from '../../../../models/registry.ts';

const entry = findModel({ manifest: loadManifest(), task: 'embed' });
const graph = readGraph(readOnnx(await readModel({ entry })));
const BATCH = 2;
/** Of the loss, by which the parameters are moved; it is about 1. */
const CHANGE = 1e-3;

test('the gradient of each kind of parameter is the slope of the loss', async () => {
  const model = gradientGraph({
    graph,
    part: 'full',
    batch: BATCH,
    input: [3, 112, 112],
    embeddingSize: entry.embeddingSize,
  });
  const opened = await openGraph({ model: writeOnnx(model) });
  const random = seededRandom(2);
  const parameters = new Map([...graph.parameters].map(([name, { data }]) => [name, data]));
  const targets = Array.from({ length: BATCH }, () =>
    normalize(Float32Array.from({ length: entry.embeddingSize }, () => random() - 0.5)),
  );
  const x = Float32Array.from({ length: BATCH * 3 * 112 * 112 }, () => 2 * random() - 1);
  const run = (changed?: { name: string; data: Float32Array }) =>
    opened.run({
      [GRADIENT_INPUT.x]: { data: x, dims: [BATCH, 3, 112, 112] },
      [GRADIENT_INPUT.target]: {
        data: Float32Array.from(targets.flatMap((target) => [...target])),
        dims: [BATCH, entry.embeddingSize],
      },
      [GRADIENT_INPUT.share]: { data: Float32Array.of(0.25, 0.75), dims: [BATCH, 1] },
      ...Object.fromEntries(
        [...parameters].map(([name, data]) => [
          name,
          {
            data: name === changed?.name ? changed.data : data,
            dims: graph.parameters.get(name)?.dims ?? [],
          },
        ]),
      ),
    });
  const lossOf = async (name: string, data: Float32Array) =>
    Number((await run({ name, data }))[LOSS_OUTPUT]?.[0]);
  const outputs = await run();
  for (const name of oneOfEachKind()) {
    // Along the gradient the loss changes most, and rounding matters least.
    const data = parameters.get(name) as Float32Array;
    const gradient = outputs[gradientOf(name)] as Float32Array;
    const length = lengthOf(gradient);
    const by = CHANGE / length;
    const moved = (sign: number) =>
      data.map((value, i) => value + (sign * by * (gradient[i] as number)) / length);
    const slope = ((await lossOf(name, moved(1))) - (await lossOf(name, moved(-1)))) / (2 * by);
    expect(slope / length, name).toBeCloseTo(1, 1);
  }
  await opened.close();
});

function lengthOf(values: Float32Array): number {
  return Math.sqrt(values.reduce((sum, value) => sum + value * value, 0));
}

/** The first convolution, the last, and for each kernel and stride the first depthwise and pointwise one; a slope. */
function oneOfEachKind(): string[] {
  const kinds = new Map<string, string[]>();
  for (const step of graph.steps) {
    if (step.kind === 'conv') {
      const { kernel, stride, padding, depthwise } = step;
      kinds.set([kernel, stride, padding, depthwise].join(), [step.weight, step.bias]);
    } else if (step.kind === 'prelu') kinds.set('prelu', [step.slope]);
  }
  const [first] = graph.steps;
  return [...kinds.values(), first?.kind === 'conv' ? [first.weight, first.bias] : []].flat();
}

test('names the convolution that it cannot do', () => {
  const steps = graph.steps.map((step) =>
    step.kind === 'conv' && step.depthwise ? { ...step, depthwise: false } : step,
  );
  expect(() =>
    gradientGraph({
      graph: { ...graph, steps },
      part: 'full',
      batch: 1,
      input: [3, 112, 112],
      embeddingSize: 192,
    }),
  ).toThrow(NetworkError);
});
