/** A training worker that lies: of one shard of each round it sends noise, or what it learnt times a number. */
import { createHash } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { Queue, Worker } from 'bullmq';
import { loadConfig } from '../../config/load.ts';
import { connectRedis } from '../../config/redis.ts';
import { seededRandom } from '../../models/metrics/random.ts';
import { readGraph } from '../../models/network/graph.ts';
import { partNames } from '../../models/network/weights.ts';
import { readOnnx } from '../../models/onnx/read.ts';
import { findModel, loadManifest, readModel } from '../../models/registry.ts';
import { readCheckpoint, writeCheckpoint } from '../../models/training/checkpoint.ts';
import { QUEUE_PREFIX } from '../../protocol/jobs.ts';
import { ROUND_QUEUE, SHARD_QUEUE, type ShardJob } from '../../protocol/training.ts';
import { loadDataKey } from '../../vault/data-key.ts';
import { createVault } from '../../vault/vault.ts';
import { startThread } from '../../workers/runtime/thread.ts';
import { createRoundStore } from '../../workers/train/round-store.ts';
import { createShardProcessor } from '../../workers/train/shard.processor.ts';
import type { TrainMethods } from '../../workers/train/train-thread.ts';

const config = loadConfig(process.env);
const redis = connectRedis({ url: config.REDIS_URL ?? '', use: 'blocking' });
const vault = createVault({ key: loadDataKey({ dataKey: config.DATA_KEY, dataDir: config.DATA_DIR }) });
const entry = findModel({ manifest: loadManifest(), task: 'embed' });
const file = await readModel({ entry });
const model = createHash('sha256').update(file).digest('hex');
const graph = readGraph(readOnnx(file));
const shapes = new Map(
  partNames(graph, 'tail').map((name) => [name, graph.parameters.get(name)?.dims ?? []]),
);
const { thread } = await startThread<TrainMethods, undefined>({
  script: new URL('../../workers/train/train-thread.ts', import.meta.url),
  data: { model: entry.name, dataDir: config.DATA_DIR },
  onDeath: () => process.exit(1),
});
const random = seededRandom(3);

/** As long as the honest delta where it is noise: nothing but its direction gives it away. */
async function spoil(honest: Uint8Array): Promise<Uint8Array> {
  const { tensors, parent } = await readCheckpoint(honest, { kind: 'delta', model, shapes });
  const spoilt = new Map(
    [...tensors].map(([name, { dims, data }]) => {
      const spread = Math.sqrt(3 * (data.reduce((sum, value) => sum + value * value, 0) / data.length));
      const lie = (value: number) =>
        process.env.POISON === 'noise' ? (2 * random() - 1) * spread : Number(process.env.POISON) * value;
      // Names that no model has make the longest complaint.
      if (process.env.POISON === 'misnamed') return [name.padEnd(300, '?'), { dims, data }];
      return [name, { dims, data: data.map(lie) }];
    }),
  );
  const { bytes } = await writeCheckpoint({ kind: 'delta', dtype: 'q4', model, parent, tensors: spoilt });
  return bytes;
}

const call = async (...what: Parameters<typeof thread.call>) => {
  const result: unknown = await thread.call(...what);
  if (what[0] === 'train') {
    const learnt = result as { delta: Uint8Array };
    learnt.delta = await spoil(learnt.delta);
  }
  return result;
};
const processor = createShardProcessor({
  store: createRoundStore({ redis, vault }),
  thread: { ...thread, call: call as typeof thread.call },
});
const rounds = new Queue(ROUND_QUEUE, { connection: redis, prefix: QUEUE_PREFIX });
const goOnAfter = async ({ run, round }: ShardJob): Promise<void> => {
  while (!(await (await rounds.getJob(`${run}-${round}`))?.isCompleted())) await sleep(100);
  await worker.resume();
};
const worker: Worker<ShardJob> = new Worker<ShardJob>(
  SHARD_QUEUE,
  async (job): Promise<unknown> => {
    // One of five lies, not two.
    void worker.pause(true);
    const result = await processor(job.data);
    void goOnAfter(job.data);
    return result;
  },
  { connection: redis, prefix: QUEUE_PREFIX, concurrency: 1 },
);
worker.on('error', () => {});
process.on('SIGTERM', () => process.exit(0));
await worker.waitUntilReady();
console.log('ready');
