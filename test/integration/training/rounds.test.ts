/** Rounds through a real queue with real worker processes, and what may go wrong in one. */
import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { Queue, QueueEvents } from 'bullmq';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Tensors, writeCheckpoint } from '../../../models/training/checkpoint.ts';
import { QUEUE_PREFIX } from '../../../protocol/jobs.ts';
import {
  ROUND_QUEUE,
  type RoundJob,
  roundResultSchema,
  SHARD_QUEUE,
  trainingKeys,
} from '../../../protocol/training.ts';
import { createRoundStore } from '../../../workers/train/round-store.ts';
import { startTestFederation, type TestFederation } from '../../support/federation.ts';

const SHARDS = 3;
let setting: TestFederation;
let opened: Awaited<ReturnType<TestFederation['open']>>;
beforeAll(async () => {
  setting = await startTestFederation({ workers: 2 });
  opened = await setting.open({ shards: SHARDS, seed: 9 });
});
afterAll(() => setting?.close());

const queue = (name: string) =>
  new Queue(name, { connection: setting.redis(), prefix: QUEUE_PREFIX }).on('error', () => {});
const sizeOf = (dims: readonly number[]) => dims.reduce((product, side) => product * side, 1);
/** How far weights are from the model's own, in each number. */
const movedBy = (weights: Tensors) =>
  [...weights].flatMap(([name, { data }]) => {
    const own = setting.start.get(name)?.data;
    return Array.from(data, (value, i) => value - (own?.[i] ?? Number.NaN));
  });
const lengthOf = (values: readonly number[]) =>
  Math.sqrt(values.reduce((sum, value) => sum + value * value, 0));
/** Waits until shards of a round are being learnt. */
async function underWay(shards: Queue, count: number) {
  while ((await shards.getActiveCount()) < count) await sleep(20);
}

