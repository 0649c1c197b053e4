/** A worker's part of a round: some steps on one shard, and what was learnt goes to Redis. */
import type { Part } from '../../models/network/weights.ts';
import { parentOf } from '../../models/training/checkpoint.ts';
import { type ShardResult, shardJobSchema } from '../../protocol/training.ts';
import type { Thread } from '../runtime/thread.ts';
import type { RoundStore } from './round-store.ts';
import type { TrainMethods } from './train-thread.ts';

/** So many steps of four bits are about as long as weights of 32. */
const MOST_STEPS = 7;

/** @throws TrainingStoreError, ThreadError: the job fails, and the round goes on without the shard */
export function createShardProcessor({ store, thread }: { store: RoundStore; thread: Thread<TrainMethods> }) {
  return async (data: unknown): Promise<ShardResult> => {
    const { run, shard, ...work } = shardJobSchema.parse(data);
    const { round, base, part } = work;
    const [startedAt, started] = [Date.now(), performance.now()];
    const name = `${run}:${shard}`;
    if (!(await thread.call('holds', { name }))) {
      await thread.call('load', { name, json: (await store.samples(run, shard)).toString('utf8') });
    }
    const down = JSON.stringify(data).length + (await fetchBase({ store, thread, run, part, base }));
    const { delta, samples, firstLoss, lastLoss } = await thread.call('train', { name, ...work });
    await store.putDelta(run, round, shard, delta);
    return {
      shard,
      samples,
      firstLoss,
      lastLoss,
      startedAt,
      ms: performance.now() - started,
      bytes: { down, up: delta.length },
    };
  };
}

/**
 * Brings a checkpoint to the thread: by the steps from one it knows, or whole where they would be longer.
 * @returns bytes that were fetched
 */
async function fetchBase(options: {
  store: RoundStore;
  thread: Thread<TrainMethods>;
  run: string;
  part: Part;
  base: string;
}): Promise<number> {
  const { store, thread, run, part, base } = options;
  const steps: Uint8Array[] = [];
  let down = 0;
  let id: string | null = base;
  while (id !== null && !(await thread.call('knows', { part, id }))) {
    const step: Uint8Array | undefined = steps.length < MOST_STEPS ? await store.step(run, id) : undefined;
    id = step ? parentOf(step) : null;
    if (!step) break;
    steps.unshift(step);
    down += step.length;
  }
  if (id === null) {
    const bytes = await store.checkpoint(run, base);
    await thread.call('take', { part, what: 'weights', bytes });
    return down + bytes.length;
  }
  for (const bytes of steps) await thread.call('take', { part, what: 'step', bytes });
  return down;
}
