/** The student learns, and learns the same again from the same seed. */
import { beforeAll, describe, expect, test } from 'vitest';
import { normalize } from '../../../../models/embedding.ts';
import { goldenCrop } from '../../../../models/golden.ts';
import { seededRandom } from '../../../../models/metrics/random.ts';
import { startWasmBackend } from '../../../../models/network/backend-node.ts';
import type { Part } from '../../../../models/network/weights.ts';
import type { Model } from '../../../../models/onnx/model.ts';
import { readOnnx } from '../../../../models/onnx/read.ts';
import { findModel, loadManifest, readModel } from '../../../../models/registry.ts';
import type { Learner, Sample } from '../../../../models/training/learner.ts';
import { openOnnxStudent } from '../../../../models/training/onnx-student.ts';
import { openTensorflowStudent } from '../../../../models/training/tensorflow-student.ts';
import { createTrainer } from '../../../../models/training/trainer.ts';

const entry = findModel({ manifest: loadManifest(), task: 'embed' });
let model: Model;
beforeAll(async () => {
  await startWasmBackend();
  model = readOnnx(await readModel({ entry }));
});

const students = {
  'ONNX Runtime': (part: Part) => openOnnxStudent({ model, part, entry }),
  'TensorFlow.js': async (part: Part) => openTensorflowStudent({ model, part, input: entry.input }),
} as const;
type Engine = keyof typeof students;
const engines = Object.keys(students) as Engine[];

function samples(count: number): Sample[] {
  const random = seededRandom(4);
  return Array.from({ length: count }, (_, i) => ({
    crop: goldenCrop().map((value) => value * (0.4 + 0.6 * random())),
    target: normalize(Float32Array.from({ length: entry.embeddingSize }, () => random() - 0.5)),
    weight: 1 + (i % 3),
  }));
}

async function train(engine: Engine, part: Part, steps: number, seed = 1) {
  const student = await students[engine](part);
  const learner = student.learner({ samples: samples(4) });
  const trainer = createTrainer({ learner, seed, batchSize: 4 });
  const losses: number[] = [];
  for (let i = 0; i < steps; i++) losses.push(await trainer.step());
  const weights = await student.read();
  learner.dispose();
  await student.close();
  return { losses, weights };
}

describe.each(engines)('training on %s', (engine) => {
  test('the tail: the loss falls', async () => {
    const { losses, weights } = await train(engine, 'tail', 10);
    expect(losses.at(-1)).toBeLessThan((losses[0] as number) - 0.1);
    // Of 1,292,992 that the whole network learns.
    expect([...weights.values()].reduce((sum, { length }) => sum + length, 0)).toBe(729_152);
  });

  test('everything: the loss falls, and every parameter moves', async () => {
    const { losses, weights } = await train(engine, 'full', 5);
    expect(losses.at(-1)).toBeLessThan(losses[0] as number);
    const own = new Map(model.graph.initializers.map(({ name, data }) => [name, data]));
    const unmoved = [...weights].filter(([name, values]) =>
      values.every((value, i) => value === own.get(name)?.[i]),
    );
    expect(unmoved.map(([name]) => name)).toEqual([]);
  });

  test('is repeated by its seed', async () => {
    const [first, again, other] = [
      await train(engine, 'tail', 3),
      await train(engine, 'tail', 3),
      await train(engine, 'tail', 3, 2),
    ];
    expect(again.losses).toEqual(first.losses);
    expect(again.weights).toEqual(first.weights);
    expect(other.losses).not.toEqual(first.losses);
  });

  test('goes on when the features of all samples do not fit', async () => {
    const student = await students[engine]('tail');
    const learner = student.learner({ samples: samples(12), featureBytes: 5 * 14 * 14 * 128 * 4 });
    const trainer = createTrainer({ learner, seed: 3, batchSize: 4 });
    for (let i = 0; i < 8; i++) expect(await trainer.step()).toBeGreaterThan(0);
    learner.dispose();
    await student.close();
  });

  test('draws every sample once before any again, also by a trainer that goes on after another', async () => {
    const student = await students[engine]('tail');
    const learner = student.learner({ samples: samples(12) });
    const drawn: number[] = [];
    const watched: Learner = {
      ...learner,
      gradients(batch) {
        drawn.push(...batch.map(({ index }) => index));
        return learner.gradients(batch);
      },
    };
    for (const [earlier, steps] of [
      [0, 2],
      [2, 4],
    ] as const) {
      const trainer = createTrainer({ learner: watched, seed: 3, batchSize: 4, earlier });
      for (let i = 0; i < steps; i++) await trainer.step();
    }
    const passes = [drawn.slice(0, 12), drawn.slice(12)];
    const all = [...Array(12).keys()];
    expect(passes.map((pass) => pass.toSorted((a, b) => a - b))).toEqual([all, all]);
    expect(passes[0]).not.toEqual(passes[1]);
    learner.dispose();
    await student.close();
  });

  test('needs samples', async () => {
    const student = await students[engine]('tail');
    expect(() => createTrainer({ learner: student.learner({ samples: [] }), seed: 1 })).toThrow('no samples');
    await student.close();
  });

  test('refuses weights that are not of its shape', async () => {
    const student = await students[engine]('tail');
    const weights = await student.read();
    const [[name, values] = ['', new Float32Array()]] = weights;
    expect(() => student.write(new Map([...weights, [name, values.slice(1)]]))).toThrow(name);
    expect(() => student.write(new Map([...weights].slice(1)))).toThrow(name);
    await student.close();
  });
});

test.each(['tail', 'full'] as const)('both engines come to the same weights: %s', async (part) => {
  const [onnx, tensorflow] = [await train('ONNX Runtime', part, 2), await train('TensorFlow.js', part, 2)];
  for (const [i, loss] of onnx.losses.entries()) expect(tensorflow.losses[i]).toBeCloseTo(loss, 4);
  const own = new Map(model.graph.initializers.map(({ name, data }) => [name, data]));
  let [apart, moved] = [0, 0];
  for (const [name, values] of onnx.weights) {
    for (const [i, value] of values.entries()) {
      apart += Math.abs(value - (tensorflow.weights.get(name)?.[i] ?? Number.NaN));
      moved += Math.abs(value - Number(own.get(name)?.[i]));
    }
  }
  // Adam's first steps are the sign of the gradient: where that is close to zero, rounding decides.
  expect(apart / moved).toBeLessThan(0.02);
});
