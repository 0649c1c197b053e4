import { randomUUID } from 'node:crypto';
import { setImmediate as breathe } from 'node:timers/promises';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Decision } from '../../../protocol/jobs.ts';
import type { StudentGroup, StudentVersion } from '../../../protocol/student-versions.ts';
import { DRAWN_PEOPLE, drawFace } from '../../support/drawn-face.ts';
import { testEmbedding } from '../../support/gallery.ts';
import { openStudentScene } from '../../support/student-scene.ts';
import { makeStudent, type TestStudent } from '../../support/students.ts';
import { waitFor } from '../../support/wait-for.ts';
import { publishPerson, startTestWorker, type TestWorker } from '../../support/worker.ts';

type Scene = Awaited<ReturnType<typeof openStudentScene>>;

describe('students are rolled out', () => {
  let scene: Scene;
  let workers: TestWorker[];
  let payload: Buffer;
  let made: TestStudent[];
  let group: string;
  let sequence = 0;

  beforeAll(async () => {
    scene = await openStudentScene();
    const [person] = DRAWN_PEOPLE;
    payload = await sharp(await drawFace(person as (typeof DRAWN_PEOPLE)[number]))
      .resize(112, 112)
      .jpeg()
      .toBuffer();
    await publishPerson(scene.redis, { personId: randomUUID(), name: 'Ann', template: testEmbedding(1) });
    made = [];
    for (const seed of [1, 2]) made.push(await makeStudent({ seed, stricterBy: seed / 100 }));
    group = (
      await scene.groups.create({
        name: 'Dark entrances',
        shift: 'dark-kiosk',
        cameras: [scene.camera.id],
        paused: false,
        automatic: true,
        by: 'test',
      })
    ).id;
    workers = await Promise.all([0, 1].map(() => startTestWorker({ redisUrl: scene.redisUrl })));
  }, 60_000);

  afterAll(async () => {
    await Promise.all(workers?.map((worker) => worker.kill()) ?? []);
    await scene?.close();
  });

  /** A crop of the camera, as a kiosk's session submits it. */
  const ask = async (): Promise<{ decision: Decision; worker: string }> => {
    sequence += 1;
    const { answer } = await scene.crops.submit({
      stream: scene.camera.id,
      track: 1,
      sequence,
      codec: 'jpeg',
      payload,
      quality: 1,
      evidence: undefined,
      deadlineAt: Date.now() + 10_000,
    });
    const { result, worker } = await answer;
    if (result.outcome !== 'decided') throw new Error(`dropped: ${result.reason}`);
    return { decision: result.decision, worker };
  };
  const decide = async (): Promise<Decision> => (await ask()).decision;
  /** Six crops in hand at any time; `stop` rejects when one of all was not answered. */
  const startLoad = () => {
    type Answer = Awaited<ReturnType<typeof ask>> & { sentAt: number; answeredAt: number };
    const answers: Answer[] = [];
    let stopped = false;
    const stream = async () => {
      while (!stopped) {
        const sentAt = performance.now();
        answers.push({ ...(await ask()), sentAt, answeredAt: performance.now() });
      }
    };
    const streams = Promise.all(Array.from({ length: 6 }, stream));
    streams.catch(() => {});
    return {
      more(count: number) {
        const until = answers.length + count;
        return waitFor(() => answers.length >= until, { what: `${count} more answers` });
      },
      async stop(): Promise<Answer[]> {
        stopped = true;
        await streams;
        return answers;
      },
    };
  };
  /** The same weights as another version. */
  const another = (): TestStudent => {
    const { about, onnx } = made[1] as TestStudent;
    return { about: { ...about, id: randomUUID() }, onnx };
  };
  const told = async (): Promise<StudentGroup> => (await scene.students.list())[0] as StudentGroup;
  const version = async (id: string) => (await scene.versions.get(id)) as StudentVersion;

  test('to every worker at once: from a promotion on, each answer under load is of the new version', async () => {
    const [first] = made as [TestStudent];
    await scene.addVersion(group, first);
    const load = startLoad();
    await load.more(20);
    await scene.students.promote({ id: first.about.id, by: 'ann', force: false });
    const promotedAt = performance.now();
    await load.more(60);
    const answers = await load.stop();
    const after = answers.filter(({ sentAt }) => sentAt > promotedAt);
    expect(after.length).toBeGreaterThan(40);
    expect(new Set(after.map(({ decision }) => decision.student))).toEqual(new Set([first.about.id]));
    const [base, own] = [undefined, first.about.id].map(
      (id) =>
        new Set(
          answers.filter(({ decision }) => decision.student === id).map(({ decision }) => decision.threshold),
        ),
    );
    // One threshold each: none was taken over from the other.
    expect([base?.size, own?.size]).toEqual([1, 1]);
    expect([...(own ?? [])][0]).toBeCloseTo(([...(base ?? [])][0] as number) + 0.01, 5);
    expect(await version(first.about.id)).toMatchObject({ state: 'promoted', promotedBy: 'ann', number: 1 });
  }, 60_000);

  test('and taken back by hand within 5 s, under load and on every worker', async () => {
    const [first, second] = made as [TestStudent, TestStudent];
    await scene.addVersion(group, second, { parent: first.about.id });
    const load = startLoad();
    await load.more(20);
    await scene.students.promote({ id: second.about.id, by: 'ann', force: false });
    await load.more(60);
    const startedAt = performance.now();
    await scene.students.rollBack({ group, by: 'ann', because: { code: 'by-hand' } });
    const rolledBackAt = performance.now();
    await load.more(60);
    const answers = await load.stop();
    const of = ({ about }: TestStudent) => answers.filter(({ decision }) => decision.student === about.id);
    // None is of the embedder, and each version has one threshold: its own.
    expect(of(first).length + of(second).length).toBe(answers.length);
    const [before, taken] = [first, second].map(
      (student) => new Set(of(student).map(({ decision }) => decision.threshold)),
    ) as [Set<number>, Set<number>];
    expect([before.size, taken.size]).toEqual([1, 1]);
    expect(([...taken][0] as number) - ([...before][0] as number)).toBeCloseTo(0.01, 5);
    const late = answers.filter(({ sentAt }) => sentAt > rolledBackAt);
    expect(new Set(late.map(({ decision }) => decision.student))).toEqual(new Set([first.about.id]));
    expect(new Set(of(second).map(({ worker }) => worker)).size).toBe(workers.length);
    const back = Object.values(Object.groupBy(late, ({ worker }) => worker)).map(
      (own) => ((own as typeof late)[0]?.answeredAt ?? Infinity) - startedAt,
    );
    console.log(
      `rollback by hand under load: each worker answers by the version before after ${back.map((ms) => ms.toFixed(0)).join(' and ')} ms`,
    );
    expect(back).toHaveLength(workers.length);
    for (const ms of back) expect(ms).toBeLessThan(5000);
    const last = Math.max(...of(second).map(({ answeredAt }) => answeredAt));
    expect(last - startedAt).toBeLessThan(5000);
    expect(await version(second.about.id)).toMatchObject({ state: 'retired', retiredBy: 'ann' });
    const rows = await scene.database.query<{ action: string }>('select action from audit');
    const actions = rows.map(({ action }) => action);
    expect(actions).toEqual(expect.arrayContaining(['training.promoted', 'training.rolled-back']));
  });

  test('not when they did no better on people held out, unless somebody insists', async () => {
    const third = another();
    await scene.addVersion(group, third, { better: false });
    const { id } = third.about;
    await expect(scene.students.promote({ id, by: 'ann', force: false })).rejects.toMatchObject({
      code: 'bad-state',
    });
    await scene.students.promote({ id, by: 'ann', force: true });
    expect((await decide()).student).toBe(id);
    await scene.students.rollBack({ group, by: 'ann', because: { code: 'by-hand' } });
  });

  test('after a trial beside the serving version that changes no label', async () => {
    const trial = another();
    const serving = made[0]?.about.id;
    await scene.addVersion(group, trial);
    await scene.students.tryOut({ id: trial.about.id, by: 'ann' });
    while (sequence % 4 !== 0) await decide();
    for (let i = 0; i < 24; i++) expect((await decide()).student).toBe(serving);
    const counts = await waitFor(
      async () => {
        const shown = (await told()).versions.find(({ id }) => id === trial.about.id)?.trial;
        return shown && shown.compared >= 3 ? shown : undefined;
      },
      { what: 'both versions have judged some crops' },
    );
    expect(counts.same + counts.onlyServing + counts.onlyTrial + counts.different).toBe(counts.compared);
    expect(counts.score?.trial).toBeGreaterThan(-1);
    expect((await version(trial.about.id)).state).toBe('shadow');
  });

  test('and taken back by the server when far fewer tracks are named than before', async () => {
    const better = another();
    await scene.addVersion(group, better);
    let track = 0;
    const see = (named: boolean) => {
      track += 1;
      scene.hub.label({
        stream: scene.camera.id,
        track,
        sequence: 1,
        state: named ? 'identified' : 'unknown',
        ...(named ? { personId: randomUUID(), name: 'Ann', score: 0.8 } : {}),
        captureTime: 0,
        stages: {},
        box: { x: 0, y: 0, width: 1, height: 1 },
        frame: { width: 640, height: 480 },
        cropUrl: '/',
        latency: 1,
      });
      scene.hub.endTrack(scene.camera.id, track);
    };
    const counted = (id: string, tracks: number) =>
      waitFor(async () => ((await told()).watch[id]?.tracks === tracks ? true : undefined), {
        what: 'counts',
      });
    const before = made[0]?.about.id as string;
    for (let i = 0; i < 40; i++) see(i % 10 !== 0);
    await counted(before, 40);
    await scene.students.promote({ id: better.about.id, by: 'ann', force: false });
    for (let i = 0; i < 40; i++) see(i % 2 === 0);
    const gone = await waitFor(
      async () => {
        const found = await version(better.about.id);
        return found.state === 'retired' ? found : undefined;
      },
      { what: 'the server rolls it back' },
    );
    expect(gone.retiredBy).toBe('server');
    expect(gone.retiredBecause).toContain('unknown faces rose from 10 % to 50 %');
    expect(gone.retiredReason).toEqual({ code: 'more-unknown', before: 10, now: 50 });
    await waitFor(async () => ((await decide()).student === before ? true : undefined), {
      what: 'the version before serves',
    });
  });

  test('but never again once somebody whom they learnt from is erased: they and their children are named', async () => {
    const people = await Promise.all(
      ['Ann', 'Ben'].map((name) =>
        scene.people.create({
          name,
          externalId: undefined,
          consent: undefined,
          templates: [
            {
              model: 'mobilefacenet-192',
              embedding: testEmbedding(name.length),
              referenceCrop: payload,
              quality: 1,
            },
          ],
          by: 'test',
        }),
      ),
    );
    const [ann, ben] = people.map(({ id }) => id) as [string, string];
    const [parent, child, other] = [{ ...another(), onnx: Buffer.from('never run') }, another(), another()];
    const ids = [parent, child, other].map(({ about }) => about.id) as [string, string, string];
    await scene.addVersion(group, parent, { people: [ann] });
    await scene.addVersion(group, child, { people: [ben], parent: ids[0] });
    await scene.addVersion(group, other, { people: [ben] });
    await scene.students.promote({ id: ids[1], by: 'ann', force: false });
    const erased = await scene.people.erase({ id: ann, by: 'test' });
    expect(erased?.studentVersions.toSorted((a, b) => a.number - b.number)).toMatchObject([
      { id: ids[0], group: 'Dark entrances', serves: false },
      { id: ids[1], group: 'Dark entrances', serves: true },
    ]);
    expect(await scene.versions.onnx(ids[0])).toBeUndefined();
    await expect(scene.students.promote({ id: ids[0], by: 'ann', force: true })).rejects.toThrow(/erased/);
    // The one that serves goes with the next promotion, and is not gone back to.
    await scene.students.promote({ id: ids[2], by: 'ann', force: false });
    await scene.students.rollBack({ group, by: 'ann', because: { code: 'by-hand' } });
    await breathe();
    expect((await decide()).student).not.toBe(ids[1]);
    expect(await scene.versions.onnx(ids[1])).toBeUndefined();
  });
});
