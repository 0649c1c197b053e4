/** A live run that takes the student away from its best, with real processes. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { sealPurposes } from '../../../protocol/jobs.ts';
import { embeddingToBytes } from '../../../server/people/template.ts';
import { isHeldOut } from '../../../server/students/division.ts';
import { PATIENCE } from '../../../server/students/early-stop.ts';
import { testEmbedding, testVault } from '../../support/gallery.ts';
import { enrolPatterns } from '../../support/pattern-people.ts';
import { openStudentScene } from '../../support/student-scene.ts';
import { waitFor } from '../../support/wait-for.ts';
import { startTestWorker, type TestWorker } from '../../support/worker.ts';

let scene: Awaited<ReturnType<typeof openStudentScene>>;
let worker: TestWorker;
beforeAll(async () => {
  scene = await openStudentScene({ training: { rounds: 6, steps: 2 } });
  // Whom it learns from have templates of nobody: the more it learns, the less it knows those held out.
  const ids = await enrolPatterns(scene.people, { count: 30, photos: 2 });
  for (const [i, id] of ids.entries()) {
    if (isHeldOut(id)) continue;
    const embedding = testVault.seal(sealPurposes.template, embeddingToBytes(testEmbedding(i)));
    await scene.database.query('update templates set embedding = $2 where person_id = $1', [id, embedding]);
  }
  worker = await startTestWorker({ redisUrl: scene.redisUrl });
}, 60_000);
afterAll(async () => {
  await scene?.close();
  await worker?.kill();
});

test('a run stops when it does worse round after round, and its record says so', async () => {
  const group = await scene.groups.create({
    name: 'Entrances',
    shift: null,
    cameras: [scene.camera.id],
    paused: false,
    automatic: true,
    by: 'test',
  });
  const run = await waitFor(
    async () => (await scene.coordinator.runs(group.id)).find(({ state }) => state !== 'running'),
    { what: 'the run has ended', timeoutMs: 150_000 },
  );
  console.log(
    run.rounds
      .map(({ accuracy, kept }) => `${accuracy.meanTpir.toFixed(3)}${kept ? ' kept' : ''}`)
      .join(', '),
  );
  expect(run).toMatchObject({ state: 'done', planned: 6, stoppedEarly: true, version: null });
  expect(run.rounds).toHaveLength(PATIENCE);
}, 180_000);
