import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { cosine, cropsToInput, splitEmbeddings } from '../../../models/embedding.ts';
import { goldenCrop, goldenEmbedding } from '../../../models/golden.ts';
import { findModel, loadManifest } from '../../../models/registry.ts';
import { type Engine, MAX_CANDIDATES, startEngine } from '../../../workers/runtime/engine.ts';
import { testEmbedding } from '../../support/gallery.ts';

const entry = findModel({ manifest: loadManifest(), task: 'embed' });
const COUNT = 300;
const people = Array.from({ length: COUNT }, (_, i) => ({
  personId: `person ${i}`,
  template: testEmbedding(i),
}));

test('TensorFlow.js as the engine gives the same embeddings as ONNX Runtime within 1e-4', async () => {
  const common = { model: entry.name, dataDir: '/nonexistent', onDeath: () => {} };
  const engines = await Promise.all([
    startEngine({ ...common, provider: 'cpu' }),
    startEngine({ ...common, provider: 'tensorflow' }),
  ]);
  const crops = [goldenCrop(), goldenCrop().map((value, i) => (i % 4 === 3 ? 255 : 255 - value))];
  const [onnx, tensorflow] = await Promise.all(
    engines.map(async (engine) => {
      const output = await engine.embed(cropsToInput({ crops, input: entry.input }), crops.length);
      return splitEmbeddings({ output, size: entry.embeddingSize });
    }),
  );
  const differences = (onnx ?? []).flatMap((row, n) =>
    [...row].map((value, i) => Math.abs(value - (tensorflow?.[n]?.[i] ?? Number.NaN))),
  );
  console.log(`largest difference: ${Math.max(...differences).toExponential(1)}`);
  expect(differences).toHaveLength(2 * entry.embeddingSize);
  expect(Math.max(...differences)).toBeLessThan(1e-4);
  await Promise.all(engines.map((engine) => engine.close()));
});

describe('the engine', () => {
  let engine: Engine;

  beforeAll(async () => {
    const onDeath = (error: Error) => {
      throw error;
    };
    engine = await startEngine({ model: entry.name, provider: 'auto', dataDir: '/nonexistent', onDeath });
  });
  afterAll(async () => engine?.close());

  const search = async (...queries: Float32Array[]) => {
    const joined = new Float32Array(queries.length * entry.embeddingSize);
    for (const [i, query] of queries.entries()) joined.set(query, i * entry.embeddingSize);
    return engine.match(joined, queries.length);
  };

  test('embeds each crop of a batch as it would alone', async () => {
    const mirrored = cropsToInput({ crops: [goldenCrop()], input: entry.input, flip: true });
    const [alone] = splitEmbeddings({ output: await engine.embed(mirrored, 1), size: entry.embeddingSize });
    const input = new Float32Array(2 * 3 * 112 * 112);
    input.set(cropsToInput({ crops: [goldenCrop()], input: entry.input }));
    input.set(cropsToInput({ crops: [goldenCrop()], input: entry.input, flip: true }), input.length / 2);
    const [first, second] = splitEmbeddings({
      output: await engine.embed(input, 2),
      size: entry.embeddingSize,
    });
    expect(cosine(first as Float32Array, goldenEmbedding(entry))).toBeGreaterThan(0.999);
    expect(cosine(second as Float32Array, alone as Float32Array)).toBeGreaterThan(0.999);
    expect(cosine(first as Float32Array, second as Float32Array)).toBeLessThan(0.99);
  });

  test('finds exactly the people that comparing with everybody finds, in the same order', async () => {
    await engine.replace(people);
    const queries = Array.from({ length: 7 }, (_, i) => testEmbedding(10_000 + i));
    const found = await search(...queries);
    const expected = queries.map((query) =>
      people
        .map(({ personId, template }) => ({ personId, score: cosine(template, query) }))
        .sort((a, b) => b.score - a.score)
        .slice(0, MAX_CANDIDATES),
    );
    expect(found.map((each) => each.map(({ personId }) => personId))).toEqual(
      expected.map((each) => each.map(({ personId }) => personId)),
    );
    for (const [i, each] of found.entries()) {
      for (const [j, { score }] of each.entries()) expect(score).toBeCloseTo(expected[i]?.[j]?.score ?? 9, 5);
    }
  });

  test('takes changes and searches in the order in which they were asked for', async () => {
    await engine.replace([]);
    const [person] = people;
    const query = person?.template as Float32Array;
    const answers = await Promise.all([
      search(query),
      engine.upsert({ personId: 'a', template: query.slice() }),
      search(query),
      engine.remove('a'),
      search(query),
    ]);
    expect([answers[0], answers[2], answers[4]].map(([found]) => found?.length)).toEqual([0, 1, 0]);
  });

  test('refuses a template of another model, and goes on', async () => {
    await expect(engine.upsert({ personId: 'b', template: new Float32Array(128) })).rejects.toThrow(
      /has 128 numbers; the model gives 192/,
    );
    expect((await search(testEmbedding(1)))[0]).toEqual([]);
  });
});
