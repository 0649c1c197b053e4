import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { z } from 'zod';
import {
  enrollResponseSchema,
  identifyResponseSchema,
  LIMITS,
  personSchema,
  problemSchema,
} from '../../../protocol/rest.ts';
import { embeddingFromBytes, embeddingToBytes } from '../../../server/people/template.ts';
import { lookalike } from '../../support/analysed-photo.ts';
import { FACES_DIR, facesMissing, type PersonPhotos, peopleWithPhotos } from '../../support/faces.ts';
import { startTestHttp, type TestHttp } from '../../support/http-server.ts';
import { startTestWorker, type TestWorker } from '../../support/worker.ts';

if (facesMissing) console.log(`skipped: photos added to a person, because there are ${facesMissing}`);

/** The promise of the design: the workers know of a change within a second. */
const KNOWN_WITHIN_MS = 1000;

describe.skipIf(facesMissing)('photos added to a person', () => {
  let server: TestHttp;
  let worker: TestWorker;
  let id = '';
  const people = facesMissing ? [] : peopleWithPhotos(5);
  const [ada, bob] = people as [PersonPhotos, PersonPhotos];
  const photoOf = (person: PersonPhotos, n: number) => person.photos[n] as string;
  const group = join(FACES_DIR, 'groups/group-1.jpg');
  const text = new File(['this is no picture'], 'notes.jpg', { type: 'image/jpeg' });

  beforeAll(async () => {
    server = await startTestHttp();
    worker = await startTestWorker({ redisUrl: server.redis.url });
    ({ id } = (await enrol(ada.name, [photoOf(ada, 0), photoOf(ada, 1)])).person);
  });
  afterAll(async () => {
    await worker.kill();
    await server.close();
  });

  const send = async <T extends z.ZodType>(
    path: string,
    form: { photos: readonly (string | File)[]; faces?: string; name?: string },
    [schema, status]: [T, number],
  ): Promise<z.output<T>> => {
    const body = new FormData();
    const { photos, ...fields } = form;
    for (const [name, value] of Object.entries(fields)) body.set(name, value);
    for (const photo of photos) {
      body.append(
        'photos',
        typeof photo === 'string' ? new File([readFileSync(photo)], basename(photo)) : photo,
      );
    }
    const response = await server.api(path, { method: 'POST', body });
    const answer: unknown = await response.json();
    expect(response.status, JSON.stringify(answer)).toBe(status);
    return schema.parse(answer);
  };
  const enrol = (name: string, photos: string[]) =>
    send('/enroll', { name, photos }, [enrollResponseSchema, 201]);
  const add = (person: string, photos: (string | File)[], faces?: string) =>
    send(`/people/${person}/photos`, { photos, ...(faces ? { faces } : {}) }, [enrollResponseSchema, 200]);
  const refusal = (person: string, photos: (string | File)[], status: number) =>
    send(`/people/${person}/photos`, { photos }, [problemSchema, status]);
  const templatesOf = async (person: string) =>
    personSchema.parse(await (await server.api(`/people/${person}`)).json()).templates;
  /** What a worker makes of a photo: the score of the person asked for. */
  const scoreOf = async (person: string, photo: string) => {
    const { photos } = await send('/identify', { photos: [photo] }, [identifyResponseSchema, 200]);
    return photos[0]?.faces[0]?.candidates.find(({ personId }) => personId === person)?.score;
  };
  const galleryTemplate = async () => {
    const [record] = await server.people.galleryRecords([id]);
    return embeddingFromBytes(Buffer.from(record?.template ?? '', 'base64'));
  };

  it('are reported one by one, and a photo of somebody else is refused', async () => {
    const photos = [photoOf(ada, 2), text, group, photoOf(bob, 0)];
    const { person, photos: reports } = await add(id, photos);
    expect(person).toMatchObject({ id, name: ada.name, templates: 3 });
    expect(reports.map(({ reason }) => reason)).toEqual([
      undefined,
      'unreadable',
      'several-faces',
      'unlike-the-others',
    ]);
    for (const { accepted, message } of reports) expect(accepted || message).toBeTruthy();
  });

  it('change what the workers know of the person within a second', async () => {
    const photo = photoOf(ada, 3);
    const before = await scoreOf(id, photo);
    const templateBefore = await galleryTemplate();
    expect((await add(id, [photo])).person.templates).toBe(4);
    const answeredAt = Date.now();
    let after = await scoreOf(id, photo);
    while (after === before && Date.now() - answeredAt < KNOWN_WITHIN_MS) after = await scoreOf(id, photo);
    // The photo itself is now one of those that the template is the mean of.
    expect(after).toBeGreaterThan(before as number);
    const template = await galleryTemplate();
    expect(Math.hypot(...template)).toBeCloseTo(1, 5);
    expect(embeddingToBytes(template).equals(embeddingToBytes(templateBefore))).toBe(false);
  });

  it('can be of several people when the face is chosen', async () => {
    const { person } = await send('/enroll', { name: 'Second', photos: [group], faces: '{"0": 1}' }, [
      enrollResponseSchema,
      201,
    ]);
    const again = await send(`/people/${person.id}/photos`, { photos: [group], faces: '{"0": 1}' }, [
      problemSchema,
      422,
    ]);
    expect(again.photos?.[0]).toMatchObject({ reason: 'repeats-another' });
    const wrong = await send(`/people/${person.id}/photos`, { photos: [group], faces: '{"0": 0}' }, [
      problemSchema,
      422,
    ]);
    expect(wrong.photos?.[0]).toMatchObject({ reason: 'unlike-the-others' });
    expect(await templatesOf(person.id)).toBe(1);
  });

  it('are refused together, and nothing is stored, when none can be used', async () => {
    const before = await templatesOf(id);
    const refused = await refusal(id, [photoOf(bob, 0), text], 422);
    expect(refused).toMatchObject({ code: 'no-usable-photo' });
    expect(refused.photos?.map(({ reason }) => reason)).toEqual(['unlike-the-others', 'unreadable']);
    expect(await templatesOf(id)).toBe(before);
  });

  it('are refused for somebody who is not there, and when there are none', async () => {
    for (const nobody of [randomUUID(), 'nobody']) {
      expect(await refusal(nobody, [photoOf(ada, 0)], 404)).toMatchObject({
        code: 'not-found',
        detail: expect.stringContaining(nobody),
      });
    }
    expect(await refusal(id, [], 422)).toMatchObject({ code: 'validation', errors: [{ field: 'photos' }] });
    const named = { name: 'Other', photos: [photoOf(ada, 0)] };
    expect(await send(`/people/${id}/photos`, named, [problemSchema, 422])).toMatchObject({
      code: 'validation',
    });
  });

  it('are taken up to twenty a person, and no more', async () => {
    const { person } = await enrol(bob.name, [photoOf(bob, 0)]);
    // As many photos of one person are not at hand: embeddings that differ as photos do stand for all but one.
    await server.people.addTemplates({
      id: person.id,
      by: 'test',
      choose: ([first]) =>
        Array.from({ length: LIMITS.templatesPerPerson - 2 }, (_, i) => ({
          model: first?.model as string,
          embedding: lookalike(first?.embedding as Float32Array, i, 0.9),
          referenceCrop: Buffer.from('crop'),
          quality: 0.5,
        })),
    });
    const { person: full, photos: reports } = await add(person.id, [photoOf(bob, 1), photoOf(bob, 2)]);
    expect(full.templates).toBe(LIMITS.templatesPerPerson);
    expect(reports.map(({ reason }) => reason ?? 'accepted').sort()).toEqual(['accepted', 'too-many']);
    const refused = await refusal(person.id, [photoOf(bob, 3)], 422);
    expect(refused).toMatchObject({
      code: 'no-usable-photo',
      detail: expect.stringContaining('at most 20 photos'),
    });
    expect(await templatesOf(person.id)).toBe(LIMITS.templatesPerPerson);
  });
});
