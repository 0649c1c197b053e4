import { type ChildProcess, spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { resolve } from 'node:path';
import { Queue } from 'bullmq';
import type { Redis } from 'ioredis';
import type { z } from 'zod';
import {
  answerSchema,
  CROP_QUEUE,
  type CropAnswer,
  type CropJob,
  PHOTO_QUEUE,
  type PhotoAnswer,
  type PhotoJob,
  QUEUE_PREFIX,
  redisKeys,
  sealPurposes,
} from '../../protocol/jobs.ts';
import { testVault } from './gallery.ts';
import type { TestRedis } from './redis.ts';
import { waitFor } from './wait-for.ts';

const ROOT = resolve(import.meta.dirname, '../..');
/** Key of the test vault, as `DATA_KEY` takes it. */
export const TEST_KEY = Buffer.alloc(32, 7).toString('base64');

/** A real worker process, as the server spawns it. */
export type TestWorker = {
  process: ChildProcess;
  pid: number;
  /** Everything it printed. */
  log(): string;
  /** Resolves with its exit code, or null after a signal. */
  exited: Promise<number | null>;
  kill(signal?: NodeJS.Signals): Promise<number | null>;
};

/** @param options.environment over the defaults: the test vault's key, log level info */
export async function startTestWorker(options: {
  redisUrl: string;
  environment?: Record<string, string>;
}): Promise<TestWorker> {
  const child = spawn(process.execPath, ['workers/main.ts'], {
    cwd: ROOT,
    env: {
      ...process.env,
      REDIS_URL: options.redisUrl,
      DATA_KEY: TEST_KEY,
      PROVIDER: 'cpu',
      ...options.environment,
    },
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  });
  let log = '';
  child.stdout?.on('data', (chunk: Buffer) => {
    log += chunk;
  });
  child.stderr?.on('data', (chunk: Buffer) => {
    log += chunk;
  });
  const exited = new Promise<number | null>((done) => child.once('exit', (code) => done(code)));
  const ready = new Promise<void>((done) => {
    child.on('message', (message) => {
      if ((message as { type?: unknown }).type === 'ready') done();
    });
  });
  const worker: TestWorker = {
    process: child,
    pid: child.pid as number,
    log: () => log,
    exited,
    async kill(signal = 'SIGTERM') {
      child.kill(signal);
      return exited;
    },
  };
  const failed = exited.then((code) => {
    throw new Error(`the worker ended with code ${code} before it was ready:\n${log}`);
  });
  await Promise.race([ready, failed]);
  failed.catch(() => {});
  return worker;
}

type Answer = z.infer<typeof answerSchema>;

/** The server's side of the queues: puts jobs in, gathers every answer, the valid and the repeated ones. */
export type JobClient = {
  readonly answers: Answer[];
  addCrop(options: { payload: Uint8Array } & Partial<CropJob>): Promise<string>;
  addPhoto(options: { bytes: Uint8Array } & Partial<PhotoJob>): Promise<string>;
  cropAnswer(id: string): Promise<CropAnswer['result']>;
  photoAnswer(id: string): Promise<PhotoAnswer['result']>;
  queues: { crops: Queue; photos: Queue };
  close(): Promise<void>;
};

export async function createJobClient(redis: TestRedis): Promise<JobClient> {
  const server = `test-${randomUUID()}`;
  const connection = redis.connect();
  const subscriber = redis.connect();
  const answers: JobClient['answers'] = [];
  subscriber.on('messageBuffer', (_channel: Buffer, sealed: Buffer) => {
    const json = testVault.open(sealPurposes.answer, sealed).toString('utf8');
    answers.push(answerSchema.parse(JSON.parse(json)));
  });
  await subscriber.subscribe(redisKeys.answers(server));
  const options = { connection, prefix: QUEUE_PREFIX, defaultJobOptions: { attempts: 1 } };
  const queues = { crops: new Queue(CROP_QUEUE, options), photos: new Queue(PHOTO_QUEUE, options) };
  for (const queue of Object.values(queues)) queue.on('error', () => {});
  const answerTo = async <K extends 'crop' | 'photo'>(kind: K, id: string) => {
    const answer = await waitFor(() => answers.find((each) => each.id === id), { what: `answer to ${id}` });
    if (answer.kind !== kind) throw new Error(`${id} was answered as ${answer.kind}`);
    return answer.result;
  };
  return {
    answers,
    queues,
    async addCrop({ payload, ...job }) {
      const id = `crop-${randomUUID()}`;
      const key = redisKeys.crop(id, 0, 0);
      const data: CropJob = {
        id,
        server,
        key,
        codec: 'jpeg',
        quality: 1,
        evidenceWeight: 0,
        enqueuedAt: Date.now(),
        deadlineAt: Date.now() + 15_000,
        ...job,
      };
      await connection.set(key, testVault.seal(sealPurposes.crop, payload), 'PX', 30_000);
      await queues.crops.add(CROP_QUEUE, data, { jobId: id });
      return id;
    },
    async addPhoto({ bytes, ...job }) {
      const id = `photo-${randomUUID()}`;
      const key = redisKeys.photo(id);
      const data: PhotoJob = { id, server, key, match: false, deadlineAt: Date.now() + 60_000, ...job };
      await connection.set(key, testVault.seal(sealPurposes.photo, bytes), 'PX', 60_000);
      await queues.photos.add(PHOTO_QUEUE, data, { jobId: id });
      return id;
    },
    cropAnswer: (id) => answerTo('crop', id) as Promise<CropAnswer['result']>,
    photoAnswer: (id) => answerTo('photo', id) as Promise<PhotoAnswer['result']>,
    async close() {
      await Promise.all([queues.crops.close(), queues.photos.close()]);
      connection.disconnect();
      subscriber.disconnect();
    },
  };
}

/** Publishes a change of the gallery as the server does: record, log entry and version at once. */
export async function publishPerson(
  redis: Redis,
  person: { personId: string; name: string; template: Float32Array; model?: string },
): Promise<void> {
  const { personId, name, template, model = 'mobilefacenet-192' } = person;
  const record = { personId, name, model, template: Buffer.from(template.buffer).toString('base64') };
  const version = Number((await redis.get(redisKeys.galleryVersion)) ?? 0) + 1;
  await redis
    .multi()
    .hset(
      redisKeys.gallery,
      personId,
      testVault.seal(sealPurposes.gallery, Buffer.from(JSON.stringify(record))),
    )
    .xadd(redisKeys.galleryLog, '*', 'op', 'upsert', 'version', version, 'personId', personId)
    .set(redisKeys.galleryVersion, version)
    .exec();
}

export async function unpublishPerson(redis: Redis, personId: string): Promise<void> {
  const version = Number(await redis.get(redisKeys.galleryVersion)) + 1;
  await redis
    .multi()
    .hdel(redisKeys.gallery, personId)
    .xadd(redisKeys.galleryLog, '*', 'op', 'remove', 'version', version, 'personId', personId)
    .set(redisKeys.galleryVersion, version)
    .exec();
}
