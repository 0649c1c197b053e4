/** Workers that come one after the other when a run is due, and servers that share them. */
import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { Queue } from 'bullmq';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { QUEUE_PREFIX, redisKeys, type WorkerStatus } from '../../../protocol/jobs.ts';
import { SHARD_QUEUE } from '../../../protocol/training.ts';
import { createRunStore } from '../../../server/students/run.store.ts';
import { enrolPatterns } from '../../support/pattern-people.ts';
import { openStudentScene } from '../../support/student-scene.ts';
import { baseEntry } from '../../support/students.ts';
import { waitFor } from '../../support/wait-for.ts';

let scene: Awaited<ReturnType<typeof openStudentScene>>;
let shards: Queue;
const pulses: NodeJS.Timeout[] = [];
beforeAll(async () => {
  scene = await openStudentScene({ training: { rounds: 1, steps: 1 } });
  await enrolPatterns(scene.people, { count: 30, photos: 2 });
  shards = new Queue(SHARD_QUEUE, { connection: scene.redis, prefix: QUEUE_PREFIX });
}, 60_000);
afterAll(async () => {
  for (const pulse of pulses) clearInterval(pulse);
  await shards?.close();
  await scene?.close();
});

/** Tells of a worker that trains, as one does; what it would learn stays in the queue. */
const appear = (id: string): void => {
  const tell = () => {
    const status: WorkerStatus = {
      id,
      pid: 1,
      host: 'test',
      provider: 'cpu',
      model: baseEntry.name,
      training: 'idle',
      gallerySize: 0,
      galleryVersion: 0,
      at: Date.now(),
    };
    scene.redis.hset(redisKeys.workers, id, JSON.stringify(status)).catch(() => {});
  };
  tell();
  pulses.push(setInterval(tell, 500));
};

test('a run is of all workers, not of the one that was there first', async () => {
  const group = await scene.groups.create({
    name: 'Entrances',
    shift: null,
    cameras: [scene.camera.id],
    paused: false,
    automatic: false,
    by: 'test',
  });
  for (const id of ['first', 'second', 'third']) {
    appear(id);
    await sleep(1500);
  }
  await waitFor(async () => (await scene.coordinator.runs(group.id)).length > 0, { what: 'a run begins' });
  await waitFor(async () => (await shards.getWaitingCount()) > 0, { what: 'its shards wait for workers' });
  await sleep(500);
  expect(await shards.getWaitingCount()).toBe(3);
  await scene.groups.change(group.id, { paused: true, by: 'test' });
  await waitFor(
    async () => (await scene.coordinator.runs(group.id)).every(({ state }) => state !== 'running'),
    {
      what: 'the run is stopped',
    },
  );
}, 60_000);

test('a run may be asked for at any server', async () => {
  const other = await scene.openServer('another');
  const group = await scene.groups.create({
    name: 'Gates',
    shift: null,
    cameras: [],
    paused: true,
    automatic: false,
    by: 'test',
  });
  const runs = createRunStore({ database: scene.database });
  const id = randomUUID();
  const counts = { people: 30, photos: 60, confirmed: 0 };
  await runs.begin({ id, group: group.id, by: 'server', model: baseEntry.name, counts, planned: 1 });
  await runs.end(id, { state: 'done', how: { code: 'no-better' }, version: null });
  await scene.groups.change(group.id, { paused: false, cameras: [scene.camera.id], by: 'test' });
  const ready = { ...group, paused: false, cameras: [scene.camera] };
  expect((await other.coordinator.status(ready)).state).toBe('nothing-new');
  await other.coordinator.request({ group: group.id, by: 'ann' });
  await waitFor(async () => (await runs.list(group.id)).find(({ by }) => by === 'ann'), {
    what: 'the server that runs trainings begins it',
  });
  await scene.groups.change(group.id, { paused: true, by: 'test' });
}, 60_000);
