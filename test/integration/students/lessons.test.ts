import { createHash, randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readGraph } from '../../../models/network/graph.ts';
import { partNames } from '../../../models/network/weights.ts';
import { readOnnx } from '../../../models/onnx/read.ts';
import { readModel } from '../../../models/registry.ts';
import { type Tensors, writeCheckpoint } from '../../../models/training/checkpoint.ts';
import type { KioskIdentity } from '../../../protocol/kiosks.ts';
import type { Lesson, Taught } from '../../../protocol/lessons.ts';
import { isHeldOut } from '../../../server/students/division.ts';
import type { StoredGroup } from '../../../server/students/group.store.ts';
import { createLearnableReader } from '../../../server/students/learnable.ts';
import { testVault } from '../../support/gallery.ts';
import { enrolPatterns } from '../../support/pattern-people.ts';
import { openStudentScene } from '../../support/student-scene.ts';
import { baseEntry } from '../../support/students.ts';

const taught: Taught = { backend: 'wasm', part: 'tail', steps: 5, crops: 20, before: 0.5, after: 0.6 };

describe('lessons of a kiosk’s browser', () => {
  let scene: Awaited<ReturnType<typeof openStudentScene>>;
  let kiosk: KioskIdentity;
  let group: StoredGroup;
  let shapes: ReadonlyMap<string, readonly number[]>;
  const session = 'session-1';

  beforeAll(async () => {
    scene = await openStudentScene({ training: { rounds: 1, steps: 5 } });
    const graph = readGraph(readOnnx(await readModel({ entry: baseEntry })));
    shapes = new Map(partNames(graph, 'tail').map((name) => [name, graph.parameters.get(name)?.dims ?? []]));
    kiosk = scene.camera;
  }, 60_000);
  afterAll(() => scene?.close());

  const begin = () => scene.lessons.begin({ kiosk, session });
  const deltaOf = async (
    lesson: Lesson,
    options: { value?: number; parent?: string; less?: number } = {},
  ): Promise<Uint8Array> => {
    const { value = 1e-4, parent = lesson.base, less = 0 } = options;
    const tensors: Tensors = new Map(
      [...shapes].slice(less).map(([name, dims]) => {
        const size = dims.reduce((product, side) => product * side, 1);
        return [name, { dims, data: new Float32Array(size).fill(value) }];
      }),
    );
    return (await writeCheckpoint({ kind: 'delta', dtype: 'f32', model: lesson.model, parent, tensors }))
      .bytes;
  };
  const take = (bytes: Uint8Array, more: { session?: string; taught?: Taught } = {}) =>
    scene.lessons.take({ kiosk, session, bytes, taught, ...more });

  test('are given to a kiosk whose policy allows them and that is in a group which is not paused', async () => {
    await expect(begin()).rejects.toThrow(/may not learn/);
    kiosk = (await scene.kiosks.change({ id: kiosk.id, policy: { training: true }, by: 'test' })) ?? kiosk;
    await expect(begin()).rejects.toThrow(/in no group/);
    group = await scene.groups.create({
      name: 'Dim',
      shift: null,
      cameras: [kiosk.id],
      paused: true,
      automatic: true,
      by: 'test',
    });
    await expect(begin()).rejects.toThrow(/paused/);
    await scene.groups.change(group.id, { paused: false, by: 'test' });
    const lesson = await begin();
    expect(lesson).toMatchObject({ version: null, steps: 5, input: { layout: 'NCHW' } });
    const checkpoint = await scene.lessons.checkpoint({ kiosk, session });
    expect(Buffer.from(checkpoint.slice(-32)).toString('hex')).toBe(lesson.base);
  });

  test('refuse what is malformed, foreign, from another base or session, not finite, or too long', async () => {
    const lesson = await begin();
    const good = await deltaOf(lesson);
    await expect(take(good, { session: 'another' })).rejects.toThrow(/No lesson of this session/);
    await expect(take(Uint8Array.from([1, 2, 3]))).rejects.toThrow(/3 bytes/);
    const damaged = Uint8Array.from(good);
    damaged[damaged.length - 100] = 77;
    await expect(take(damaged)).rejects.toThrow(/SHA-256/);
    await expect(take(await deltaOf(lesson, { parent: 'a'.repeat(64) }))).rejects.toThrow(/learnt from a/);
    await expect(take(await deltaOf({ ...lesson, model: 'b'.repeat(64) }))).rejects.toThrow(
      /belongs to the model/,
    );
    await expect(take(await deltaOf(lesson, { less: 1 }))).rejects.toThrow(/tensors/);
    await expect(take(good, { taught: { ...taught, part: 'full' } })).rejects.toThrow(/tensors/);
    await expect(take(await deltaOf(lesson, { value: 0.1 }))).rejects.toThrow(/5 steps bring/);
    await expect(take(good, { taught: { ...taught, steps: 200 } })).rejects.toThrow(/5 steps at most/);
    const infinite = Uint8Array.from(good);
    const body = infinite.length - 32;
    new DataView(infinite.buffer).setFloat32(body - 4, Number.NaN, true);
    infinite.set(createHash('sha256').update(infinite.subarray(0, body)).digest(), body);
    await expect(take(infinite)).rejects.toThrow(/not finite/);
    expect(await scene.lessons.state(kiosk.id)).toEqual({ state: 'open', last: null });
    expect(await scene.lessons.next(group.id)).toBeUndefined();
  });

  test('tell templates of people confirmed at this camera alone, and end when one of them is erased', async () => {
    const ids = await enrolPatterns(scene.people, { count: 8, photos: 1 });
    const [person, other] = ids.filter((id) => !isHeldOut(id)) as [string, string];
    const learnable = createLearnableReader({
      database: scene.database,
      vault: testVault,
      redis: scene.redis,
      model: () => baseEntry.name,
      written: async () => {},
      now: Date.now,
    });
    const elsewhere = await scene.kiosks.create({ name: 'Elsewhere', place: '', by: 'test' });
    const sighting = async (at: string, verdict?: { person: string | null; takenBack?: boolean }) => {
      const id = randomUUID();
      await scene.database.query(
        `insert into sightings (id, kiosk_id, state, began_at, ended_at, crops) values ($1, $2, 'unknown', now(), now(), 1)`,
        [id, at],
      );
      if (verdict) {
        await scene.database.query(
          `insert into confirmations (id, sighting_id, verdict, person_id, said_by, taken_back_by, taken_back_at)
           values ($1, $2, $3, $4, 'ann', $5, $6)`,
          [
            randomUUID(),
            id,
            verdict.person ? 'other' : 'no',
            verdict.person,
            verdict.takenBack ? 'ann' : null,
            verdict.takenBack ? new Date() : null,
          ],
        );
      }
      return id;
    };
    const confirmed = await sighting(kiosk.id, { person });
    const waiting = await sighting(kiosk.id);
    const rest = [
      await sighting(kiosk.id, { person: null }),
      await sighting(kiosk.id, { person, takenBack: true }),
      await sighting(elsewhere.id, { person: other }),
      randomUUID(),
    ];
    const told = await learnable(kiosk.id, [confirmed, waiting, ...rest]);
    expect(told.targets.map(({ sighting }) => sighting)).toEqual([confirmed]);
    expect(Buffer.from(told.targets[0]?.target ?? '', 'base64')).toHaveLength(4 * 192);
    expect(told.waiting).toEqual([waiting]);

    const lesson = await begin();
    await learnable(kiosk.id, [confirmed]);
    await scene.people.erase({ id: person, by: 'test' });
    await scene.lessons.forget(person);
    await expect(take(await deltaOf(lesson))).rejects.toThrow(/No lesson/);
    expect((await learnable(kiosk.id, [confirmed])).targets).toEqual([]);
    const keys = await scene.redis.keys('fw:lessons:*handed');
    for (const key of keys) expect(await scene.redis.zscore(key, person)).toBeNull();
  });

  test('take a good checkpoint once; it waits to be measured', async () => {
    const lesson = await begin();
    const bytes = await deltaOf(lesson);
    await take(bytes);
    expect((await scene.lessons.state(kiosk.id)).state).toBe('judging');
    await expect(take(bytes)).rejects.toThrow(/No lesson/);
    await expect(begin()).rejects.toThrow(/still being measured/);
    const offer = await scene.lessons.next(group.id);
    expect(offer).toMatchObject({ base: lesson.base, taught, kiosk: { id: kiosk.id } });
    const result = { before: null, after: null, used: false, message: 'No.' };
    await scene.lessons.settle(group.id, kiosk.id, result);
    expect(await scene.lessons.state(kiosk.id)).toEqual({ state: 'none', last: result });
  });
});
