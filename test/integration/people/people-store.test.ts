import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { galleryHead, readGalleryLog } from '../../../server/people/gallery-log.store.ts';
import { cosine, embeddingFromBytes, meanTemplate } from '../../../server/people/template.ts';
import { testEmbedding } from '../../support/gallery.ts';
import { newTemplate, openTestPeople, storePerson } from '../../support/people.ts';

let opened: Awaited<ReturnType<typeof openTestPeople>>;
beforeAll(async () => {
  opened = await openTestPeople();
});
afterAll(() => opened.close());

describe('the people store', () => {
  it('keeps nothing readable of a face', async () => {
    const { people, database } = opened;
    const { id } = await storePerson(people, { name: 'Sealed', seeds: [5] });
    const [row] = await database.query<{ embedding: Uint8Array; reference_crop: Uint8Array }>(
      'select embedding, reference_crop from templates where person_id = $1',
      [id],
    );
    const plain = Buffer.from(testEmbedding(5).buffer).subarray(0, 16);
    expect(Buffer.from(row?.embedding ?? []).includes(plain)).toBe(false);
    expect(Buffer.from(row?.reference_crop ?? []).includes('crop 5')).toBe(false);
  });

  it('gives workers one template for all photos of a person', async () => {
    const { people } = opened;
    const { id } = await storePerson(people, { name: 'Many', seeds: [1, 2, 3] });
    const [record] = await people.galleryRecords([id]);
    expect(record).toMatchObject({ personId: id, name: 'Many', model: 'mobilefacenet-192' });
    const template = embeddingFromBytes(Buffer.from(record?.template ?? '', 'base64'));
    for (const seed of [1, 2, 3]) expect(cosine(template, testEmbedding(seed))).toBeGreaterThan(0.45);
  });

  it('adds templates to a person, to the gallery and to the audit', async () => {
    const { people, database, audit } = opened;
    const { id } = await storePerson(people, { name: 'Grows', seeds: [1] });
    const before = await galleryHead(database);
    const grown = await people.addTemplates({
      id,
      by: 'test',
      choose: (stored) => {
        expect(stored).toEqual([
          { model: 'mobilefacenet-192', embedding: testEmbedding(1), quality: expect.closeTo(0.8) },
        ]);
        return [newTemplate(2)];
      },
    });
    expect(grown).toMatchObject({ id, templates: 2 });
    const [record] = await people.galleryRecords([id]);
    const template = embeddingFromBytes(Buffer.from(record?.template ?? '', 'base64'));
    const mean = meanTemplate([1, 2].map((seed) => ({ embedding: testEmbedding(seed), quality: 0.8 })));
    expect(cosine(template, mean)).toBeCloseTo(1, 5);
    expect(await readGalleryLog(database, { after: before, limit: 10 })).toEqual([
      { version: before + 1, op: 'upsert', personId: id },
    ]);
    const told = await database.query('select actor, action, detail from audit where subject = $1', [id]);
    expect(told[1]).toEqual({ actor: 'test', action: 'person.photos-added', detail: '{"templates":1}' });
    expect(await audit.firstBroken()).toBeUndefined();
  });

  it('adds nothing when the choice fails, or when nobody is there', async () => {
    const { people, database } = opened;
    const { id } = await storePerson(people, { seeds: [1] });
    const before = await galleryHead(database);
    const choose = () => {
      throw new Error('none is usable');
    };
    await expect(people.addTemplates({ id, by: 'test', choose })).rejects.toThrow('none is usable');
    const unknown = { id: randomUUID(), by: 'test', choose: () => [newTemplate(2)] };
    expect(await people.addTemplates(unknown)).toBeUndefined();
    expect(await people.get(id)).toMatchObject({ templates: 1 });
    expect(await galleryHead(database)).toBe(before);
  });

  it('shows each of two that add at once what the other has stored', async () => {
    const { people } = opened;
    const { id } = await storePerson(people, { seeds: [1] });
    const seen: number[] = [];
    const add = (seed: number) =>
      people.addTemplates({
        id,
        by: 'test',
        choose: (stored) => {
          seen.push(stored.length);
          return [newTemplate(seed)];
        },
      });
    await Promise.all([add(2), add(3)]);
    expect(seen).toEqual([1, 2]);
  });

  it('finds people by part of the name, any case, or by external id, page by page', async () => {
    const { people } = opened;
    await storePerson(people, { name: 'Zoë 100%', externalId: 'z-1' });
    await storePerson(people, { name: 'zoe_other' });
    const names = async (q: string) =>
      (await people.list({ q, limit: 10, offset: 0 })).people.map(({ name }) => name);
    expect((await names('ZO')).sort()).toEqual(['Zoë 100%', 'zoe_other']);
    expect(await names('100%')).toEqual(['Zoë 100%']);
    expect(await names('%')).toEqual(['Zoë 100%']);
    expect(await names('_')).toEqual(['zoe_other']);
    expect(await names('\\')).toEqual([]);
    expect(await names("' or true --")).toEqual([]);
    expect(await names('z-1')).toEqual(['Zoë 100%']);
    const all = await people.list({ limit: 500, offset: 0 });
    const page = await people.list({ limit: 1, offset: 1 });
    expect(page).toEqual({ people: [all.people[1]], total: all.people.length, hiddenToo: 0 });
  });

  it('refuses an external id that is taken, also by two at once, and stores nothing of the second', async () => {
    const { people } = opened;
    const before = await people.count();
    const both = await Promise.allSettled(
      ['One', 'Two'].map((name) => storePerson(people, { name, externalId: 'same' })),
    );
    expect(both.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
    const refused = both.find(({ status }) => status === 'rejected') as PromiseRejectedResult;
    expect(refused.reason).toMatchObject({ code: 'conflict', message: expect.stringContaining('"same"') });
    expect(await people.count()).toBe(before + 1);
  });

  it('erases everything but the id, once', async () => {
    const { people, database, audit } = opened;
    const { id } = await storePerson(people, { name: 'Forgotten Name', seeds: [1, 2] });
    expect(await people.erase({ id, by: 'test' })).toMatchObject({
      name: 'Forgotten Name',
      templates: 2,
      referenceCrops: 2,
      galleryVersion: expect.any(Number),
    });
    expect(await people.get(id)).toBeUndefined();
    expect(await people.galleryRecords([id])).toEqual([]);
    expect(await database.query('select 1 from templates where person_id = $1', [id])).toEqual([]);
    const told = await database.query('select * from audit where subject = $1', [id]);
    expect(told).toHaveLength(2);
    expect(JSON.stringify(told)).not.toContain('Forgotten');
    expect(await people.erase({ id, by: 'test' })).toBeUndefined();
    expect(await people.erase({ id: randomUUID(), by: 'test' })).toBeUndefined();
    expect(await audit.firstBroken()).toBeUndefined();
  });

  it('numbers the changes of the gallery without gaps, whatever fails between them', async () => {
    const { people, database } = opened;
    await storePerson(people, { externalId: 'gap' });
    await expect(storePerson(people, { externalId: 'gap' })).rejects.toMatchObject({ code: 'conflict' });
    await storePerson(people);
    const rows = await database.query<{ version: number }>(
      'select version from gallery_log order by version',
    );
    expect(rows.map(({ version }) => version)).toEqual(rows.map((_, index) => index + 1));
  });
});
