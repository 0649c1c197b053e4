import { readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { z } from 'zod';
import {
  enrollResponseSchema,
  identifyResponseSchema,
  problemSchema,
  verifyResponseSchema,
} from '../../../protocol/rest.ts';
import { FACES_DIR, facesMissing, peopleWithPhotos } from '../../support/faces.ts';
import { startTestHttp, type TestHttp } from '../../support/http-server.ts';
import { waitFor } from '../../support/wait-for.ts';
import { startTestWorker, type TestWorker } from '../../support/worker.ts';

if (facesMissing) console.log(`skipped: enrolment by photographs, because there are ${facesMissing}`);

/** The promise of the design: enrolled and erased people are known and forgotten within a second. */
const KNOWN_WITHIN_MS = 1000;

describe.skipIf(facesMissing)('enrolment by photographs', () => {
  let server: TestHttp;
  let worker: TestWorker;
  const people = facesMissing ? [] : peopleWithPhotos(4);
  const [ada, bob] = people as [(typeof people)[number], (typeof people)[number]];
  const group = join(FACES_DIR, 'groups/group-1.jpg');
  beforeAll(async () => {
    server = await startTestHttp();
    worker = await startTestWorker({ redisUrl: server.redis.url });
  });
  afterAll(async () => {
    await worker.kill();
    await server.close();
  });

  const send = (path: string, fields: Record<string, string>, photos: (string | File)[]) => {
    const body = new FormData();
    for (const [name, value] of Object.entries(fields)) body.set(name, value);
    for (const photo of photos) {
      const file = typeof photo === 'string' ? new File([readFileSync(photo)], basename(photo)) : photo;
      body.append('photos', file);
    }
    return server.api(path, { method: 'POST', body });
  };
  const parsed = async <T extends z.ZodType>(schema: T, answer: Promise<Response>, status: number) => {
    const response = await answer;
    const body = await response.json();
    expect(response.status, JSON.stringify(body)).toBe(status);
    return schema.parse(body);
  };
  const text = new File(['this is no picture'], 'notes.jpg', { type: 'image/jpeg' });
  const stateOf = async (photo: string) => {
    const { photos } = await parsed(identifyResponseSchema, send('/identify', {}, [photo]), 200);
    return photos[0]?.faces[0];
  };

  let adaId = '';
  it('keeps the photos that can be used, and says of each other one why not', async () => {
    const photos = [ada.photos[0] as string, text, group, ada.photos[1] as string];
    const { person, photos: reports } = await parsed(
      enrollResponseSchema,
      send('/enroll', { name: ada.name, externalId: 'a-1', consent: 'true' }, photos),
      201,
    );
    adaId = person.id;
    expect(person).toMatchObject({ name: ada.name, externalId: 'a-1', consent: true, templates: 2 });
    expect(reports.map(({ reason }) => reason)).toEqual([
      undefined,
      'unreadable',
      'several-faces',
      undefined,
    ]);
    expect(reports[2]?.faces?.length).toBeGreaterThan(1);
    for (const { accepted, message } of reports) expect(accepted || message).toBeTruthy();
  });

  it('lets the person be identified by another photo within a second', async () => {
    const answeredAt = Date.now();
    let face = await stateOf(ada.photos[2] as string);
    while (face?.state !== 'identified' && Date.now() - answeredAt < KNOWN_WITHIN_MS)
      face = await stateOf(ada.photos[2] as string);
    expect(face).toMatchObject({ state: 'identified', person: { id: adaId, name: ada.name } });
    expect(await stateOf(bob.photos[0] as string)).toMatchObject({ state: 'unknown' });
  });

  it('leaves out the photo of somebody else', async () => {
    const photos = [bob.photos[0], ada.photos[0], bob.photos[1]] as string[];
    const { person, photos: reports } = await parsed(
      enrollResponseSchema,
      send('/enroll', { name: bob.name }, photos),
      201,
    );
    expect(reports.map(({ reason }) => reason)).toEqual([undefined, 'looks-like-another', undefined]);
    expect(reports[1]?.message).toContain(ada.name);
    expect(person.templates).toBe(2);
  });

  it('asks before somebody is enrolled twice, and does as it is told', async () => {
    const before = await server.people.count();
    const again = (fields: Record<string, string>) =>
      send('/enroll', { name: 'Somebody else', ...fields }, ada.photos.slice(2, 4));
    const asked = await parsed(problemSchema, again({}), 409);
    expect(asked).toMatchObject({ code: 'likely-duplicate', people: [{ personId: adaId, name: ada.name }] });
    expect(asked.detail).toContain(`/people/${adaId}/photos`);
    expect(await server.people.count()).toBe(before);
    const { person } = await parsed(enrollResponseSchema, again({ duplicates: 'allow' }), 201);
    expect(await stateOf(ada.photos[2] as string)).toMatchObject({
      state: expect.not.stringMatching(/^unknown$/),
    });
    expect((await server.api(`/people/${person.id}`, { method: 'DELETE' })).status).toBe(200);
  });

  it('takes the chosen face of a photo with several', async () => {
    const { person } = await parsed(
      enrollResponseSchema,
      send('/enroll', { name: 'Second', faces: '{"0": 1}' }, [group]),
      201,
    );
    expect(person.templates).toBe(1);
  });

  it('stores nothing when no photo can be used, and reports on each', async () => {
    const before = await server.people.count();
    const refused = await parsed(problemSchema, send('/enroll', { name: 'Nobody' }, [text, group]), 422);
    expect(refused).toMatchObject({ code: 'no-usable-photo' });
    expect(refused.photos?.map(({ reason }) => reason)).toEqual(['unreadable', 'several-faces']);
    expect(await server.people.count()).toBe(before);
  });

  it('refuses an external id that is taken', async () => {
    const refused = await parsed(
      problemSchema,
      send('/enroll', { name: 'Again', externalId: 'a-1' }, [ada.photos[0] as string]),
      409,
    );
    expect(refused).toMatchObject({ code: 'conflict', detail: expect.stringContaining('"a-1"') });
  });

  it('tells two photos of one person from two of different people', async () => {
    const verify = (a: string, b: string) => parsed(verifyResponseSchema, send('/verify', {}, [a, b]), 200);
    const same = await verify(ada.photos[0] as string, ada.photos[2] as string);
    expect(same).toMatchObject({ same: true, model: 'mobilefacenet-192' });
    expect(same.probability).toBeGreaterThan(0.9);
    const different = await verify(ada.photos[0] as string, bob.photos[0] as string);
    expect(different.same).toBe(false);
    expect(different.probability).toBeLessThan(0.1);
    const refused = await parsed(problemSchema, send('/verify', {}, [ada.photos[0] as string, text]), 422);
    expect(refused).toMatchObject({ code: 'no-usable-photo', detail: expect.stringContaining('notes.jpg') });
  });

  it('forgets an erased person within a second', async () => {
    expect((await server.api(`/people/${adaId}`, { method: 'DELETE' })).status).toBe(200);
    const answeredAt = Date.now();
    let face = await stateOf(ada.photos[2] as string);
    while (face?.state === 'identified' && Date.now() - answeredAt < KNOWN_WITHIN_MS)
      face = await stateOf(ada.photos[2] as string);
    expect(face?.state).toBe('unknown');
    expect(JSON.stringify(face)).not.toContain(adaId);
  });

  it('answers that the queue is away, and enrols again when it is back, losing nobody', async () => {
    const before = await server.people.count();
    await server.redis.kill();
    const refused = await parsed(
      problemSchema,
      send('/enroll', { name: 'Later' }, [ada.photos[0] as string]),
      503,
    );
    expect(refused).toMatchObject({ code: 'redis-unavailable', retryable: true });
    expect(await server.people.count()).toBe(before);
    await server.redis.restart();
    await parsed(enrollResponseSchema, send('/enroll', { name: 'Later' }, [ada.photos[0] as string]), 201);
    // A worker that has lost its Redis loads the gallery anew; until then its old replica serves.
    const face = await waitFor(
      async () => {
        const seen = await stateOf(bob.photos[3] as string);
        return seen?.state === 'identified' ? seen : undefined;
      },
      { what: 'a person enrolled before the outage being identified', timeoutMs: 5000 },
    );
    expect(face.person?.name).toBe(bob.name);
  });
});
