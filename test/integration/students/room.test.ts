import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  MOST_LIVE_STUDENTS,
  MOST_OPEN_STUDENTS,
  studentKeys,
  studentsWantedSchema,
} from '../../../protocol/students.ts';
import { openStudentScene } from '../../support/student-scene.ts';
import { baseEntry, type TestStudent } from '../../support/students.ts';

type Scene = Awaited<ReturnType<typeof openStudentScene>>;

describe('workers hold so many students and no more', () => {
  let scene: Scene;
  let groups: string[];
  let cameras: string[];

  beforeAll(async () => {
    scene = await openStudentScene();
    groups = [];
    cameras = [];
    for (let i = 0; i <= MOST_LIVE_STUDENTS; i++) {
      const camera = await scene.kiosks.create({ name: `Door ${i}`, place: 'Hall', by: 'test' });
      const made = await scene.groups.create({
        name: `Group ${i}`,
        shift: null,
        cameras: [camera.id],
        paused: true,
        automatic: false,
        by: 'test',
      });
      groups.push(made.id);
      cameras.push(camera.id);
    }
  }, 60_000);

  afterAll(() => scene?.close());

  /** No worker opens it here. */
  const add = async (group: string): Promise<string> => {
    const id = randomUUID();
    const { golden, thresholds } = baseEntry;
    const about: TestStudent['about'] = {
      id,
      model: baseEntry.name,
      sha256: '0'.repeat(64),
      golden,
      thresholds,
    };
    await scene.addVersion(group, { about, onnx: Buffer.from('never run') });
    return id;
  };
  const promote = async (group: string): Promise<string> => {
    const id = await add(group);
    await scene.students.promote({ id, by: 'ann', force: true });
    return id;
  };
  const wanted = async () =>
    studentsWantedSchema.parse(JSON.parse((await scene.redis.get(studentKeys.wanted)) ?? '')).versions;

  test('one more is refused and told why; going to a newer version and back still works', async () => {
    const [extra, ...full] = groups as [string, ...string[]];
    const serving: string[] = [];
    for (const group of full) serving.push(await promote(group));
    const late = await add(extra);
    const refused = { code: 'bad-state', message: expect.stringMatching(/hold 20 versions/) };
    await expect(scene.students.promote({ id: late, by: 'ann', force: true })).rejects.toMatchObject(refused);
    await expect(scene.students.tryOut({ id: late, by: 'ann' })).rejects.toMatchObject(refused);
    expect((await scene.versions.get(late))?.state).toBe('candidate');

    // A group whose cameras are away counts: it would be one too many when it has them again.
    await scene.groups.change(full[0] as string, { cameras: [], by: 'test' });
    await scene.students.refresh();
    await expect(scene.students.promote({ id: late, by: 'ann', force: true })).rejects.toMatchObject(refused);
    await scene.groups.change(full[0] as string, { cameras: [cameras[1] as string], by: 'test' });
    await scene.students.refresh();
    expect(await wanted()).toHaveLength(MOST_LIVE_STUDENTS);

    const newer: string[] = [];
    for (const group of full) newer.push(await promote(group));
    const held = await wanted();
    expect(held).toHaveLength(MOST_OPEN_STUDENTS);
    expect(held).toEqual(expect.arrayContaining(newer));
    const [group] = full as [string];
    await scene.students.rollBack({ group, by: 'ann', because: { code: 'by-hand' } });
    expect(await wanted()).toContain(serving[0]);
  }, 60_000);
});
