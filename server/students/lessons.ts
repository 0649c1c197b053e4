import type { Redis } from 'ioredis';
import { z } from 'zod';
import {
  CheckpointError,
  readCheckpoint,
  type Tensors,
  writeCheckpoint,
} from '../../models/training/checkpoint.ts';
import { longestDelta, normOf } from '../../models/training/delta.ts';
import { FacewireError } from '../../protocol/errors.ts';
import type { KioskIdentity } from '../../protocol/kiosks.ts';
import {
  LESSON_LIFE_S,
  type Lesson,
  type LessonResult,
  type LessonState,
  lessonResultSchema,
  lessonSchema,
  MOST_LESSON_STEPS,
  type Taught,
  taughtSchema,
} from '../../protocol/lessons.ts';
import { trainingPurposes } from '../../protocol/training.ts';
import type { Vault } from '../../vault/vault.ts';
import type { GroupStore, StoredGroup } from './group.store.ts';
import { lessonKeys } from './lesson-keys.ts';
import type { Start } from './start.ts';

/** What a kiosk made of a group's checkpoint, and waits to be measured. */
export type Offer = {
  kiosk: { id: string; name: string };
  base: string;
  taught: Taught;
  /** Whose templates it was given during the lesson. */
  people: string[];
  /** The whole student. */
  tensors: Tensors;
};

type Pupil = { kiosk: KioskIdentity; session: string };

/** Lessons of kiosks: a checkpoint goes out, is taught by the kiosk's browser, and comes back within the hour. */
export type Lessons = {
  /**
   * Opens a lesson; one that was open ends.
   * @throws {FacewireError} `forbidden`, `bad-state` with the reason why there is none
   */
  begin(pupil: Pupil): Promise<Lesson>;
  /** The checkpoint of the lesson that is open. @throws {FacewireError} as `take` */
  checkpoint(pupil: Pupil): Promise<Uint8Array>;
  /** Whether a checkpoint may come: asked before its bytes are read. @throws {FacewireError} as `take` */
  expect(pupil: Pupil): Promise<void>;
  /**
   * Takes what was learnt, as a delta, and closes the lesson.
   * @throws {FacewireError} `forbidden`, `bad-state` when the lesson or its base is not the current one, `validation` for
   * a delta that is malformed, not finite, or longer than its steps can have made it
   */
  take(input: Pupil & { bytes: Uint8Array; taught: Taught }): Promise<void>;
  state(kiosk: string): Promise<LessonState>;
  /** The next that waits to be measured. It stays until it is settled. */
  next(group: string): Promise<Offer | undefined>;
  settle(group: string, kiosk: string, result: LessonResult): Promise<void>;
  /** A person was erased: lessons that were given the template end, and what came of them is not measured. */
  forget(personId: string): Promise<void>;
};

const openSchema = z.strictObject({
  session: z.string(),
  group: z.uuid(),
  at: z.number(),
  lesson: lessonSchema,
});
type Open = z.infer<typeof openSchema>;
const offerSchema = z.strictObject({
  kiosk: z.strictObject({ id: z.uuid(), name: z.string() }),
  base: z.string(),
  model: z.string(),
  taught: taughtSchema,
  people: z.array(z.uuid()),
  weights: z.base64(),
});

