import { randomUUID } from 'node:crypto';
import type { Redis } from 'ioredis';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { redisKeys, sealPurposes, workerStatusSchema } from '../../../protocol/jobs.ts';
import { type AlignedFace, createFaceReader } from '../../support/aligned-faces.ts';
import { facesMissing, peopleWithPhotos } from '../../support/faces.ts';
import { testEmbedding, testVault } from '../../support/gallery.ts';
import { startTestRedis, type TestRedis } from '../../support/redis.ts';
import { waitFor } from '../../support/wait-for.ts';
import {
  createJobClient,
  type JobClient,
  publishPerson,
  startTestWorker,
  type TestWorker,
  unpublishPerson,
} from '../../support/worker.ts';

if (facesMissing) console.log(`skipped: recognition by a worker: ${facesMissing}`);

type Enrolled = { personId: string; name: string; enrolled: AlignedFace; probe: AlignedFace };

describe.skipIf(facesMissing)('a worker process recognises crops', () => {
  let server: TestRedis;
  let redis: Redis;
  let client: JobClient;
  let worker: TestWorker;
  let people: Enrolled[];
  let stranger: AlignedFace;

  beforeAll(async () => {
    server = await startTestRedis();
    redis = server.connect();
    client = await createJobClient(server);
    const read = await createFaceReader();
    const face = async (file: string) => (await read(file)) as AlignedFace;
    const photographed = peopleWithPhotos(4);
    people = [];
    for (const { name, photos } of photographed.slice(0, 5)) {
      const [enrolled, probe] = [await face(photos[0] as string), await face(photos[1] as string)];
      people.push({ personId: randomUUID(), name, enrolled, probe });
    }
    stranger = await face(photographed[7]?.photos[0] as string);
    // Published before the worker starts: it has to catch up before it says that it is ready.
    for (const person of people)
      await publishPerson(redis, { ...person, template: person.enrolled.embedding });
    worker = await startTestWorker({ redisUrl: server.url });
  });

  afterAll(async () => {
    await worker?.kill();
    await client?.close();
    await server?.close();
  });

  const recognize = async (face: AlignedFace, job: object = {}) => {
    const result = await client.cropAnswer(await client.addCrop({ payload: face.crop, ...job }));
    if (result.outcome !== 'decided') throw new Error(`dropped: ${result.reason}`);
    return result;
  };
  const nameOf = async (face: AlignedFace) => {
    const { decision } = await recognize(face);
    return decision.state === 'identified' ? decision.candidates[0]?.name : decision.state;
  };

  test('by the name of the person who was enrolled with another photo', async () => {
    const named = await Promise.all(people.map(({ probe }) => nameOf(probe)));
    expect(named).toEqual(people.map(({ name }) => name));
  });

  test('as unknown when the person is not enrolled', async () => {
    const { decision } = await recognize(stranger);
    expect(decision.state).toBe('unknown');
    expect(decision.candidates[0]?.score).toBeLessThan(decision.threshold);
  });

  test('with the stages it passed, each with a time', async () => {
    const id = await client.addCrop({ payload: stranger.crop });
    await client.cropAnswer(id);
    const answer = client.answers.find((each) => each.id === id);
    if (answer?.kind !== 'crop') throw new Error('no crop answer');
    expect(answer.timings.embed).toBeGreaterThan(0.5);
    expect(answer.timings.match).toBeGreaterThan(0);
    expect(answer.timings.match).toBeLessThan(answer.timings.embed);
  });

  test('gathering evidence over the frames of a track, and anew for another face', async () => {
    const [first, second] = people as [Enrolled, Enrolled];
    const carry = (result: { evidence: string; evidenceWeight: number }) => ({
      evidence: testVault
        .seal(sealPurposes.evidence, Buffer.from(result.evidence, 'base64'))
        .toString('base64'),
      evidenceWeight: result.evidenceWeight,
      evidenceModel: 'mobilefacenet-192',
    });
    const one = await recognize(first.probe, { quality: 0.5 });
    expect(one.evidenceReset).toBe(false);
    expect(one.evidenceWeight).toBeCloseTo(0.5);
    const two = await recognize(first.enrolled, carry(one));
    expect(two.evidenceReset).toBe(false);
    expect(two.evidenceWeight).toBeCloseTo(1.5);
    expect(two.decision.candidates[0]?.score).toBeGreaterThan(one.decision.candidates[0]?.score as number);
    const three = await recognize(second.probe, carry(two));
    expect(three.evidenceReset).toBe(true);
    expect(three.evidenceWeight).toBeCloseTo(1);
    expect(three.decision.candidates[0]?.name).toBe(second.name);
  });

  /** How long after now the first crop was sent that was answered with `name`, in ms. */
  const delayUntilNamed = async (face: AlignedFace, name: string) => {
    const since = Date.now();
    return waitFor(
      async () => {
        const sentAt = Date.now();
        return (await nameOf(face)) === name ? sentAt - since : undefined;
      },
      { what: `${name} is named` },
    );
  };

  test('from a second after their enrolment, until a second after their removal', async () => {
    const personId = randomUUID();
    await publishPerson(redis, { personId, name: 'Newcomer', template: stranger.embedding });
    expect(await delayUntilNamed(stranger, 'Newcomer')).toBeLessThan(1000);
    await unpublishPerson(redis, personId);
    expect(await delayUntilNamed(stranger, 'unknown')).toBeLessThan(1000);
  });

  test('leaving out people whose template is of another model', async () => {
    const before = (await recognize(stranger)).decision.gallerySize;
    await publishPerson(redis, {
      personId: randomUUID(),
      name: 'Elsewhere',
      template: testEmbedding(1, 128),
      model: 'another-128',
    });
    const version = Number(await redis.get(redisKeys.galleryVersion));
    const after = await waitFor(
      async () => {
        const { decision } = await recognize(stranger);
        return decision.galleryVersion === version ? decision : undefined;
      },
      { what: 'the change is applied' },
    );
    expect(after.gallerySize).toBe(before);
  });

  test('after the log lost entries that it had not read', async () => {
    await redis.set(redisKeys.galleryVersion, 500);
    const personId = randomUUID();
    await publishPerson(redis, { personId, name: 'After the gap', template: stranger.embedding });
    expect(await delayUntilNamed(stranger, 'After the gap')).toBeLessThan(2000);
    await unpublishPerson(redis, personId);
  });

  test('and tells every second that it is there', async () => {
    const read = async () => {
      const [text] = Object.values(await redis.hgetall(redisKeys.workers));
      return workerStatusSchema.parse(JSON.parse(text as string));
    };
    const first = await read();
    expect(first).toMatchObject({ pid: worker.pid, provider: 'cpu', model: 'mobilefacenet-192' });
    await waitFor(async () => ((await read()).at > first.at ? true : undefined), {
      what: 'the next beat',
      timeoutMs: 2500,
    });
  });
});
