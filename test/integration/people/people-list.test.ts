import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { PeopleSearch } from '../../../server/people/people-list.ts';
import { createPersonChangesStore } from '../../../server/people/person-changes.store.ts';
import { newTemplate, openTestPeople } from '../../support/people.ts';

let opened: Awaited<ReturnType<typeof openTestPeople>>;
const ids: Record<string, string> = {};

/** Ann has three good photos and consent, Ben one, Cy two poor ones; Ben was seen last, Cy never. */
beforeAll(async () => {
  opened = await openTestPeople();
  const { people, database } = opened;
  for (const [name, qualities, consent] of [
    ['Ann', [0.9, 0.8, 0.7], true],
    ['Ben', [0.9], undefined],
    ['Cy', [0.3, 0.1], false],
  ] as const) {
    const templates = qualities.map((quality, seed) => ({ ...newTemplate(seed + 1), quality }));
    const { id } = await people.create({ name, externalId: `x-${name}`, consent, by: 'test', templates });
    ids[name] = id;
  }
  const kiosk = randomUUID();
  await database.query("insert into kiosks (id, name, place) values ($1, 'Door', '')", [kiosk]);
  for (const [name, at] of [
    ['Ann', '2026-01-01T10:00:00Z'],
    ['Ben', '2026-01-02T10:00:00Z'],
  ] as const) {
    await database.query(
      `insert into sightings (id, kiosk_id, state, person_id, began_at, ended_at, crops)
       values ($1, $2, 'identified', $3, $4, $4, 1)`,
      [randomUUID(), kiosk, ids[name], at],
    );
  }
});
afterAll(() => opened.close());

const find = (search: Partial<PeopleSearch>) => opened.people.list({ limit: 50, offset: 0, ...search });
const namesOf = async (search: Partial<PeopleSearch>) =>
  (await find(search)).people.map(({ name }) => name).join(' ');

describe('the list of people', () => {
  it('measures the templates of each', async () => {
    const [ann, ben, cy] = (await find({})).people;
    expect(ann?.quality).toEqual({
      mean: expect.closeTo(0.8),
      weakest: expect.closeTo(0.7),
      strength: expect.closeTo(0.8),
    });
    expect(ben?.quality?.strength).toBeCloseTo(0.3);
    expect(cy?.quality?.strength).toBeCloseTo(0.2 * (2 / 3));
  });

  it('sorts by name, last seen, newest and weakest, page by page', async () => {
    expect(await namesOf({})).toBe('Ann Ben Cy');
    expect(await namesOf({ sort: 'last-seen' })).toBe('Ben Ann Cy');
    expect(await namesOf({ sort: 'newest' })).toBe('Cy Ben Ann');
    expect(await namesOf({ sort: 'weakest' })).toBe('Cy Ben Ann');
    expect(await namesOf({ sort: 'weakest', limit: 1, offset: 1 })).toBe('Ben');
  });

  it('finds who lacks consent or photos', async () => {
    expect(await namesOf({ lacks: 'consent' })).toBe('Ben Cy');
    expect(await namesOf({ lacks: 'photos', q: 'c' })).toBe('Cy');
    expect((await find({ lacks: 'photos' })).total).toBe(2);
  });

  it('leaves out who is hidden, counts them, and finds them when asked; workers go on knowing them', async () => {
    const changes = createPersonChangesStore(opened);
    const id = ids.Ben as string;
    const before = await opened.people.galleryRecords([id]);
    const hidden = await changes.change({ id, changes: { hidden: true }, by: 'test' });
    expect(hidden).toMatchObject({ person: { hidden: true }, changed: [] });
    expect(await find({})).toMatchObject({ total: 2, hiddenToo: 1 });
    expect(await namesOf({})).toBe('Ann Cy');
    expect(await namesOf({ hidden: 'only' })).toBe('Ben');
    expect(await namesOf({ hidden: 'include' })).toBe('Ann Ben Cy');
    expect(await namesOf({ q: 'x-Ben' })).toBe('Ben');
    expect(await opened.people.galleryRecords([id])).toEqual(before);
    await changes.change({ id, changes: { hidden: false }, by: 'test' });
    expect(await namesOf({})).toBe('Ann Ben Cy');
    expect((await changes.history(id))?.changes).toMatchObject([
      { action: 'person.changed', by: 'test', detail: { fields: 'hidden', hidden: false } },
      { action: 'person.changed', detail: { hidden: true } },
      { action: 'person.enrolled', detail: { templates: 1 } },
    ]);
  });

  it('tells before an erasure what the receipt will count', async () => {
    const { people } = opened;
    const id = ids.Ann as string;
    const preview = await people.erasurePreview(id);
    expect(preview).toEqual({ templates: 3, referenceCrops: 3, sightings: 1, confirmations: 0, merges: 0 });
    const { merges: _, ...counted } = preview ?? { merges: 0 };
    expect(await people.erase({ id, by: 'test' })).toMatchObject(counted);
    expect(await people.erasurePreview(id)).toBeUndefined();
  });
});