export function createLessons(dependencies: {
  redis: Redis;
  vault: Vault;
  groups: Pick<GroupStore, 'list'>;
  startOf: (group: string) => Promise<Start>;
  /** Why nobody can be taught; undefined when somebody can. */
  problem: () => Promise<string | undefined>;
  /** Of a lesson; Adam's, on a batch of 16. */
  steps: number;
  now: () => number;
}): Lessons {
  const { redis, vault, groups, startOf, problem, steps, now } = dependencies;

  const groupOf = async ({ id, policy }: KioskIdentity): Promise<StoredGroup> => {
    if (!policy.training) {
      throw new FacewireError(
        'forbidden',
        'This kiosk’s browser may not learn. An admin allows it on the Admin page, or by PATCH /kiosks/{id}.',
      );
    }
    const group = (await groups.list()).find(({ cameras }) => cameras.some((camera) => camera.id === id));
    if (!group) {
      throw new FacewireError('bad-state', 'This kiosk is in no group. Add it to one on the page Training.');
    }
    if (group.paused) throw new FacewireError('bad-state', `Training of “${group.name}” is paused.`);
    return group;
  };
  const openOf = async ({ kiosk, session }: Pupil): Promise<Open> => {
    const group = await groupOf(kiosk);
    const text = await redis.get(lessonKeys.lesson(kiosk.id));
    const open = text === null ? undefined : openSchema.parse(JSON.parse(text));
    if (!open || open.session !== session || open.group !== group.id) {
      throw new FacewireError(
        'bad-state',
        'No lesson of this session is open, or it is older than an hour. Begin one by POST /training/lesson.',
      );
    }
    return open;
  };
  const weightsOf = (start: Start) =>
    writeCheckpoint({
      kind: 'weights',
      dtype: 'f32',
      model: start.modelFile,
      parent: null,
      tensors: start.tensors,
    });
  const current = async ({ group, lesson }: Open) => {
    const start = await startOf(group);
    const weights = await weightsOf(start);
    if (weights.id !== lesson.base) {
      throw new FacewireError(
        'bad-state',
        'The group has gone on from another checkpoint meanwhile. Begin a new lesson.',
      );
    }
    return { start, ...weights };
  };
  const delta = async ({
    start,
    base,
    taught,
    bytes,
  }: {
    start: Start;
    base: string;
    taught: Taught;
    bytes: Uint8Array;
  }): Promise<Tensors> => {
    const names = taught.part === 'tail' ? start.tail : [...start.tensors.keys()];
    const shapes = new Map(names.map((name) => [name, start.tensors.get(name)?.dims ?? []]));
    const read = await readCheckpoint(bytes, { kind: 'delta', model: start.modelFile, shapes });
    if (read.parent !== base) {
      throw new CheckpointError(`It was learnt from ${read.parent}; this lesson began with ${base}.`);
    }
    const values = new Map([...read.tensors].map(([name, { data }]) => [name, data]));
    const [length, most] = [normOf(values), longestDelta(values, taught.steps)];
    if (length > most) {
      throw new CheckpointError(
        `It is ${length.toPrecision(3)} long; ${taught.steps} steps bring ${most.toPrecision(3)} at most.`,
      );
    }
    return read.tensors;
  };

  return {
    async begin(pupil) {
      const group = await groupOf(pupil.kiosk);
      const why = await problem();
      if (why) throw new FacewireError('bad-state', why);
      if (await redis.hexists(lessonKeys.offers(group.id), pupil.kiosk.id)) {
        throw new FacewireError('bad-state', 'What this kiosk learnt last is still being measured.');
      }
      const start = await startOf(group.id);
      const { name, layout, colour, mean, std } = start.model.input;
      const lesson: Lesson = {
        model: start.modelFile,
        input: { name, layout, colour, mean: [...mean], std: [...std] },
        golden: start.model.golden,
        base: (await weightsOf(start)).id,
        version: start.parent?.number ?? null,
        steps: Math.min(steps, MOST_LESSON_STEPS),
      };
      const open: Open = { session: pupil.session, group: group.id, at: now(), lesson };
      await redis.set(lessonKeys.lesson(pupil.kiosk.id), JSON.stringify(open), 'EX', LESSON_LIFE_S);
      return lesson;
    },
    checkpoint: async (pupil) => (await current(await openOf(pupil))).bytes,
    expect: async (pupil) => {
      await openOf(pupil);
    },
    async take({ bytes, taught, ...pupil }) {
      const { kiosk } = pupil;
      const open = await openOf(pupil);
      // What a delta may be long hangs on its steps, so that they are not the browser's to choose.
      if (taught.steps > open.lesson.steps) {
        throw new FacewireError(
          'validation',
          `This lesson is of ${open.lesson.steps} steps at most, not of ${taught.steps}.`,
        );
      }
      const { start } = await current(open);
      let learnt: Tensors;
      try {
        learnt = await delta({ start, base: open.lesson.base, taught, bytes });
      } catch (error) {
        if (error instanceof CheckpointError)
          throw new FacewireError('validation', error.message, { cause: error });
        throw error;
      }
      const weights = await writeCheckpoint({
        kind: 'weights',
        dtype: 'f32',
        model: start.modelFile,
        parent: open.lesson.base,
        tensors: new Map(
          [...start.tensors].map(([name, { dims, data }]) => {
            const more = learnt.get(name)?.data;
            return [name, { dims, data: more ? data.map((value, i) => value + (more[i] ?? 0)) : data }];
          }),
        ),
      });
      const offer: z.infer<typeof offerSchema> = {
        kiosk: { id: kiosk.id, name: kiosk.name },
        base: open.lesson.base,
        model: start.modelFile,
        taught,
        people: await redis.zrangebyscore(lessonKeys.handed(kiosk.id), open.at, '+inf'),
        weights: Buffer.from(weights.bytes).toString('base64'),
      };
      // One checkpoint for each lesson, also of two that come at once.
      if ((await redis.del(lessonKeys.lesson(kiosk.id))) === 0) {
        throw new FacewireError('bad-state', 'This lesson has its checkpoint already.');
      }
      const key = lessonKeys.offers(open.group);
      const sealed = vault.seal(trainingPurposes.weights, Buffer.from(JSON.stringify(offer)));
      await redis.multi().hset(key, kiosk.id, sealed).expire(key, LESSON_LIFE_S).exec();
    },
    async state(kiosk) {
      const [lesson, result, group] = await Promise.all([
        redis.exists(lessonKeys.lesson(kiosk)),
        redis.get(lessonKeys.result(kiosk)),
        groups.list().then((all) => all.find(({ cameras }) => cameras.some(({ id }) => id === kiosk))),
      ]);
      const judging = group && (await redis.hexists(lessonKeys.offers(group.id), kiosk)) === 1;
      return {
        state: judging ? 'judging' : lesson ? 'open' : 'none',
        last: result === null ? null : lessonResultSchema.parse(JSON.parse(result)),
      };
    },
    async next(group) {
      const [kiosk] = await redis.hkeys(lessonKeys.offers(group));
      const sealed = kiosk && (await redis.hgetBuffer(lessonKeys.offers(group), kiosk));
      if (!sealed) return undefined;
      const plain = vault.open(trainingPurposes.weights, sealed).toString('utf8');
      const { weights, model, ...offer } = offerSchema.parse(JSON.parse(plain));
      const shapes = new Map(
        [...(await startOf(group)).tensors].map(([name, { dims }]) => [name, dims] as const),
      );
      const bytes = Buffer.from(weights, 'base64');
      try {
        return {
          ...offer,
          tensors: (await readCheckpoint(bytes, { kind: 'weights', model, shapes })).tensors,
        };
      } catch {
        // Another embedder serves since: nobody can tell any more what this is worth.
        await redis.hdel(lessonKeys.offers(group), kiosk);
        return undefined;
      }
    },
    async forget(personId) {
      for (const { id: group, cameras } of await groups.list()) {
        for (const { id: kiosk } of cameras) {
          if ((await redis.zrem(lessonKeys.handed(kiosk), personId)) === 0) continue;
          await redis.del(lessonKeys.lesson(kiosk));
          await redis.hdel(lessonKeys.offers(group), kiosk);
        }
      }
    },
    async settle(group, kiosk, result) {
      await redis.set(lessonKeys.result(kiosk), JSON.stringify(result), 'EX', LESSON_LIFE_S);
      await redis.hdel(lessonKeys.offers(group), kiosk);
    },
  };
}
