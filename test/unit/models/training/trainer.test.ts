/** The student learns, and learns the same again from the same seed. */
import { beforeAll, describe, expect, test } from 'vitest';
import { normalize } from '../../../../models/embedding.ts';
import { goldenCrop } from '../../../../models/golden.ts';
import { seededRandom } from '../../../../models/metrics/random.ts';
import { startWasmBackend } from '../../../../models/network/backend-node.ts';
import { buildNetwork, type Part } from '../../../../models/network/network.ts';
import type { Model } from '../../../../models/onnx/model.ts';
import { readOnnx } from '../../../../models/onnx/read.ts';
import { findModel, loadManifest, readModel } from '../../../../models/registry.ts';
import { createFeatures, createTrainer, type Sample } from '../../../../models/training/trainer.ts';

const entry = findModel({ manifest: loadManifest(), task: 'embed' });
let model: Model;
beforeAll(async () => {
  await startWasmBackend();
  model = readOnnx(await readModel({ entry }));
});

function samples(count: number): Sample[] {
  const random = seededRandom(4);
  return Array.from({ length: count }, () => ({
    crop: goldenCrop().map((value) => value * (0.4 + 0.6 * random())),
    target: normalize(Float32Array.from({ length: entry.embeddingSize }, () => random() - 0.5)),
  }));
}

async function train(part: Part, steps: number, seed = 1) {
  const network = buildNetwork(model);
  const trainer = createTrainer({
    network,
    part,
    samples: samples(4),
    input: entry.input,
    seed,
    batchSize: 4,
  });
  const losses: number[] = [];
  for (let i = 0; i < steps; i++) losses.push(await trainer.step());
  const weights = await network.read('full');
  const unmoved = network
    .names('full')
    .filter((name) =>
      (weights.get(name) as Float32Array).every(
        (value, i) => value === network.graph.parameters.get(name)?.data[i],
      ),
    );
  const tail = new Set(network.names('tail'));
  trainer.dispose();
  network.dispose();
  return {
    losses,
    weights,
    unmoved: unmoved.filter((name) => !tail.has(name)).length,
    trunk: weights.size - tail.size,
  };
}

describe('training', () => {
  test('the tail: the loss falls, the trunk stays', async () => {
    const { losses, unmoved, trunk } = await train('tail', 10);
    expect(losses.at(-1)).toBeLessThan((losses[0] as number) - 0.1);
    expect(unmoved).toBe(trunk);
  });

  test('everything: the loss falls, the trunk moves', async () => {
    const { losses, unmoved } = await train('full', 5);
    expect(losses.at(-1)).toBeLessThan(losses[0] as number);
    expect(unmoved).toBe(0);
  });

  test('is repeated by its seed', async () => {
    const [first, again, other] = [await train('tail', 3), await train('tail', 3), await train('tail', 3, 2)];
    expect(again.losses).toEqual(first.losses);
    expect(again.weights).toEqual(first.weights);
    expect(other.losses).not.toEqual(first.losses);
  });

  test('goes on when the features of all samples do not fit', async () => {
    const network = buildNetwork(model);
    const all = samples(12);
    const features = createFeatures({
      network,
      samples: all,
      input: entry.input,
      room: 5 * 14 * 14 * 128 * 4,
    });
    const trainer = createTrainer({
      network,
      part: 'tail',
      samples: all,
      input: entry.input,
      seed: 3,
      batchSize: 4,
      features,
    });
    for (let i = 0; i < 8; i++) expect(await trainer.step()).toBeGreaterThan(0);
    features.dispose();
    network.dispose();
  });

  test('needs samples', () => {
    const network = buildNetwork(model);
    expect(() => createTrainer({ network, part: 'tail', samples: [], input: entry.input, seed: 1 })).toThrow(
      'no samples',
    );
    network.dispose();
  });
});
