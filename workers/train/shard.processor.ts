/** A worker's part of a round: some steps on one shard, and what was learnt goes to Redis. */
import { type ShardResult, shardJobSchema } from '../../protocol/training.ts';
import type { Thread } from '../runtime/thread.ts';
import type { RoundStore } from './round-store.ts';
import type { TrainMethods } from './train-thread.ts';

/** @throws TrainingStoreError, ThreadError: the job fails, and the round goes on without the shard */
export function createShardProcessor({ store, thread }: { store: RoundStore; thread: Thread<TrainMethods> }) {
  const loaded = new Set<string>();
  return async (data: unknown): Promise<ShardResult> => {
    const { run, round, shard, base, part, ...how } = shardJobSchema.parse(data);
    const started = performance.now();
    const name = `${run}:${shard}`;
    if (!loaded.has(name)) {
      await thread.call('load', { name, json: (await store.samples(run, shard)).toString('utf8') });
      loaded.add(name);
    }
    const checkpoint = await store.checkpoint(run, base);
    const learnt = await thread.call('train', { shard: name, base: checkpoint, part, ...how });
    await store.putDelta(run, round, shard, learnt.delta);
    const { firstLoss, lastLoss } = learnt;
    return { shard, firstLoss, lastLoss, ms: performance.now() - started };
  };
}
