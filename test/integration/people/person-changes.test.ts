import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { z } from 'zod';
import {
  mergedSchema,
  mergeUndoneSchema,
  personDetailsSchema,
  personExportSchema,
  photoMovedSchema,
} from '../../../protocol/people.ts';
import { LIMITS, peopleResponseSchema, personSchema } from '../../../protocol/rest.ts';
import { createSightingStore } from '../../../server/sightings/sighting.store.ts';
import { testVault } from '../../support/gallery.ts';
import { startTestHttp, type TestHttp } from '../../support/http-server.ts';
import { storePerson } from '../../support/people.ts';

describe('changes of a person over REST', () => {
  let server: TestHttp;
  let kiosk: string;
  let seed = 0;
  beforeAll(async () => {
    server = await startTestHttp();
    kiosk = (await server.kiosks.create({ name: 'Door', place: '', by: 'test' })).id;
  });
  afterAll(() => server.close());
  beforeEach(async () => {
    for (const { id } of (await server.people.list({ limit: 500, offset: 0 })).people)
      await server.people.erase({ id, by: 'test' });
  });

  const send = async (method: string, path: string, body?: object) => {
    const json = { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) };
    const response = await server.api(path, { method, ...(body ? json : {}) });
    return { status: response.status, answer: (await response.json()) as Record<string, unknown> };
  };
  const expectOk = async <T extends z.ZodType>(
    schema: T,
    ...request: Parameters<typeof send>
  ): Promise<z.output<T>> => {
    const { status, answer } = await send(...request);
    expect(status, JSON.stringify(answer)).toBe(200);
    return schema.parse(answer);
  };
  const details = (id: string) => expectOk(personDetailsSchema, 'GET', `/people/${id}`);
  const photosOf = async (id: string) => (await details(id)).photos.map((photo) => photo.id).sort();
  const merge = (id: string, into: string) => expectOk(mergedSchema, 'POST', `/people/${id}/merge`, { into });
  const undo = (id: string) => expectOk(mergeUndoneSchema, 'POST', `/people/merges/${id}/undo`);
  const enrol = (name: string, photos: number, externalId?: string) =>
    storePerson(server.people, {
      name,
      ...(externalId ? { externalId } : {}),
      seeds: Array.from({ length: photos }, () => ++seed),
    });
  const see = async (personId: string, ago: number, crop?: string) => {
    const id = randomUUID();
    await createSightingStore({ database: server.database, vault: testVault }).add({
      id,
      stream: kiosk,
      state: 'identified',
      personId,
      score: 0.9,
      confidence: 0.9,
      beganAt: new Date(Date.now() - ago),
      crop: crop ? Buffer.from(crop) : undefined,
    });
    return id;
  };
  const seen = async (person: string) => {
    const { answer } = await send('GET', `/sightings?person=${person}`);
    return (answer.sightings as { id: string }[]).map(({ id }) => id).sort();
  };
  /** Names as the workers know them. */
  const galleryNames = async () => {
    const ids = await server.people.idsAfter(undefined, 500);
    return Object.fromEntries(
      (await server.people.galleryRecords(ids)).map((one) => [one.personId, one.name]),
    );
  };

  it('lists people with their best photo and when they were last seen', async () => {
    const ann = await enrol('Ann', 2);
    await see(ann.id, 60_000);
    await see(ann.id, 1000);
    const { people } = await expectOk(peopleResponseSchema, 'GET', '/people');
    expect(people[0]?.bestPhoto).toBe((await details(ann.id)).photos[0]?.id);
    expect(Date.now() - Date.parse(people[0]?.lastSeen ?? '')).toBeLessThan(30_000);
  });

  it('renames, and changes external id and consent, of which null takes away', async () => {
    const ann = await enrol('Ann', 1, 'A-1');
    const bob = await enrol('Bob', 1, 'B-1');
    const changed = await expectOk(personSchema, 'PATCH', `/people/${ann.id}`, {
      name: ' Anna ',
      consent: true,
    });
    expect(changed).toMatchObject({ name: 'Anna', consent: true, externalId: 'A-1' });
    expect(await galleryNames()).toMatchObject({ [ann.id]: 'Anna' });
    const bare = await expectOk(personSchema, 'PATCH', `/people/${ann.id}`, {
      externalId: null,
      consent: null,
    });
    expect(bare).toMatchObject({ name: 'Anna', consent: null, externalId: null });
    const taken = await send('PATCH', `/people/${ann.id}`, { externalId: 'B-1' });
    expect(taken).toMatchObject({ status: 409, answer: { code: 'conflict' } });
    expect((await send('PATCH', `/people/${ann.id}`, {})).status).toBe(422);
    expect((await send('PATCH', `/people/${ann.id}`, { age: 7 })).status).toBe(422);
    expect((await send('PATCH', `/people/${randomUUID()}`, { name: 'X' })).status).toBe(404);
    expect(await details(bob.id)).toMatchObject({ name: 'Bob', externalId: 'B-1' });
  });

  it('deletes a photo, but never the last', async () => {
    const { id } = await enrol('Ann', 2);
    const [first, second] = (await details(id)).photos.map((photo) => photo.id);
    await expectOk(personSchema, 'DELETE', `/people/${id}/photos/${first}`);
    expect(await photosOf(id)).toEqual([second]);
    expect((await server.api(`/people/${id}/photos/${first}.jpg`)).status).toBe(404);
    expect((await server.api(`/people/${id}/photos/${second}.jpg`)).status).toBe(200);
    const last = await send('DELETE', `/people/${id}/photos/${second}`);
    expect(last).toMatchObject({ status: 409, answer: { code: 'bad-state' } });
    expect((await send('DELETE', `/people/${id}/photos/${first}`)).status).toBe(404);
    expect(await photosOf(id)).toEqual([second]);
  });

  it('moves a photo to somebody else and to a new person, as long as there is room', async () => {
    const ann = await enrol('Ann', 3);
    const bob = await enrol('Bob', 1);
    const [one, two, three] = await photosOf(ann.id);
    const move = (photo: string | undefined, to: string | object, from = ann.id) =>
      send('POST', `/people/${from}/photos/${photo}/move`, { to });
    const moved = photoMovedSchema.parse((await move(one, bob.id)).answer);
    expect([moved.from.templates, moved.to.templates]).toEqual([2, 2]);
    expect(await photosOf(bob.id)).toContain(one);
    const created = photoMovedSchema.parse((await move(two, { name: 'Cy' })).answer).to;
    expect(created).toMatchObject({ name: 'Cy', templates: 1, consent: null });
    expect(await galleryNames()).toEqual({ [ann.id]: 'Ann', [bob.id]: 'Bob', [created.id]: 'Cy' });
    expect(await move(three, bob.id)).toMatchObject({ status: 409, answer: { code: 'bad-state' } });
    expect((await move(three, ann.id)).status).toBe(422);
    const full = await enrol('Full', LIMITS.templatesPerPerson);
    expect(await move(one, full.id, bob.id)).toMatchObject({ status: 409, answer: { code: 'bad-state' } });
    expect((await move(one, randomUUID(), bob.id)).status).toBe(404);
    expect((await move(one, 'nobody', bob.id)).status).toBe(422);
    expect(await photosOf(bob.id)).toHaveLength(2);
  });

  it('merges and parts again: each has back what was theirs, what is new stays', async () => {
    const ann = await enrol('Ann', 2, 'A-1');
    const twin = await enrol('Anne', 2, 'A-2');
    const [annPhotos, twinPhotos] = [await photosOf(ann.id), await photosOf(twin.id)];
    const [annSeen, twinSeen] = [await see(ann.id, 5000), await see(twin.id, 9000, 'crop')];
    const before = await server.people.get(twin.id);

    const { merge: made, person } = await merge(twin.id, ann.id);
    expect(person).toMatchObject({ id: ann.id, name: 'Ann', externalId: 'A-1', templates: 4 });
    expect(made).toMatchObject({ person: { id: twin.id, name: 'Anne' }, photos: 2, sightings: 1 });
    expect((await send('GET', `/people/${twin.id}`)).status).toBe(404);
    expect(await seen(ann.id)).toEqual([annSeen, twinSeen].sort());
    expect(await galleryNames()).toEqual({ [ann.id]: 'Ann' });

    const later = await see(ann.id, 100);
    const { restored } = await undo(made.id);
    expect(restored).toEqual(before);
    expect([await photosOf(ann.id), await photosOf(twin.id)]).toEqual([annPhotos, twinPhotos]);
    expect([await seen(ann.id), await seen(twin.id)]).toEqual([[annSeen, later].sort(), [twinSeen]]);
    expect(await galleryNames()).toEqual({ [ann.id]: 'Ann', [twin.id]: 'Anne' });
    expect((await details(ann.id)).merges).toEqual([]);
    expect((await send('POST', `/people/merges/${made.id}/undo`)).status).toBe(404);
  });

  it('undoes merges of merged people in either order', async () => {
    for (const order of ['inner first', 'outer first']) {
      const [a, b, c] = [await enrol('A', 1), await enrol('B', 1), await enrol('C', 1)];
      const photos = [await photosOf(a.id), await photosOf(b.id), await photosOf(c.id)];
      const inner = (await merge(a.id, b.id)).merge;
      const outer = (await merge(b.id, c.id)).merge;
      expect((await details(c.id)).merges.map(({ id }) => id)).toEqual([outer.id, inner.id]);
      for (const { id } of order === 'inner first' ? [inner, outer] : [outer, inner]) await undo(id);
      expect([await photosOf(a.id), await photosOf(b.id), await photosOf(c.id)], order).toEqual(photos);
    }
  });

  it('refuses what would lose something, and changes nothing then', async () => {
    const ann = await enrol('Ann', 2, 'A-1');
    const full = await enrol('Full', LIMITS.templatesPerPerson - 1);
    const tooMany = await send('POST', `/people/${ann.id}/merge`, { into: full.id });
    expect(tooMany).toMatchObject({ status: 409, answer: { code: 'bad-state' } });
    expect(String(tooMany.answer.detail)).toContain('Delete 1 of them first');
    expect((await send('POST', `/people/${ann.id}/merge`, { into: ann.id })).status).toBe(422);
    expect((await send('POST', `/people/${ann.id}/merge`, { into: randomUUID() })).status).toBe(404);
    expect(await details(ann.id)).toMatchObject({ name: 'Ann', templates: 2 });

    const bob = await enrol('Bob', 1);
    const [own] = await photosOf(bob.id);
    const { merge: made } = await merge(ann.id, bob.id);
    const cy = await enrol('Cy', 1, 'A-1');
    const taken = await send('POST', `/people/merges/${made.id}/undo`);
    expect(taken).toMatchObject({ status: 409, answer: { code: 'conflict' } });
    await expectOk(personSchema, 'PATCH', `/people/${cy.id}`, { externalId: null });
    await expectOk(personSchema, 'DELETE', `/people/${bob.id}/photos/${own}`);
    const bare = await send('POST', `/people/merges/${made.id}/undo`);
    expect(bare).toMatchObject({ status: 409, answer: { code: 'bad-state' } });
    expect(await photosOf(bob.id)).toHaveLength(2);
    expect((await send('GET', `/people/${ann.id}`)).status).toBe(404);
  });

  it('erases with a person whoever was merged into them, and nothing of others', async () => {
    const [a, b, c, other] = [
      await enrol('A', 1, 'x'),
      await enrol('B', 1),
      await enrol('C', 1),
      await enrol('O', 1),
    ];
    const { merge: kept } = await merge((await enrol('P', 1)).id, other.id);
    const { merge: made } = await merge(a.id, b.id);
    await merge(b.id, c.id);
    expect((await server.api(`/people/${c.id}`, { method: 'DELETE' })).status).toBe(200);
    expect((await send('POST', `/people/merges/${made.id}/undo`)).status).toBe(404);
    const rows = await server.database.query<{ id: string }>('select id from merges');
    expect(rows).toEqual([{ id: kept.id }]);
    await undo(kept.id);
    expect(await server.database.query('select 1 from merge_templates')).toEqual([]);
  });

  it('gives everything that is kept of a person as a file', async () => {
    const ann = await enrol('Ann', 2);
    await see(ann.id, 1000, 'seen');
    const response = await server.api(`/people/${ann.id}/export`);
    expect(response.headers.get('content-disposition')).toContain(`person-${ann.id}.json`);
    const file = personExportSchema.parse(await response.json());
    expect(file.person).toMatchObject({ id: ann.id, name: 'Ann' });
    expect(file.photos.map(({ crop }) => Buffer.from(crop, 'base64').toString())).toEqual(
      expect.arrayContaining([expect.stringMatching(/^crop \d+$/)]),
    );
    expect(file.photos[0]?.template).toBeUndefined();
    expect(file.sightings).toMatchObject([{ kiosk: 'Door', crop: Buffer.from('seen').toString('base64') }]);
    const full = await expectOk(personExportSchema, 'GET', `/people/${ann.id}/export?templates=true`);
    expect(full.photos[0]?.template).toHaveLength(192);
    expect((await send('GET', `/people/${randomUUID()}/export`)).status).toBe(404);
  });

  it('is for operators, writes every change down, and no name', async () => {
    const ann = await enrol('Ann', 2);
    const twin = await enrol('Zyx', 1);
    const [photo] = await photosOf(ann.id);
    await send('PATCH', `/people/${ann.id}`, { name: 'Zyx Zyx' });
    await send('POST', `/people/${ann.id}/photos/${photo}/move`, { to: twin.id });
    await send('DELETE', `/people/${twin.id}/photos/${photo}`);
    const { merge: made } = await merge(twin.id, ann.id);
    await undo(made.id);
    await server.api(`/people/${ann.id}/export`);
    const rows = await server.database.query<{ action: string; detail: string }>(
      'select action, detail from audit order by sequence desc limit 6',
    );
    expect(rows.map(({ action }) => action)).toEqual([
      'person.exported',
      'person.merge-undone',
      'person.merged',
      'person.photo-removed',
      'person.photo-moved',
      'person.changed',
    ]);
    expect(JSON.stringify(rows)).not.toContain('Zyx');
    const cookie = await server.login('kiosk', kiosk);
    for (const [method, path] of [
      ['PATCH', `/people/${ann.id}`],
      ['DELETE', `/people/${ann.id}/photos/${photo}`],
      ['POST', `/people/${ann.id}/photos/${photo}/move`],
      ['POST', `/people/${ann.id}/merge`],
      ['POST', `/people/merges/${made.id}/undo`],
      ['GET', `/people/${ann.id}/export`],
    ] as const) {
      const headers = { cookie, origin: server.url };
      expect((await fetch(server.url + path, { method, headers })).status, path).toBe(403);
      expect((await fetch(server.url + path, { method })).status, path).toBe(401);
    }
  });
});