describe('a round', () => {
  test('is learnt by several processes and put together by one', async () => {
    const { first, federation, round } = opened;
    const result = await round();
    expect(result).toMatchObject({ round: 1, accepted: [0, 1, 2], rejected: [] });
    expect(result.loss).toBeGreaterThan(0);
    expect(result.candidate).not.toBe(first);
    const values = [...setting.shapes.values()].reduce((sum, dims) => sum + sizeOf(dims), 0);
    // Four bits and a little for each value; every worker has the model's own weights.
    expect(result.bytes.up / (SHARDS * values)).toBeCloseTo(0.53, 1);
    expect(result.bytes.down).toBeLessThan(5000);
    expect(lengthOf(movedBy(await federation.weights(result.candidate)))).toBeGreaterThan(0);

    // To the next round the workers come by the step alone, in as few bits.
    const next = await round({ round: 2, steps: 1, base: result.candidate });
    expect(next).toMatchObject({ round: 2, accepted: [0, 1, 2], rejected: [] });
    expect(next.bytes.down / values).toBeGreaterThan(0.5);
    expect(next.bytes.down / values).toBeLessThan(0.6 * SHARDS);
  });

  test('loses nothing when a worker is killed in its midst', async () => {
    const running = opened.round({ round: 3, steps: 4 });
    const shards = queue(SHARD_QUEUE);
    await underWay(shards, 2);
    const [victim] = setting.supervisor.pids;
    process.kill(victim as number, 'SIGKILL');
    expect(await running).toMatchObject({ accepted: [0, 1, 2], rejected: [] });
    expect(setting.supervisor.pids).not.toContain(victim);
    await shards.close();
  });

  test('loses nothing when Redis is killed in its midst', async () => {
    const running = opened.round({ round: 4, steps: 4 });
    const shards = queue(SHARD_QUEUE);
    await underWay(shards, 2);
    process.kill(setting.server.pid as number, 'SIGKILL');
    expect(await running).toMatchObject({ round: 4, accepted: [0, 1, 2], rejected: [] });
    await shards.close();
  });

  test('that was begun by a coordinator that is no more is waited for by the next one', async () => {
    const run = { shards: SHARDS, seed: 5, name: 'again' };
    const before = await setting.open(run);
    const shards = queue(SHARD_QUEUE);
    const abandoned = before.round({ steps: 3 });
    await underWay(shards, 1);
    const after = await setting.open(run);
    const [one, other] = await Promise.all([abandoned, after.round({ steps: 3 })]);
    expect(other).toEqual(one);
    expect(after.progress).toBeUndefined();
    const progress = {
      base: other.candidate,
      afterGroups: [before.first],
      serving: { id: before.first, accuracy: null },
      history: [{ ...other, seconds: 1 }],
    };
    await after.federation.keep(progress);
    expect((await setting.open(run)).progress).toEqual(progress);
    await shards.close();
  });

  test('gives each shard to the worker that has its crops', async () => {
    const run = await setting.open({ shards: 2, seed: 6, name: 'home' });
    const redis = setting.redis();
    const homes = [];
    let base = run.first;
    for (let round = 1; round <= 6; round++) {
      base = (await run.round({ round, steps: 1, base })).candidate;
      homes.push(await redis.mget(trainingKeys.home(run.run, 0), trainingKeys.home(run.run, 1)));
    }
    const [first] = homes;
    expect(new Set(first).size).toBe(2);
    expect(homes).toEqual(homes.map(() => first));
  });

  test('leaves out what is malformed, late, missing, too long or not finite, and tells why', async () => {
    const { first, run, federation } = opened;
    const redis = setting.redis();
    const store = createRoundStore({ redis, vault: setting.vault });
    const delta = (parent: string, value: number) =>
      writeCheckpoint({
        kind: 'delta',
        dtype: 'f16',
        model: setting.model,
        parent,
        tensors: new Map(
          [...setting.shapes].map(([name, dims]) => [
            name,
            { dims, data: new Float32Array(sizeOf(dims)).fill(value) },
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
    const rounds = queue(ROUND_QUEUE);
    const events = new QueueEvents(ROUND_QUEUE, { connection: setting.redis(), prefix: QUEUE_PREFIX });
    await events.waitUntilReady();
    const data: RoundJob = {
      run,
      round: 7,
      base: first,
      serving: { id: first, accuracy: { rank1: 0, tpirAtFpir: 0, meanTpir: 0 } },
      part: 'tail',
      steps: 1,
      work: Array.from({ length: 7 }, (_, shard) => ({
        run,
        round: 7,
        shard,
        base: first,
        part: 'tail',
        steps: 1,
        arrived: 0,
        dtype: 'q4',
        seed: shard,
        progress: { from: 0, to: 1 },
      })),
    };
    const job = await rounds.add('round', data);
    const result = roundResultSchema.parse(await job.waitUntilFinished(events, 60_000));
    expect(result.accepted).toEqual([0]);
    const saying = (words: string) => expect.stringContaining(words) as string;
    expect(result.rejected.map(({ reason }) => reason)).toEqual([
      { code: 'malformed', words: saying('does not begin with "FWCK"') },
      { code: 'other-version' },
      { code: 'missing', words: saying('Not a sealed value') },
      { code: 'malformed', words: saying('SHA-256 does not fit') },
      { code: 'missing', words: saying('is not there') },
      { code: 'too-long', steps: 1, length: expect.any(Number), most: expect.any(Number) },
    ]);
    const [moved] = movedBy(await federation.weights(result.candidate));
    expect(moved).toBeCloseTo(1.3e-6, 7);
    await Promise.all([rounds.close(), events.close()]);
  });
});

describe('one of five workers that lies', () => {
  const learn = async (name: string) => {
    const { round, federation } = await setting.open({ shards: 5, seed: 3, name });
    const result = await round();
    return { result, step: movedBy(await federation.weights(result.candidate)) };
  };

  test('is found out, and what it should have learnt is learnt by another', async () => {
    const honest = await learn('honest');
    for (const poison of ['noise', '-2', '1000', 'misnamed']) {
      const liar = await setting.startLiar(poison);
      const { result, step } = await learn(`poison${poison}`);
      liar.kill();
      const apart = lengthOf(step.map((value, i) => value - (honest.step[i] ?? 0))) / lengthOf(honest.step);
      expect(apart, poison).toBeLessThan(0.01);
      expect(result.accepted, poison).toHaveLength(5);
      const codes = { '1000': 'too-long', misnamed: expect.any(String) as string };
      const code = codes[poison as keyof typeof codes] ?? 'stray';
      expect(result.rejected, poison).toMatchObject([{ reason: { code }, again: true }]);
    }
  }, 180_000);
});
