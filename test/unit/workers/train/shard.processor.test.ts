import { expect, test } from 'vitest';
import type { Samples, ShardJob } from '../../../../protocol/training.ts';
import type { Thread } from '../../../../workers/runtime/thread.ts';
import type { RoundStore } from '../../../../workers/train/round-store.ts';
import { createShardProcessor } from '../../../../workers/train/shard.processor.ts';
import { createShardMemory } from '../../../../workers/train/shard-memory.ts';
import type { TrainMethods } from '../../../../workers/train/train-thread.ts';

const NOBODY: Samples = { shift: null, views: 1, clean: true, samples: [] };
const base = 'a'.repeat(64);
const jobOf = (shard: number): ShardJob => ({
  run: 'a-run',
  round: 1,
  shard,
  base,
  part: 'tail',
  steps: 1,
  arrived: 0,
  dtype: 'q4',
  seed: 1,
  progress: { from: 0, to: 1 },
});

test('a shard that had to give way to others is loaded again when its turn comes', async () => {
  const memory = createShardMemory({ pause: () => {} });
  const loaded: string[] = [];
  const methods = {
    holds: async ({ name }: { name: string }) => memory.has(name),
    load: async ({ name, json }: { name: string; json: string }) => {
      loaded.push(name);
      return memory.load(name, JSON.parse(json) as Samples);
    },
    knows: async () => true,
    train: async ({ name }: { name: string }) => {
      const samples = memory.arrived(name, 0); // Throws for a shard that is not there.
      return { delta: new Uint8Array(3), samples, firstLoss: 1, lastLoss: 0.5 };
    },
  };
  const thread = {
    call: (method: keyof typeof methods, argument: never) => methods[method](argument),
  } as unknown as Thread<TrainMethods>;
  const store = {
    samples: async () => Buffer.from(JSON.stringify(NOBODY)),
    putDelta: async () => {},
  } as unknown as RoundStore;
  const process = createShardProcessor({ store, thread });

  for (let shard = 0; shard < 9; shard++) await process(jobOf(shard));
  await process(jobOf(8));
  expect(loaded).toHaveLength(9);
  expect(await process(jobOf(0))).toMatchObject({ shard: 0, lastLoss: 0.5 });
  expect(loaded).toEqual([...Array(9).keys(), 0].map((shard) => `a-run:${shard}`));
});
