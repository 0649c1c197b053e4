/** What may be killed while a live run is under way, with real processes. */
import { setTimeout as sleep } from 'node:timers/promises';
import { Queue } from 'bullmq';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { QUEUE_PREFIX } from '../../../protocol/jobs.ts';
import type { TrainingRun } from '../../../protocol/student-versions.ts';
import { SHARD_QUEUE } from '../../../protocol/training.ts';
import type { StoredGroup } from '../../../server/students/group.store.ts';
import { enrolPatterns, patternCrop } from '../../support/pattern-people.ts';
import { openStudentScene } from '../../support/student-scene.ts';
import { waitFor } from '../../support/wait-for.ts';
import { startTestWorker, type TestWorker } from '../../support/worker.ts';

const ROUNDS = 2;
const SHARDS = 2;

// A run takes seconds, or minutes where the machine has much else to do.
describe('a live run in whose midst', { timeout: 240_000 }, () => {
  let scene: Awaited<ReturnType<typeof openStudentScene>>;
  let workers: TestWorker[] = [];
  let shards: Queue;
  let group: StoredGroup;
  let crop: Buffer;
  let sequence = 0;

  beforeAll(async () => {
    scene = await openStudentScene({ training: { rounds: ROUNDS, steps: 1 }, redis: { keeps: true } });
    shards = new Queue(SHARD_QUEUE, { connection: scene.redis, prefix: QUEUE_PREFIX });
    shards.on('error', () => {});
    await enrolPatterns(scene.people, { count: 30, photos: 2 });
    crop = await patternCrop(1);
    workers = await Promise.all([0, 1].map(() => startTestWorker({ redisUrl: scene.redisUrl })));
    group = await scene.groups.create({
      name: 'Dark entrances',
      shift: 'dark-kiosk',
      cameras: [scene.camera.id],
      paused: true,
      automatic: false,
      by: 'test',
    });
  }, 60_000);
  afterAll(async () => {
    await shards?.close();
    await scene?.close();
    await Promise.all(workers.map((worker) => worker.kill()));
  });

  const runs = () => scene.coordinator.runs(group.id);
  /** A run of which each worker has begun a shard. */
  const underWay = async (): Promise<TrainingRun> => {
    const known = new Set((await runs()).map(({ id }) => id));
    await scene.groups.change(group.id, { paused: false, by: 'test' });
    await scene.coordinator.request({ group: group.id, by: 'ann' });
    const run = await waitFor(async () => (await runs()).find(({ id }) => !known.has(id)), {
      what: 'a run begins',
      timeoutMs: 60_000,
    });
    await waitFor(async () => (await shards.getActiveCount()) === SHARDS, {
      what: 'both shards are being learnt',
      timeoutMs: 60_000,
    });
    return run;
  };
  /** And no other one begins by itself. */
  const ended = async ({ id }: TrainingRun): Promise<TrainingRun> => {
    const run = await waitFor(
      async () => (await runs()).find((run) => run.id === id && run.state !== 'running'),
      { what: 'the run has ended', timeoutMs: 150_000 },
    );
    await scene.groups.change(group.id, { paused: true, by: 'test' });
    return run;
  };
  const expectWhole = (run: TrainingRun): void => {
    expect(run).toMatchObject({ state: 'done' });
    expect(run.rounds).toHaveLength(ROUNDS);
    for (const { shards, rejected } of run.rounds) {
      expect(shards.map(({ shard }) => shard).toSorted((a, b) => a - b)).toEqual([0, 1]);
      expect(rejected).toEqual([]);
    }
  };
  /** A live crop of the camera, as a kiosk's session submits it. */
  const isAnswered = async (): Promise<boolean> => {
    sequence += 1;
    const submitted = await scene.crops
      .submit({
        stream: scene.camera.id,
        track: 1,
        sequence,
        codec: 'jpeg',
        payload: crop,
        quality: 1,
        evidence: undefined,
        deadlineAt: Date.now() + 5000,
      })
      .catch(() => undefined);
    return (await submitted?.answer)?.result.outcome === 'decided';
  };

  test('a worker is killed is finished by another, with no shard lost or counted twice', async () => {
    const run = await underWay();
    await workers.shift()?.kill('SIGKILL');
    expectWhole(await ended(run));
    expect(await isAnswered()).toBe(true);
  });

  test('Redis is killed goes on when Redis kept it, and live recognition with it', async () => {
    workers.push(await startTestWorker({ redisUrl: scene.redisUrl }));
    const run = await underWay();
    await sleep(1100); // A crash loses the last second.
    await scene.redisServer.kill();
    expect(await isAnswered()).toBe(false);
    await scene.redisServer.restart();
    await waitFor(isAnswered, { what: 'a crop is answered again' });
    expectWhole(await ended(run));
  });

  test('Redis is killed and loses everything ends in words, and the next one runs', async () => {
    const run = await underWay();
    await scene.redisServer.restart({ empty: true });
    await waitFor(isAnswered, { what: 'a crop is answered again' });
    expect(await ended(run)).toMatchObject({
      state: 'failed',
      message: 'Redis was started anew and has lost this run. Another one begins in a while.',
      reason: { code: 'redis-lost' },
    });
    expect(await scene.redis.keys('fw:training:*:*')).toEqual([]);
    expectWhole(await ended(await underWay()));
  });

  test('the database is away when it ends does not stand as running for ever', async () => {
    const run = await underWay();
    await scene.database.query('alter table student_runs rename to student_runs_away');
    await scene.groups.change(group.id, { paused: true, by: 'test' });
    await waitFor(async () => (await scene.redis.keys('fw:training:*:*')).length === 0, {
      what: 'the run is taken down',
    });
    await sleep(1500); // Longer than the time between two looks.
    await scene.database.query('alter table student_runs_away rename to student_runs');
    expect(await ended(run)).toMatchObject({
      state: 'stopped',
      message: 'It was cut off: its server ended, or could not reach the database.',
      reason: { code: 'cut-off' },
    });
    expect((await scene.coordinator.status({ ...group, paused: true })).state).toBe('paused');
  });
});
