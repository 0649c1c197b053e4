import { randomBytes, randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { Transformer } from '@napi-rs/image';
import type { Redis } from 'ioredis';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { cosine } from '../../../models/embedding.ts';
import { CROP_SIDE } from '../../../protocol/crop.ts';
import { Answers } from '../../../server/queue/answers.ts';
import { type BulkLane, createBulkLane } from '../../../server/queue/bulk.ts';
import { openBulkLane } from '../../../server/queue/open-bulk-lane.ts';
import { createQueues, type Queues } from '../../../server/queue/queues.ts';
import { silent } from '../../support/database.ts';
import { facesMissing, peopleWithPhotos } from '../../support/faces.ts';
import { testVault } from '../../support/gallery.ts';
import { startTestRedis, type TestRedis } from '../../support/redis.ts';
import { waitFor } from '../../support/wait-for.ts';
import { createJobClient, type JobClient, startTestWorker, type TestWorker } from '../../support/worker.ts';

if (facesMissing) console.log(`skipped: the bulk lane on photographs: ${facesMissing}`);

const MODEL = 'mobilefacenet-192';
const noise = (width: number = CROP_SIDE, height = width) =>
  Transformer.fromRgbaPixels(randomBytes(width * height * 4), width, height).jpegSync(60);
const blank = (width: number, height: number) =>
  Transformer.fromRgbaPixels(new Uint8Array(width * height * 4).fill(99), width, height).jpegSync(90);

describe('the bulk lane', () => {
  let server: TestRedis;
  let answers: Answers;
  let queues: Queues;
  let lane: BulkLane;
  let client: JobClient;
  let redis: Redis;
  let unexpected = 0;
  const workers: TestWorker[] = [];

  const startWorker = async () => {
    const worker = await startTestWorker({ redisUrl: server.url });
    workers.push(worker);
    return worker;
  };
  beforeAll(async () => {
    server = await startTestRedis();
    redis = server.connect();
    answers = await Answers.create({
      server: randomUUID(),
      subscriber: server.connect('blocking'),
      vault: testVault,
      logger: silent,
      onUnexpected: () => {
        unexpected += 1;
      },
    });
    queues = createQueues(redis);
    lane = createBulkLane({ redis, queue: queues.bulk, answers, vault: testVault, inFlight: 4 });
    client = await createJobClient(server);
  });
  afterEach(async () => {
    await Promise.all(workers.splice(0).map((worker) => worker.kill('SIGKILL')));
  });
  afterAll(async () => {
    answers?.close();
    await queues?.close();
    await client?.close();
    await server?.close();
  });

  test('embeds crops in their order, and says which cannot be decoded', async () => {
    await startWorker();
    const crops = Array.from({ length: 70 }, () => noise());
    const bad = [...crops.slice(0, 3), Buffer.from('no JPEG'), noise(96), ...crops.slice(3)];
    const embeddings = await lane.embedCrops({ crops: bad, model: MODEL });
    expect(embeddings.map((embedding) => embedding?.length)).toEqual(
      bad.map((_, i) => (i === 3 || i === 4 ? undefined : 192)),
    );
    const [again] = await lane.embedCrops({ crops: [crops[50] as Buffer], model: MODEL });
    expect(cosine(again as Float32Array, embeddings[52] as Float32Array)).toBeCloseTo(1, 5);
  });

  test('refuses a model that is not there, by its name', async () => {
    await startWorker();
    const refused = {
      reason: 'model',
      message: expect.stringMatching(/"nobody".*known are: mobilefacenet-192/),
    };
    await expect(lane.embedCrops({ crops: [noise()], model: 'nobody' })).rejects.toMatchObject(refused);
    await expect(lane.analyse({ bytes: blank(200, 200), model: 'nobody' })).rejects.toMatchObject(refused);
  });

  test('lets an interactive photo go first', async () => {
    await startWorker();
    const done: string[] = [];
    const bulk = Array.from({ length: 12 }, async () => {
      await lane.analyse({ bytes: blank(1600, 1200) });
      done.push('bulk');
    });
    await waitFor(() => done.length > 0 || undefined, { what: 'bulk work is under way', everyMs: 1 });
    const before = done.length;
    await client.photoAnswer(await client.addPhoto({ bytes: blank(1600, 1200) }));
    expect(done.length - before).toBeLessThanOrEqual(3);
    expect(done.length).toBeLessThan(12);
    await Promise.all(bulk);
  });

  test('is run again when its worker is killed, and answers each job once', async () => {
    const first = await startWorker();
    const jobs = Array.from({ length: 8 }, () =>
      lane.embedCrops({ crops: [noise(), noise()], model: MODEL }),
    );
    await Promise.race(jobs);
    await first.kill('SIGKILL');
    await startWorker();
    expect((await Promise.all(jobs)).map((embeddings) => embeddings.length)).toEqual(jobs.map(() => 2));
    expect(unexpected).toBe(0);
  }, 60_000);

  test('can be left', async () => {
    const leave = new AbortController();
    const jobs = Array.from({ length: 9 }, () =>
      lane.analyse({ bytes: blank(64, 64), signal: leave.signal }).catch((error: unknown) => error),
    );
    await waitFor(async () => (await queues.bulk.getWaitingCount()) === 4 || undefined, {
      what: 'a full lane',
    });
    leave.abort();
    for (const error of await Promise.all(jobs)) expect(error).toMatchObject({ reason: 'cancelled' });
    await waitFor(async () => (await queues.bulk.getWaitingCount()) === 0 || undefined, {
      what: 'an empty lane',
    });
    await expect(lane.analyse({ bytes: blank(64, 64), signal: leave.signal })).rejects.toMatchObject({
      reason: 'cancelled',
    });
  });

  test('tells of a job that got lost', async () => {
    const lost = lane.embedCrops({ crops: [noise()], model: MODEL }).catch((error: unknown) => error);
    await waitFor(async () => (await queues.bulk.getWaitingCount()) === 1 || undefined, { what: 'the job' });
    await queues.bulk.drain();
    expect(await lost).toMatchObject({ reason: 'failed' });
  }, 15_000);

  test.skipIf(facesMissing)('gives for a photo’s crop what it gives for the photo', async () => {
    await startWorker();
    const own = await openBulkLane({ url: server.url, vault: testVault, logger: silent });
    const bytes = readFileSync(peopleWithPhotos(2)[3]?.photos[0] as string);
    const analysis = await own.analyse({ bytes, live: true });
    await own.close();
    if (analysis.outcome !== 'analysed') throw new Error(JSON.stringify(analysis));
    const [face] = analysis.faces;
    const vector = (base64: string | undefined) =>
      new Float32Array(new Uint8Array(Buffer.from(base64 as string, 'base64')).buffer);
    const [embedding] = await lane.embedCrops({
      crops: [Buffer.from(face?.crop as string, 'base64')],
      model: analysis.model,
    });
    expect(cosine(embedding as Float32Array, vector(face?.embedding))).toBeGreaterThan(0.999);
    expect(cosine(embedding as Float32Array, vector(face?.liveEmbedding))).toBeGreaterThan(0.9);
  });
});
