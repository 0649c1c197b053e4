import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { z } from 'zod';
import { confirmationsResponseSchema } from '../../../protocol/confirmations.ts';
import { sightingSchema } from '../../../protocol/events.ts';
import { erasureReceiptSchema, type Person } from '../../../protocol/rest.ts';
import { createConfirmationStore } from '../../../server/confirmations/confirmation.store.ts';
import { createSightingStore } from '../../../server/sightings/sighting.store.ts';
import { testVault } from '../../support/gallery.ts';
import { startTestHttp, type TestHttp } from '../../support/http-server.ts';
import { storePerson } from '../../support/people.ts';

describe('answers about sightings over REST', () => {
  let server: TestHttp;
  let kiosk: string;
  let [ann, bob]: Person[] = [];
  beforeAll(async () => {
    server = await startTestHttp();
    kiosk = (await server.kiosks.create({ name: 'Door', place: '', by: 'test' })).id;
  });
  afterAll(() => server.close());
  beforeEach(async () => {
    for (const { id } of (await server.people.list({ limit: 500, offset: 0 })).people)
      await server.people.erase({ id, by: 'test' });
    await server.database.query('delete from sightings');
    ann = await storePerson(server.people, { name: 'Ann', seeds: [1] });
    bob = await storePerson(server.people, { name: 'Bob', seeds: [2, 3] });
  });
  const [idOfAnn, idOfBob] = [() => ann?.id as string, () => bob?.id as string];

  const see = async (personId?: string) => {
    const id = randomUUID();
    await createSightingStore({ database: server.database, vault: testVault }).add({
      id,
      stream: kiosk,
      state: personId ? 'identified' : 'unknown',
      personId,
      score: 0.9,
      confidence: 0.9,
      beganAt: new Date(),
      crop: Buffer.from(`crop of ${id}`),
    });
    return id;
  };
  const send = async (method: string, path: string, body?: object) => {
    const json = { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) };
    const response = await server.api(path, { method, ...(body ? json : {}) });
    return { status: response.status, answer: (await response.json()) as Record<string, unknown> };
  };
  const ok = async <T extends z.ZodType>(schema: T, ...request: Parameters<typeof send>) => {
    const { status, answer } = await send(...request);
    expect(status, JSON.stringify(answer)).toBe(200);
    return schema.parse(answer);
  };
  const say = (sighting: string, answer: object) =>
    ok(sightingSchema, 'POST', `/sightings/${sighting}/confirmation`, answer);
  const takeBack = (sighting: string) => ok(sightingSchema, 'DELETE', `/sightings/${sighting}/confirmation`);
  const stored = async (id: string) =>
    (
      await createSightingStore({ database: server.database, vault: testVault }).list({ limit: 100 })
    ).sightings.find((one) => one.id === id);
  const history = async (query = '') =>
    (await ok(confirmationsResponseSchema, 'GET', `/confirmations${query}`)).confirmations;
  /** What training may learn from. */
  const confirmed = async () => {
    const store = createConfirmationStore({ ...server, vault: testVault });
    return Object.fromEntries(
      (await store.confirmed({ limit: 100 })).map(({ sighting, person, crop }) => {
        expect(String(crop)).toBe(`crop of ${sighting}`);
        return [sighting, person];
      }),
    );
  };

  it('no makes it unknown, other moves it, taking back restores; only the newest counts, all are kept', async () => {
    const id = await see(idOfAnn());
    expect(await say(id, { verdict: 'yes' })).toMatchObject({
      state: 'identified',
      personId: idOfAnn(),
      confirmation: { verdict: 'yes', person: { name: 'Ann' }, recognised: { name: 'Ann' }, by: 'api-key' },
    });
    expect(await confirmed()).toEqual({ [id]: idOfAnn() });
    const denied = await say(id, { verdict: 'no' });
    expect(denied).toMatchObject({ state: 'unknown', confirmation: { verdict: 'no', person: null } });
    expect(denied).not.toHaveProperty('personId');
    expect(await confirmed()).toEqual({});
    expect(await say(id, { verdict: 'other', person: idOfBob() })).toMatchObject({
      personId: idOfBob(),
      name: 'Bob',
      confirmation: { verdict: 'other', person: { name: 'Bob' }, recognised: { name: 'Ann' } },
    });
    expect(await stored(id)).toMatchObject({ personId: idOfBob(), confirmation: { verdict: 'other' } });
    expect(await confirmed()).toEqual({ [id]: idOfBob() });
    const back = await takeBack(id);
    expect(back).toMatchObject({ state: 'identified', personId: idOfAnn(), name: 'Ann' });
    expect(back.confirmation).toBeUndefined();
    expect(await confirmed()).toEqual({});

    const all = await history(`?sighting=${id}`);
    expect(all.map(({ verdict }) => verdict)).toEqual(['other', 'no', 'yes']);
    for (const { takenBack } of all) expect(takenBack).toMatchObject({ by: 'api-key' });
    expect(await history('?counting=true')).toEqual([]);
    const again = await send('DELETE', `/sightings/${id}/confirmation`);
    expect(again).toMatchObject({ status: 404, answer: { code: 'not-found' } });
    const actions = await server.database.query<{ action: string }>(
      "select action from audit where action like 'sighting.%' and subject = $1 order by sequence",
      [id],
    );
    expect(actions.map(({ action }) => action)).toEqual([
      'sighting.confirmed',
      'sighting.confirmed',
      'sighting.confirmed',
      'sighting.confirmation-taken-back',
    ]);
  });

  it('somebody unknown gets a name; whoever was named all the same is a yes', async () => {
    const stranger = await see();
    expect(await send('POST', `/sightings/${stranger}/confirmation`, { verdict: 'no' })).toMatchObject({
      status: 409,
      answer: { code: 'bad-state' },
    });
    expect(await say(stranger, { verdict: 'other', person: idOfBob() })).toMatchObject({
      state: 'identified',
      name: 'Bob',
      confirmation: { recognised: null },
    });
    expect(await takeBack(stranger)).toMatchObject({ state: 'unknown' });
    const named = await see(idOfAnn());
    const same = await say(named, { verdict: 'other', person: idOfAnn() });
    expect(same.confirmation?.verdict).toBe('yes');
  });

  it.each([
    [{}, 'verdict'],
    [{ verdict: 'maybe' }, 'verdict'],
    [{ verdict: 'other' }, 'person'],
    [{ verdict: 'no', person: randomUUID() }, 'person'],
  ])('refuses %j by name', async (body, field) => {
    const { status, answer } = await send('POST', `/sightings/${randomUUID()}/confirmation`, body);
    expect(status).toBe(422);
    expect(JSON.stringify(answer.errors)).toContain(field);
  });

  it('says what is not there, and is for operators only', async () => {
    const id = await see(idOfAnn());
    const unknown = await send('POST', `/sightings/${id}/confirmation`, {
      verdict: 'other',
      person: randomUUID(),
    });
    expect(unknown).toMatchObject({ status: 404 });
    expect(String(unknown.answer.detail)).toContain('no person');
    expect((await send('POST', `/sightings/${randomUUID()}/confirmation`, { verdict: 'yes' })).status).toBe(
      404,
    );
    expect((await send('DELETE', '/sightings/door/confirmation')).status).toBe(404);
    expect((await fetch(`${server.url}/confirmations`)).status).toBe(401);
    const foreign = await fetch(`${server.url}/sightings/${id}/confirmation`, { method: 'DELETE' });
    expect(foreign.status).toBe(401);
  });

  it('lists answers a page at a time', async () => {
    const ids = [await see(idOfAnn()), await see(idOfAnn()), await see(idOfBob())];
    for (const id of ids) await say(id, { verdict: 'yes' });
    const first = await ok(confirmationsResponseSchema, 'GET', '/confirmations?limit=2');
    expect(first.confirmations.map(({ sighting }) => sighting)).toEqual([ids[2], ids[1]]);
    const rest = await ok(confirmationsResponseSchema, 'GET', `/confirmations?limit=2&after=${first.next}`);
    expect(rest.confirmations.map(({ sighting }) => sighting)).toEqual([ids[0]]);
    expect(rest.next).toBeUndefined();
    expect(await history(`?person=${idOfBob()}`)).toHaveLength(1);
  });

  it('erasing a person takes what names them, and no more', async () => {
    const [hers, notHers, his] = [await see(idOfAnn()), await see(idOfAnn()), await see(idOfAnn())];
    await say(hers, { verdict: 'yes' });
    await say(notHers, { verdict: 'no' });
    await say(his, { verdict: 'other', person: idOfBob() });
    const receipt = await ok(erasureReceiptSchema, 'DELETE', `/people/${idOfAnn()}`);
    expect(receipt).toMatchObject({ sightings: 1, confirmations: 2 });
    expect(await stored(hers)).toBeUndefined();
    expect(await stored(notHers)).toMatchObject({ state: 'unknown' });
    expect((await stored(notHers))?.confirmation).toBeUndefined();
    expect((await stored(his))?.confirmation).toMatchObject({ person: { name: 'Bob' }, recognised: null });
    expect(JSON.stringify(await history())).not.toContain('Ann');
    expect(await confirmed()).toEqual({ [his]: idOfBob() });
    expect(await takeBack(his)).toMatchObject({ state: 'unknown' });
  });

  it('stays with people who are merged, and goes back with the one who is parted again', async () => {
    const [kept, said, denied] = [await see(idOfAnn()), await see(idOfBob()), await see(idOfAnn())];
    await say(kept, { verdict: 'yes' });
    await say(said, { verdict: 'other', person: idOfAnn() });
    await say(denied, { verdict: 'no' });
    const { answer } = await send('POST', `/people/${idOfAnn()}/merge`, { into: idOfBob() });
    expect(await confirmed()).toEqual({ [kept]: idOfBob(), [said]: idOfBob() });
    expect(await takeBack(denied)).toMatchObject({ personId: idOfBob() });
    const merge = (answer.merge as { id: string }).id;
    expect((await send('POST', `/people/merges/${merge}/undo`)).status).toBe(200);
    expect(await confirmed()).toEqual({ [kept]: idOfAnn(), [said]: idOfAnn() });
    expect(await stored(denied)).toMatchObject({ personId: idOfAnn() });
    expect(await takeBack(said)).toMatchObject({ personId: idOfBob() });
  });
});
