import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { UnknownGroup } from '../../../protocol/unknowns.ts';
import { createFaceReader } from '../../support/aligned-faces.ts';
import { facesMissing, peopleWithPhotos } from '../../support/faces.ts';
import { openUnknownScene } from '../../support/unknown-scene.ts';
import { waitFor } from '../../support/wait-for.ts';

if (facesMissing) console.log(`skipped: unknown people on photographs: ${facesMissing}`);

/** Crops of the photos of two people, read as the workers read them. */
async function twoPeople(): Promise<[Uint8Array[], Uint8Array[]]> {
  const read = await createFaceReader();
  const cropsOf = async (photos: readonly string[]) =>
    (await Promise.all(photos.map(read))).flatMap((face) => (face ? [face.crop] : []));
  const [ann, bob] = peopleWithPhotos(5).filter((_, i) => i % 3 === 1);
  return [await cropsOf(ann?.photos.slice(0, 5) ?? []), await cropsOf(bob?.photos.slice(0, 5) ?? [])];
}

describe.skipIf(facesMissing)('unknown people', () => {
  let scene: Awaited<ReturnType<typeof openUnknownScene>>;
  let server: ReturnType<(typeof scene)['start']>;
  let ann: Uint8Array[];
  let bob: Uint8Array[];
  beforeAll(async () => {
    [[ann, bob], scene] = await Promise.all([twoPeople(), openUnknownScene()]);
  });
  beforeEach(() => {
    server = scene.start();
  });
  afterEach(async () => {
    await server.close();
    const future = new Date(Date.now() + 1e9);
    await scene.sightings.expire({ identified: future, unknown: future });
    for (const id of await scene.people.idsAfter(undefined, 100))
      await scene.people.erase({ id, by: 'test' });
    await scene.gallery.publishPending();
  });
  afterAll(() => scene.close());

  const sighting = (crop: Uint8Array | undefined) => Array.from({ length: 3 }, () => crop as Uint8Array);
  const list = (ignored = false) => server.unknowns.list({ ignored, limit: 50, offset: 0 });
  const groupsOf = (...sizes: number[]): Promise<UnknownGroup[]> =>
    waitFor(
      async () => {
        const { groups } = await list();
        const found = groups.map(({ sightings }) => sightings).toSorted((a, b) => a - b);
        return String(found) === String(sizes.toSorted((a, b) => a - b)) ? groups : undefined;
      },
      { what: `groups of ${sizes.join(' and ')}` },
    );

  it('are a group each, however often they are seen; a restart keeps the groups', async () => {
    expect((await server.film(sighting(ann[0])))?.state).toBe('unknown');
    await server.film(sighting(bob[0]));
    await server.film(sighting(ann[1]), 0.5);
    const groups = await groupsOf(2, 1);
    const [annes, bobs] = [
      groups.find((one) => one.sightings === 2),
      groups.find((one) => one.sightings === 1),
    ];
    expect(annes?.best.map(({ quality }) => quality)).toEqual([
      expect.closeTo(0.9, 5),
      expect.closeTo(0.5, 5),
    ]);
    expect(annes?.streams.map(({ name }) => name)).toEqual(['Door']);
    await waitFor(() => server.told.at(-1) === 2 || undefined, { what: 'the consoles are told' });
    await server.close();
    server = scene.start();
    await server.film(sighting(ann[2]));
    const after = await groupsOf(3, 1);
    expect(after.find((one) => one.sightings === 3)?.id).toBe(annes?.id);
    expect(after.find((one) => one.sightings === 1)?.id).toBe(bobs?.id);
    // The one seen last comes first, and its embeddings are sealed.
    expect(after[0]?.id).toBe(annes?.id);
    const rows = await scene.database.query<{ embedding: Uint8Array }>(
      'select embedding from unknown_sightings',
    );
    for (const { embedding } of rows) expect(embedding.length).toBeGreaterThan(192 * 4);
  }, 60_000);

  it('are recognised once enrolled by the crops chosen; undone, they are unknown again', async () => {
    for (const crop of ann.slice(0, 3)) await server.film(sighting(crop));
    const [group] = await groupsOf(3);
    const photos = group?.best.map(({ id }) => id) ?? [];
    const { id = '' } = group ?? {};
    const enrolled = await server.assigner.enrol({
      group: id,
      name: 'Ann',
      duplicates: 'refuse',
      photos: photos.slice(0, 2),
      by: 'test',
    });
    expect(enrolled).toMatchObject({ person: { name: 'Ann', templates: 2 }, sightings: 3 });
    const startedAt = Date.now();
    await waitFor(async () => (await server.film(ann.slice(3, 4)))?.name === 'Ann' || undefined, {
      what: 'the name on the live label',
    });
    expect(Date.now() - startedAt).toBeLessThan(3000);
    expect((await list()).groups).toEqual([]);
    const { sightings } = await scene.sightings.list({ person: enrolled.person.id, limit: 10 });
    expect(sightings.filter(({ confirmation }) => confirmation?.by === 'test')).toHaveLength(3);

    const undone = await server.assigner.undo({ assignment: enrolled.assignment, by: 'test' });
    expect(undone).toEqual({ sightings: 3, photos: 2, person: null });
    expect((await groupsOf(3))[0]?.id).toBe(id);
    await expect(server.assigner.undo({ assignment: enrolled.assignment, by: 'test' })).rejects.toMatchObject(
      { code: 'not-found' },
    );
    const actions = await scene.database.query<{ action: string }>(
      "select action from audit where action like 'unknown.%' order by sequence",
    );
    expect(actions.map(({ action }) => action)).toEqual(['unknown.assigned']);
  }, 60_000);

  it('are given to somebody enrolled; a crop of somebody else does not become a photo', async () => {
    await server.film(sighting(bob[0]));
    const [bobs] = await groupsOf(1);
    const { person, assignment } = await server.assigner.enrol({
      group: bobs?.id ?? '',
      name: 'Bob',
      duplicates: 'refuse',
      photos: bobs?.best.map(({ id }) => id) ?? [],
      by: 'test',
    });
    await server.film(sighting(ann[0]));
    const [annes] = await groupsOf(1);
    const group = annes?.id ?? '';
    const wrong = annes?.best.map(({ id }) => id) ?? [];
    await expect(
      server.assigner.assign({ group, person: person.id, photos: wrong, by: 'test' }),
    ).rejects.toMatchObject({
      code: 'no-usable-photo',
      details: { photos: [{ accepted: false, reason: 'unlike-the-others' }] },
    });
    expect((await groupsOf(1))[0]?.id).toBe(group);
    await expect(
      server.assigner.assign({ group, person: randomUUID(), photos: [], by: 'test' }),
    ).rejects.toMatchObject({ code: 'not-found' });
    const given = await server.assigner.assign({ group, person: person.id, photos: [], by: 'test' });
    expect(given).toMatchObject({ sightings: 1, photos: [], person: { templates: 1 } });
    // Bob has had other sightings since, but no other photos: the person is kept by whoever undoes the first one only.
    expect(await server.assigner.undo({ assignment: given.assignment, by: 'test' })).toMatchObject({
      sightings: 1,
      photos: 0,
      person: { name: 'Bob', templates: 1 },
    });
    expect(await server.assigner.undo({ assignment, by: 'test' })).toMatchObject({ person: null });
  }, 60_000);

  it('may be somebody enrolled, until an operator rules them out or they are erased', async () => {
    for (const crop of ann.slice(0, 2)) await server.film(sighting(crop));
    const [group] = await groupsOf(2);
    const id = group?.id ?? '';
    const enrol = async (name: string) => {
      const read = await createFaceReader();
      const photo = peopleWithPhotos(5).filter((_, i) => i % 3 === 1)[0]?.photos[4] ?? '';
      const face = await read(photo);
      if (!face) throw new Error('no face');
      const template = {
        model: scene.serving.current().name,
        embedding: face.embedding,
        referenceCrop: face.crop,
        quality: 0.8,
      };
      const person = await scene.people.create({ name, by: 'test', templates: [template] });
      await scene.gallery.publishPending();
      server.hub.setPeople(1);
      return person;
    };
    const person = await enrol('Ann');
    const suggested = await waitFor(
      async () => {
        const { suggestions } = await server.unknowns.get(id);
        return suggestions.length > 0 ? suggestions : undefined;
      },
      { what: 'a suggestion' },
    );
    expect(suggested).toEqual([
      { person: { id: person.id, name: 'Ann' }, score: expect.any(Number), probability: expect.any(Number) },
    ]);
    expect(suggested[0]?.probability).toBeGreaterThan(0.5);
    const said = { group: id, person: person.id, by: 'test' };
    await server.unknowns.setDenied({ ...said, denied: true });
    expect(await server.unknowns.get(id)).toMatchObject({ suggestions: [], denied: [{ name: 'Ann' }] });
    await server.unknowns.setDenied({ ...said, denied: false });
    expect((await server.unknowns.get(id)).suggestions).toHaveLength(1);
    await server.eraser.erase({ id: person.id, by: 'test' });
    expect((await server.unknowns.get(id)).suggestions).toEqual([]);
  }, 60_000);

  it('stay aside when ignored, are parted and put together by hand, and erased', async () => {
    await server.film(sighting(ann[0]));
    await server.film(sighting(ann[1]));
    const [group] = await groupsOf(2);
    const id = group?.id ?? '';
    await server.unknowns.setIgnored({ group: id, ignored: true, by: 'test' });
    await server.film(sighting(ann[2]));
    await waitFor(async () => ((await list(true)).groups[0]?.sightings === 3 ? true : undefined), {
      what: 'the new sighting with the others',
    });
    expect(await list()).toMatchObject({ groups: [], total: 0, ignored: 1 });
    await server.unknowns.setIgnored({ group: id, ignored: false, by: 'test' });

    const [first, ...others] = (await server.unknowns.get(id)).list;
    const sightings = [first?.id ?? ''];
    const parted = await server.unknowns.move({ group: id, sightings, to: 'new', by: 'test' });
    await groupsOf(1, 2);
    expect((await server.unknowns.get(parted)).list.map((one) => one.id)).toEqual(sightings);
    await expect(server.unknowns.move({ group: id, sightings, to: 'new', by: 'test' })).rejects.toMatchObject(
      { code: 'not-found' },
    );
    await server.unknowns.move({ group: parted, sightings, to: id, by: 'test' });
    await groupsOf(3);

    expect(await server.unknowns.erase({ group: id, by: 'test' })).toBe(1 + others.length);
    await expect(server.unknowns.get(id)).rejects.toMatchObject({ code: 'not-found' });
    expect((await scene.sightings.list({ limit: 10 })).sightings).toEqual([]);
    expect(server.hub.snapshot().sightings).toEqual([]);
  }, 60_000);

  it('are forgotten with all that is known of them when their time is over', async () => {
    await server.film(sighting(ann[0]));
    await groupsOf(1);
    const past = new Date(Date.now() - 1e9);
    await scene.sightings.expire({ identified: past, unknown: past });
    await groupsOf(1);
    await scene.database.query("update unknown_groups set created_at = now() - interval '1 day'");
    await scene.sightings.expire({ identified: past, unknown: new Date(Date.now() + 1000) });
    expect((await list()).groups).toEqual([]);
    for (const table of ['sightings', 'unknown_sightings', 'unknown_groups'])
      expect(await scene.database.query(`select 1 from ${table}`), table).toEqual([]);
    // Seen again, it is somebody new.
    await server.film(sighting(ann[1]));
    await groupsOf(1);
  }, 60_000);

  it('are embedded anew from their crops where another model, or none, has looked at them', async () => {
    for (const crop of ann.slice(0, 2)) await server.film(sighting(crop));
    const [group] = await groupsOf(2);
    await server.close();
    await scene.database.query("update unknown_sightings set model = 'another'");
    await scene.database.query("update sightings set ended_at = now() - interval '1 minute'");
    server = scene.start();
    await waitFor(
      async () => {
        const rows = await scene.database.query('select 1 from unknown_sightings where model <> $1', [
          'another',
        ]);
        return rows.length === 2 || undefined;
      },
      { what: 'both embedded' },
    );
    expect((await groupsOf(2))[0]?.id).toBe(group?.id);
  }, 60_000);
});
