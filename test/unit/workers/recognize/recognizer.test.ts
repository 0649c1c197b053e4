import { expect, test } from 'vitest';
import { findModel, loadManifest } from '../../../../models/registry.ts';
import { createRecognizer, type Probe } from '../../../../workers/recognize/recognizer.ts';
import type { Engine } from '../../../../workers/runtime/engine.ts';

const entry = findModel({ manifest: loadManifest(), task: 'embed' });
const size = entry.embeddingSize;

const GREY = 128;

/** An engine whose embedding is the first pixel's distance from grey along one axis; grey is no direction at all. */
function setUp() {
  const batches: number[] = [];
  let time = 1000;
  const engine: Pick<Engine, 'embed' | 'match'> = {
    async embed(input, count) {
      batches.push(count);
      time += 5;
      const output = new Float32Array(count * size);
      for (let i = 0; i < count; i++) {
        output[i * size] = Math.round(128 * (input[(i * input.length) / count] as number) - 0.5);
      }
      return output;
    },
    async match(queries, count) {
      return Array.from({ length: count }, (_, i) => [
        { personId: 'axis', score: queries[i * size] as number },
      ]);
    },
  };
  const recognizer = createRecognizer({ engine, entry, limit: 4, now: () => time });
  return { recognizer, batches };
}
const probe = (value: number, more: Partial<Probe> = {}): Probe => ({
  crop: new Uint8Array(112 * 112 * 4).fill(GREY + value),
  quality: 1,
  evidence: undefined,
  deadlineAt: 1_000_000,
  ...more,
});

test('each probe of a batch gets its own answer', async () => {
  const { recognizer, batches } = setUp();
  const results = await Promise.all([2, -3, 4, -5, 6].map((value) => recognizer.recognize(probe(value))));
  expect(batches).toEqual([1, 4]);
  const scores = results.map((result) => result.kind === 'recognized' && result.matches[0]?.score);
  expect(scores).toEqual([1, -1, 1, -1, 1]);
});

test('a probe that grew too old while it waited is left, without cost to the others', async () => {
  const { recognizer, batches } = setUp();
  const [first, late, third] = await Promise.all([
    recognizer.recognize(probe(1)),
    recognizer.recognize(probe(1, { deadlineAt: 1003 })),
    recognizer.recognize(probe(1)),
  ]);
  expect(late?.kind).toBe('late');
  expect([first?.kind, third?.kind]).toEqual(['recognized', 'recognized']);
  expect(batches).toEqual([1, 1]);
});

test('a crop without a usable embedding does not spoil its batch', async () => {
  const { recognizer } = setUp();
  const results = await Promise.all([1, 0, 0, 2].map((value) => recognizer.recognize(probe(value))));
  expect(results.map(({ kind }) => kind)).toEqual([
    'recognized',
    'no-embedding',
    'no-embedding',
    'recognized',
  ]);
});
