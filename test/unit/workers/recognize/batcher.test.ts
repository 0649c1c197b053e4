import { expect, test } from 'vitest';
import { createBatcher } from '../../../../workers/recognize/batcher.ts';

/** A batcher whose runs end when the test says so. */
function setUp(limit: number) {
  const runs: (PromiseWithResolvers<string[]> & { items: string[] })[] = [];
  const batcher = createBatcher<string, string>({
    limit,
    run(items) {
      const pending = Promise.withResolvers<string[]>();
      runs.push({ items, ...pending });
      return pending.promise;
    },
  });
  const finish = async (i: number) => {
    const run = runs[i];
    run?.resolve(run.items.map((item) => item.toUpperCase()));
    await new Promise((done) => setImmediate(done));
  };
  return { batcher, runs, finish };
}

test('the first item does not wait for company', () => {
  const { batcher, runs } = setUp(8);
  void batcher.submit('a');
  expect(runs.map(({ items }) => items)).toEqual([['a']]);
});

test('what gathers during a run makes the next batch, up to the limit, first come first served', async () => {
  const { batcher, runs, finish } = setUp(3);
  const results = ['a', 'b', 'c', 'd', 'e'].map((item) => batcher.submit(item));
  expect(batcher.waiting).toBe(4);
  await finish(0);
  await finish(1);
  await finish(2);
  expect(runs.map(({ items }) => items)).toEqual([['a'], ['b', 'c', 'd'], ['e']]);
  expect(await Promise.all(results)).toEqual(['A', 'B', 'C', 'D', 'E']);
});

test('a batch that fails fails its own items only', async () => {
  const { batcher, runs, finish } = setUp(2);
  const first = batcher.submit('a');
  const second = batcher.submit('b');
  runs[0]?.reject(new Error('out of memory'));
  await expect(first).rejects.toThrow('out of memory');
  await finish(1);
  expect(await second).toBe('B');
});

test('a run that gives too few results fails, rather than mixing items up', async () => {
  const { batcher, runs } = setUp(2);
  const only = batcher.submit('a');
  runs[0]?.resolve([]);
  await expect(only).rejects.toThrow(/batch of 1 gave 0 results/);
});
