import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { mergedSchema } from '../../../protocol/people.ts';
import { enrollResponseSchema, identifyResponseSchema } from '../../../protocol/rest.ts';
import { facesMissing, type PersonPhotos, peopleWithPhotos } from '../../support/faces.ts';
import { startTestHttp, type TestHttp } from '../../support/http-server.ts';
import { startTestWorker, type TestWorker } from '../../support/worker.ts';

if (facesMissing)
  console.log(`skipped: merged people as workers know them, because there are ${facesMissing}`);

/** The promise of the design: the workers know of a change within a second. */
const KNOWN_WITHIN_MS = 1000;

describe.skipIf(facesMissing)('people who are merged and parted again', () => {
  let server: TestHttp;
  let worker: TestWorker;
  const [ada, bob] = (facesMissing ? [] : peopleWithPhotos(4)) as [PersonPhotos, PersonPhotos];

  beforeAll(async () => {
    server = await startTestHttp();
    worker = await startTestWorker({ redisUrl: server.redis.url });
  });
  afterAll(async () => {
    await worker.kill();
    await server.close();
  });

  const form = (photos: readonly (string | undefined)[], fields: Record<string, string> = {}) => {
    const body = new FormData();
    for (const [name, value] of Object.entries(fields)) body.set(name, value);
    for (const photo of photos)
      body.append('photos', new File([readFileSync(photo as string)], basename(photo as string)));
    return body;
  };
  const enrol = async (name: string, photos: readonly (string | undefined)[]) => {
    const body = form(photos, { name, duplicates: 'allow' });
    const response = await server.api('/enroll', { method: 'POST', body });
    return enrollResponseSchema.parse(await response.json()).person;
  };
  const nameOf = async (photo: string | undefined) => {
    const response = await server.api('/identify', { method: 'POST', body: form([photo]) });
    const { photos } = identifyResponseSchema.parse(await response.json());
    const [face] = photos[0]?.faces ?? [];
    return { named: face?.person?.id, candidates: face?.candidates.map(({ personId }) => personId) ?? [] };
  };
  const post = async (path: string, body: object = {}) => {
    const response = await server.api(path, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
    expect(response.status).toBe(200);
    return { answer: (await response.json()) as unknown, at: Date.now() };
  };
  /** Asks until the answer is as it should be, for a second after the change was answered. */
  const soon = async (photo: string | undefined, at: number, wanted: { named: string; gone?: string }) => {
    for (;;) {
      const { named, candidates } = await nameOf(photo);
      if (named === wanted.named && !candidates.includes(wanted.gone ?? '')) return;
      if (Date.now() - at > KNOWN_WITHIN_MS) expect({ named, candidates }).toEqual(wanted);
    }
  };

  it('are known to the workers as one, then as two, each time within a second', async () => {
    // One person enrolled under two entries; the second by other photos.
    const first = await enrol('Ada', ada.photos.slice(0, 1));
    const second = await enrol('Ada again', ada.photos.slice(1, 3));
    const other = await enrol('Bob', bob.photos.slice(0, 2));
    const probe = ada.photos[3];

    const merged = await post(`/people/${second.id}/merge`, { into: first.id });
    await soon(probe, merged.at, { named: first.id, gone: second.id });
    expect((await nameOf(bob.photos[2])).named).toBe(other.id);

    const { merge } = mergedSchema.parse(merged.answer);
    const undone = await post(`/people/merges/${merge.id}/undo`);
    const known = async () => new Set((await nameOf(probe)).candidates);
    let candidates = await known();
    while (!candidates.has(second.id) && Date.now() - undone.at < KNOWN_WITHIN_MS) candidates = await known();
    expect(candidates).toContain(second.id);
    expect(candidates).toContain(first.id);
    // By a photo of the entry's own, each is themselves again.
    expect((await nameOf(ada.photos[1])).candidates[0]).toBe(second.id);
    expect((await nameOf(ada.photos[0])).candidates[0]).toBe(first.id);
    expect((await nameOf(bob.photos[2])).named).toBe(other.id);
  });
});
