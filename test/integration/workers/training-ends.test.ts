/** The end of training in the midst of a step, which a worker's live crops must not notice. */
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { enrolPatterns } from '../../support/pattern-people.ts';
import { openStudentScene } from '../../support/student-scene.ts';
import { waitFor } from '../../support/wait-for.ts';
import { startTestWorker, type TestWorker } from '../../support/worker.ts';

let scene: Awaited<ReturnType<typeof openStudentScene>>;
let worker: TestWorker;
beforeAll(async () => {
  scene = await openStudentScene({ training: { rounds: 200, steps: 50 } });
  worker = await startTestWorker({ redisUrl: scene.redisUrl });
  await enrolPatterns(scene.people, { count: 30, photos: 2 });
}, 60_000);
afterAll(async () => {
  await scene?.close();
  await worker?.kill();
});

test('a worker outlives every end of training', async () => {
  const { id } = await scene.groups.create({
    name: 'Dark entrances',
    shift: 'dark-kiosk',
    cameras: [scene.camera.id],
    paused: true,
    automatic: false,
    by: 'test',
  });
  const count = (text: string) => worker.log().split(text).length - 1;
  for (let time = 1; time <= 3; time++) {
    await scene.groups.change(id, { paused: false, by: 'test' });
    await scene.coordinator.request({ group: id, by: 'ann' });
    await waitFor(() => count('training begins') === time, { what: 'training begins', timeoutMs: 60_000 });
    // The thread opens its model and makes the camera's crops first; then it is in one run or the next.
    await sleep(2000 + 370 * time);
    await scene.groups.change(id, { paused: true, by: 'test' });
    await waitFor(
      () =>
        count('training ends') === time ||
        worker.process.exitCode !== null ||
        worker.process.signalCode !== null,
      { what: 'training ends' },
    );
    await sleep(500);
    expect([worker.process.exitCode, worker.process.signalCode], worker.log().slice(-300)).toEqual([
      null,
      null,
    ]);
  }
}, 120_000);
