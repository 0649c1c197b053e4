/** Rounds through a real queue with real worker processes, and what may go wrong in one. */
import { createHash, randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Queue, QueueEvents } from 'bullmq';
import { pino } from 'pino';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { connectRedis } from '../../../config/redis.ts';
import { normalize } from '../../../models/embedding.ts';
import { goldenCrop } from '../../../models/golden.ts';
import { seededRandom } from '../../../models/metrics/random.ts';
import { readGraph } from '../../../models/network/graph.ts';
import { partNames } from '../../../models/network/network.ts';
import { readOnnx } from '../../../models/onnx/read.ts';
import { findModel, loadManifest, readModel } from '../../../models/registry.ts';
import { type Tensors, writeCheckpoint } from '../../../models/training/checkpoint.ts';
import { QUEUE_PREFIX } from '../../../protocol/jobs.ts';
import {
  ROUND_QUEUE,
  type RoundJob,
  roundResultSchema,
  SHARD_QUEUE,
  trainingKeys,
} from '../../../protocol/training.ts';
import { EmbeddedRedis } from '../../../server/redis/embedded-redis.ts';
import { type Federation, openFederation } from '../../../server/training/federation.ts';
import { WorkerSupervisor } from '../../../server/workers/supervisor.ts';
import { createVault } from '../../../vault/vault.ts';
import { createRoundStore } from '../../../workers/train/round-store.ts';

const SHARDS = 3;
const logger = pino({ level: 'silent' });
const dir = mkdtempSync(join(tmpdir(), 'facewire-rounds-'));
const dataKey = randomBytes(32);
const vault = createVault({ key: dataKey });
const random = seededRandom(9);
const closers: (() => unknown)[] = [];

let url: string;
let supervisor: WorkerSupervisor;
let federation: Federation;
let run: string;
let first: string;
let shapes: Map<string, readonly number[]>;
let model: string;
let start: Tensors;

const redisOf = (use: 'commands' | 'blocking') => {
  const redis = connectRedis({ url, use });
  redis.on('error', () => {});
  closers.push(() => redis.disconnect());
  return redis;
};
const vector = () => {
  const values = normalize(Float32Array.from({ length: 192 }, () => random() - 0.5));
  return Buffer.from(values.buffer).toString('base64');
};
/** The golden crop in other colours: no face, and enough to learn from. */
const crop = async () => {
  const pixels = goldenCrop().map((value) => value * (0.5 + 0.5 * random()));
  const jpeg = await sharp(pixels, { raw: { width: 112, height: 112, channels: 4 } })
    .jpeg()
    .toBuffer();
  return { crop: jpeg.toString('base64'), seed: Math.floor(1e6 * random()) };
};
const crops = (count: number) => Promise.all(Array.from({ length: count }, crop));
const round = (steps = 2, number = 1, base = first) =>
  federation.round({
    round: number,
    base,
    serving: { id: first, accuracy: null },
    steps,
    seed: 1,
    progress: { from: 0, to: 1 },
  });

beforeAll(async () => {
  const entry = findModel({ manifest: loadManifest(), task: 'embed' });
  const file = await readModel({ entry });
  model = createHash('sha256').update(file).digest('hex');
  const graph = readGraph(readOnnx(file));
  shapes = new Map(partNames(graph, 'tail').map((name) => [name, graph.parameters.get(name)?.dims ?? []]));
  start = new Map(
    [...shapes].map(([name, dims]) => [
      name,
      { dims, data: graph.parameters.get(name)?.data ?? new Float32Array() },
    ]),
  );
  const server = await EmbeddedRedis.start({ dataDir: dir, logger });
  closers.push(() => server.close());
  url = server.url;
  const samples = async () => ({
    shift: 'dark-kiosk',
    views: 2,
    clean: true,
    samples: (await crops(4)).map((one) => ({ ...one, target: vector(), weight: 1 })),
  });
  const opened = await openFederation({
    redis: redisOf('blocking'),
    blocking: redisOf('blocking'),
    vault,
    scope: { model, part: 'tail', shapes },
    start,
    shards: await Promise.all(Array.from({ length: SHARDS }, samples)),
    rounds: SHARDS,
    validation: {
      shift: 'dark-kiosk',
      gallery: [vector(), vector()],
      probes: (await crops(2)).map((one, person) => ({ ...one, person })),
      strangers: await crops(2),
    },
  });
  ({ federation, run, first } = opened);
  closers.push(() => federation.close());
  supervisor = new WorkerSupervisor({
    count: 2,
    script: 'workers/train/main.ts',
    environment: {
      ...process.env,
      REDIS_URL: url,
      DATA_DIR: dir,
      DATA_KEY: dataKey.toString('base64'),
      LOG_LEVEL: 'fatal',
    },
    logger,
  });
  closers.push(() => supervisor.close());
});

