import { randomBytes, randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { Transformer } from '@napi-rs/image';
import type { Redis } from 'ioredis';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { CROP_SIDE } from '../../../protocol/crop.ts';
import { redisKeys } from '../../../protocol/jobs.ts';
import { testEmbedding } from '../../support/gallery.ts';
import { claimJpegSize } from '../../support/jpeg.ts';
import { startTestRedis, type TestRedis } from '../../support/redis.ts';
import { waitFor } from '../../support/wait-for.ts';
import {
  createJobClient,
  type JobClient,
  publishPerson,
  startTestWorker,
  type TestWorker,
} from '../../support/worker.ts';

/** An image of the right size; whose face it shows does not matter here. */
const noise = (side = CROP_SIDE) =>
  Transformer.fromRgbaPixels(randomBytes(side * side * 4), side, side).jpegSync(60);

describe('a worker process', () => {
  let server: TestRedis;
  let redis: Redis;
  let client: JobClient;
  const started: TestWorker[] = [];

  const startWorker = async (environment: Record<string, string> = {}) => {
    const worker = await startTestWorker({ redisUrl: server.url, environment });
    started.push(worker);
    return worker;
  };
  beforeEach(async () => {
    server = await startTestRedis();
    redis = server.connect();
    client = await createJobClient(server);
  });
  afterEach(async () => {
    await Promise.all(started.splice(0).map((worker) => worker.kill('SIGKILL')));
    await client.close();
    await server.close();
  });
  const outcome = async (id: string) => {
    const result = await client.cropAnswer(id);
    return result.outcome === 'dropped' ? result.reason : result.outcome;
  };

  test('drops what is no crop, and goes on', async () => {
    await startWorker();
    const good = noise();
    const bad = {
      text: Buffer.from('This is not a picture.'),
      empty: Buffer.alloc(0),
      'another format': Transformer.fromRgbaPixels(randomBytes(112 * 112 * 4), 112, 112).pngSync(),
      'cut short before its frame header': good.subarray(0, 20),
      'of another size': noise(96),
      'a bomb of 65,000 × 65,000 pixels': claimJpegSize(good, 65_000, 65_000),
      'a bomb that the decoder would accept': claimJpegSize(good, 9000, 9000),
      'larger than a crop may be': Buffer.concat([good, Buffer.alloc(60_000)]),
    };
    for (const [what, payload] of Object.entries(bad)) {
      expect(await outcome(await client.addCrop({ payload })), what).toBe('undecodable');
    }
    const shortRgb = await client.addCrop({ payload: randomBytes(100), codec: 'rgb8' });
    expect(await outcome(shortRgb)).toBe('undecodable');
    const rgb = await client.addCrop({ payload: randomBytes(112 * 112 * 3), codec: 'rgb8' });
    expect(await outcome(rgb)).toBe('decided');
    expect(await outcome(await client.addCrop({ payload: good }))).toBe('decided');
  });

  test('drops a crop whose deadline has passed, whose payload is gone, or whose seal is broken', async () => {
    const worker = await startWorker();
    expect(await outcome(await client.addCrop({ payload: noise(), deadlineAt: Date.now() - 1 }))).toBe(
      'deadline',
    );
    expect(await outcome(await client.addCrop({ payload: noise(), key: 'fw:crop:gone' }))).toBe('expired');
    await redis.set('fw:crop:forged', randomBytes(5000));
    expect(await outcome(await client.addCrop({ payload: noise(), key: 'fw:crop:forged' }))).toBe('failed');
    await client.queues.crops.add('crops', { nonsense: true });
    expect(await outcome(await client.addCrop({ payload: noise() }))).toBe('decided');
    expect(worker.log()).toContain('a job failed');
  });

  test('that is killed costs its own crops only, and no job is answered twice', async () => {
    const first = await startWorker();
    const ids: string[] = [];
    for (let i = 0; i < 60; i++) ids.push(await client.addCrop({ payload: noise() }));
    await waitFor(() => client.answers.length > 5 || undefined, { what: 'some answers' });
    await first.kill('SIGKILL');
    const answeredByTheFirst = client.answers.length;
    expect(answeredByTheFirst).toBeLessThan(60);

    await startWorker();
    await waitFor(() => client.answers.length >= 40 || undefined, { what: 'the other worker takes over' });
    // Longer than a lock lasts: what the dead worker held has been found by now, and is not run again.
    await waitFor(async () => (await client.queues.crops.getActiveCount()) === 0 || undefined, {
      what: 'the dead worker’s jobs are cleared',
      timeoutMs: 25_000,
      everyMs: 200,
    });
    await sleep(500);
    const answered = client.answers.map(({ id }) => id);
    expect(new Set(answered).size).toBe(answered.length);
    expect(ids).toEqual(expect.arrayContaining(answered));
    expect(await client.queues.crops.getWaitingCount()).toBe(0);
  }, 60_000);

  test('that is killed leaves its photos to another, and none is answered twice', async () => {
    const first = await startWorker();
    const large = Transformer.fromRgbaPixels(new Uint8Array(3000 * 2000 * 4).fill(99), 3000, 2000);
    const bytes = large.jpegSync(90);
    const ids: string[] = [];
    for (let i = 0; i < 12; i++) ids.push(await client.addPhoto({ bytes }));
    await waitFor(() => client.answers.length > 0 || undefined, { what: 'first answer', everyMs: 1 });
    await first.kill('SIGKILL');
    expect(client.answers.length).toBeLessThan(12);

    await startWorker();
    const results = await Promise.all(
      ids.map((id) =>
        waitFor(() => client.answers.find((answer) => answer.id === id), {
          what: `answer to ${id}`,
          timeoutMs: 30_000,
        }),
      ),
    );
    expect(results.map(({ result }) => result.outcome)).toEqual(ids.map(() => 'analysed'));
    expect(client.answers).toHaveLength(12);
  }, 60_000);

  test('survives a Redis that vanishes, and knows the gallery when it is back', async () => {
    const worker = await startWorker();
    const person = { personId: randomUUID(), name: 'Back again', template: testEmbedding(3) };
    await publishPerson(redis, person);
    await server.kill();
    await sleep(1500);
    await server.restart();
    await publishPerson(redis, person);
    const decision = await waitFor(
      async () => {
        const result = await client.cropAnswer(await client.addCrop({ payload: noise() }));
        return result.outcome === 'decided' && result.decision.gallerySize === 1
          ? result.decision
          : undefined;
      },
      { what: 'crops are answered again', timeoutMs: 5000 },
    );
    expect(decision.candidates[0]?.name).toBe('Back again');
    await waitFor(async () => (await redis.hlen(redisKeys.workers)) === 1 || undefined, { what: 'a beat' });
    expect(worker.log().match(/Redis cannot be reached/g)).toHaveLength(1);
    expect(worker.log().match(/Redis is back/g)).toHaveLength(1);
  }, 40_000);

  test('finishes what it took when it is told to stop, and signs off', async () => {
    const worker = await startWorker();
    for (let i = 0; i < 30; i++) await client.addCrop({ payload: noise() });
    await waitFor(() => client.answers.length > 0 || undefined, { what: 'first answer' });
    expect(await worker.kill('SIGTERM')).toBe(0);
    expect(await client.queues.crops.getActiveCount()).toBe(0);
    expect((await client.queues.crops.getWaitingCount()) + client.answers.length).toBe(30);
    expect(await redis.hlen(redisKeys.workers)).toBe(0);
  });

  test('leaves when the process that started it is gone', async () => {
    const worker = await startWorker();
    worker.process.disconnect();
    expect(await worker.exited).toBe(0);
  });

  test('does not start on a gallery that was sealed with another data key', async () => {
    await publishPerson(redis, { personId: randomUUID(), name: 'Sealed', template: testEmbedding(4) });
    const other = Buffer.alloc(32, 9).toString('base64');
    await expect(startWorker({ DATA_KEY: other })).rejects.toThrow(/another data key.*DATA_KEY/s);
  });

  test('does not start without the queue’s address, a key, a known model or a provider that works', async () => {
    await expect(startWorker({ REDIS_URL: '' })).rejects.toThrow(/needs REDIS_URL/);
    await expect(startWorker({ DATA_KEY: '', DATA_DIR: '/nonexistent' })).rejects.toThrow(/data key/);
    await expect(startWorker({ MODEL: 'nobody' })).rejects.toThrow(/known are: mobilefacenet-192/);
    await expect(startWorker({ PROVIDER: 'cuda' })).rejects.toThrow(/PROVIDER=cuda does not work here/);
  }, 40_000);
});
