import { createHash } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Redis } from 'ioredis';
import type { Logger } from '../../config/logger.ts';
import type { EmbedderEntry } from '../../models/manifest.schema.ts';
import {
  MOST_OPEN_STUDENTS,
  MOST_STUDENT_BYTES,
  type StudentAbout,
  studentAboutSchema,
  studentKeys,
  studentPurposes,
  studentsWantedSchema,
} from '../../protocol/students.ts';
import type { Vault } from '../../vault/vault.ts';
import type { Engine } from './engine.ts';

const LOOK_MS = 500;
/** What could not be made ready is tried again after this time. */
const RETRY_MS = 10_000;

/** A version that is open: how it is asked, and the table that belongs to its vectors. */
export type Student = { readonly id: string; readonly entry: EmbedderEntry };

/** The students open beside one embedder. */
export type Students = {
  /**
   * The student, when it is open. Otherwise it is fetched in the background and the embedder itself is to answer.
   * A call of the engine made right after still finds it open.
   */
  find(id: string): Student | undefined;
  /** Opens those that are missing, one after the other, as many as are kept. */
  prepare(ids: readonly string[]): Promise<void>;
  readonly ready: readonly string[];
  readonly failures: readonly { id: string; message: string }[];
};

/** A version cannot serve here; `message` says why. */
class StudentError extends Error {
  override readonly name = 'StudentError';
}

/** @param options.most kept open; the one unused for longest makes room */
export function createStudents(options: {
  engine: Pick<Engine, 'openStudent' | 'closeStudent'>;
  entry: EmbedderEntry;
  redis: Pick<Redis, 'hgetallBuffer' | 'hstrlen'>;
  vault: Vault;
  logger: Logger;
  most?: number;
}): Students {
  const { engine, entry, redis, vault, logger, most = MOST_OPEN_STUDENTS } = options;
  const open = new Map<string, Student>();
  const opening = new Map<string, Promise<void>>();
  const failures = new Map<string, { message: string; at: number }>();

  const fetch = async (id: string): Promise<{ about: StudentAbout; onnx: Buffer }> => {
    const key = studentKeys.version(id);
    if ((await redis.hstrlen(key, 'onnx')) > MOST_STUDENT_BYTES)
      throw new StudentError('Its file is too large.');
    const { about: sealedAbout, onnx: sealedOnnx } = await redis.hgetallBuffer(key);
    if (!sealedAbout || !sealedOnnx) throw new StudentError('It is not in Redis (any more).');
    const text = vault.open(studentPurposes.about, sealedAbout).toString();
    const about = studentAboutSchema.parse(JSON.parse(text));
    if (about.id !== id) throw new StudentError('Its description is that of another version.');
    if (about.model !== entry.name) {
      throw new StudentError(`It was taught by ${about.model}; ${entry.name} serves here.`);
    }
    const onnx = vault.open(studentPurposes.onnx, sealedOnnx);
    const sha256 = createHash('sha256').update(onnx).digest('hex');
    if (sha256 !== about.sha256) {
      throw new StudentError(`Its file has the sha256 ${sha256}; ${about.sha256} was expected.`);
    }
    return { about, onnx };
  };
  const makeRoom = async (): Promise<void> => {
    for (const id of open.keys()) {
      if (open.size <= most) return;
      open.delete(id);
      await engine.closeStudent(id);
    }
  };
  const load = async (id: string): Promise<void> => {
    try {
      const { about, onnx } = await fetch(id);
      const { golden, thresholds, sha256 } = about;
      const student = { id, entry: { ...entry, golden, thresholds, sha256 } };
      await engine.openStudent({ ...student, onnx });
      open.set(id, student);
      failures.delete(id);
      logger.info({ student: id }, 'a student is ready');
      await makeRoom();
    } catch (error) {
      const message = (error instanceof Error ? error.message : String(error)).slice(0, 2000);
      if (!failures.has(id)) logger.error({ student: id, reason: message }, 'a student cannot be made ready');
      failures.set(id, { message, at: performance.now() });
    }
  };
  const ensure = (id: string): Promise<void> => {
    const failed = failures.get(id);
    if (open.has(id) || (failed && performance.now() - failed.at < RETRY_MS)) return Promise.resolve();
    const under = opening.get(id) ?? load(id).finally(() => opening.delete(id));
    opening.set(id, under);
    return under;
  };
  return {
    find(id) {
      const student = open.get(id);
      if (student) {
        open.delete(id);
        open.set(id, student);
      } else {
        void ensure(id);
      }
      return student;
    },
    async prepare(ids) {
      for (const id of ids.slice(0, most)) await ensure(id);
      for (const id of failures.keys()) if (!ids.includes(id)) failures.delete(id);
    },
    get ready() {
      return [...open.keys()];
    },
    get failures() {
      return [...failures].map(([id, { message }]) => ({ id, message }));
    },
  };
}

/**
 * Looks which students the server wants, and has them made ready.
 * @param options.students those of the embedder that serves now
 */
export function followStudents(options: { redis: Redis; students: () => Students; logger: Logger }): {
  close(): Promise<void>;
} {
  const { redis, students, logger } = options;
  const stopping = new AbortController();
  const look = async (): Promise<void> => {
    const text = await redis.get(studentKeys.wanted);
    await students().prepare(text === null ? [] : studentsWantedSchema.parse(JSON.parse(text)).versions);
  };
  const run = async (): Promise<void> => {
    while (!stopping.signal.aborted) {
      await look().catch((error: unknown) => logger.debug({ err: error }, 'the students are not known'));
      await sleep(LOOK_MS, undefined, { signal: stopping.signal }).catch(() => {});
    }
  };
  const ended = run();
  return {
    async close() {
      stopping.abort();
      await ended;
    },
  };
}