afterAll(async () => {
  for (const closer of closers.reverse()) await Promise.resolve(closer()).catch(() => {});
  rmSync(dir, { recursive: true, force: true });
});

describe('a round', () => {
  test('is learnt by several processes and put together by one', async () => {
    const result = await round();
    expect(result).toMatchObject({ round: 1, accepted: [0, 1, 2], rejected: [] });
    expect(result.loss).toBeGreaterThan(0);
    expect(result.candidate).not.toBe(first);
    const values = [...shapes.values()].reduce((sum, dims) => sum + dims.reduce((a, b) => a * b, 1), 0);
    // Four bits and a little for each value; every worker has the model's own weights.
    expect(result.bytes.up / (SHARDS * values)).toBeCloseTo(0.53, 1);
    expect(result.bytes.down).toBeLessThan(5000);
    const weights = await federation.weights(result.candidate);
    const moved = [...weights].some(([name, { data }]) =>
      data.some((value, i) => value !== start.get(name)?.data[i]),
    );
    expect(moved).toBe(true);

    // To the next round the workers come by the step alone, in as few bits; who was killed, by all steps.
    const next = await round(1, 2, result.candidate);
    expect(next).toMatchObject({ round: 2, accepted: [0, 1, 2], rejected: [] });
    expect(next.bytes.down / values).toBeGreaterThan(0.5);
    expect(next.bytes.down / values).toBeLessThan(0.6 * SHARDS);
  });

  test('loses nothing when a worker is killed in its midst', async () => {
    const redis = redisOf('commands');
    const running = round(4);
    const queue = new Queue(SHARD_QUEUE, { connection: redis, prefix: QUEUE_PREFIX });
    while ((await queue.getActiveCount()) < 2) await sleep(50);
    await sleep(500);
    const [victim] = supervisor.pids;
    process.kill(victim as number, 'SIGKILL');
    expect(await running).toMatchObject({ accepted: [0, 1, 2], rejected: [] });
    expect(supervisor.pids).not.toContain(victim);
    await queue.close();
  });

  test('leaves out what is malformed, late, missing or not finite, and tells why', async () => {
    const redis = redisOf('commands');
    const store = createRoundStore({ redis, vault });
    const delta = (parent: string, value: number) =>
      writeCheckpoint({
        kind: 'delta',
        dtype: 'f16',
        model,
        parent,
        tensors: new Map(
          [...shapes].map(([name, dims]) => [
            name,
            { dims, data: new Float32Array(dims.reduce((a, b) => a * b, 1)).fill(value) },
          ]),
        ),
      });
    const good = await delta(first, 1e-6);
    await store.putDelta(run, 7, 0, good.bytes);
    await store.putDelta(run, 7, 0, good.bytes); // Sent twice, it counts once.
    await store.putDelta(run, 7, 1, randomBytes(1000));
    await store.putDelta(run, 7, 2, (await delta('f'.repeat(64), 1e-6)).bytes);
    await redis.set(trainingKeys.delta(run, 7, 3), 'not even sealed');
    await store.putDelta(run, 7, 4, good.bytes.slice(0, -100));
    await store.putDelta(run, 7, 6, (await delta(first, 0.1)).bytes);
    const queue = new Queue(ROUND_QUEUE, { connection: redis, prefix: QUEUE_PREFIX });
    const events = new QueueEvents(ROUND_QUEUE, { connection: redisOf('blocking'), prefix: QUEUE_PREFIX });
    await events.waitUntilReady();
    const data: RoundJob = {
      run,
      round: 7,
      base: first,
      serving: { id: first, accuracy: { rank1: 0, tpirAtFpir: 0, meanTpir: 0 } },
      part: 'tail',
      shards: 8,
      steps: 1,
    };
    const job = await queue.add('round', data);
    const result = roundResultSchema.parse(await job.waitUntilFinished(events, 60_000));
    expect(result.accepted).toEqual([0]);
    expect(result.rejected.map(({ reason }) => reason)).toEqual([
      expect.stringContaining('does not begin with "FWCK"'),
      expect.stringContaining('is not this round'),
      expect.stringContaining('Not a sealed value'),
      expect.stringContaining('SHA-256 does not fit'),
      expect.stringContaining('is not there'),
      expect.stringContaining('1 steps bring'),
      expect.stringContaining('is not there'),
    ]);
    const weights = await federation.weights(result.candidate);
    const [name, { data: after }] = [...weights][0] as [string, { data: Float32Array }];
    expect((after[0] as number) - (start.get(name)?.data[0] as number)).toBeCloseTo(1.3e-6, 7);
    await Promise.all([queue.close(), events.close()]);
  });
});
