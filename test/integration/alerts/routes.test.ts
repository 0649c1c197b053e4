import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { alertsResponseSchema, watchListSchema, watchSchema } from '../../../protocol/alerts.ts';
import { alertSchema } from '../../../protocol/events.ts';
import { createAlertStore } from '../../../server/alerts/alert.store.ts';
import { createSightingStore } from '../../../server/sightings/sighting.store.ts';
import { testVault } from '../../support/gallery.ts';
import { startTestHttp, type TestHttp } from '../../support/http-server.ts';
import { storePerson } from '../../support/people.ts';

describe('watch list and alerts over REST', () => {
  let server: TestHttp;
  beforeAll(async () => {
    server = await startTestHttp();
  });
  afterAll(() => server.close());

  const send = async (method: string, path: string, body?: object) => {
    const json = { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) };
    const response = await server.api(path, { method, ...(body ? json : {}) });
    return { status: response.status, answer: (await response.json().catch(() => undefined)) as object };
  };
  const watchList = async () => watchListSchema.parse((await send('GET', '/watch-list')).answer).people;

  it('puts people on the list with a note, and takes them off', async () => {
    const ann = await storePerson(server.people, { name: 'Ann', seeds: [1] });
    const put = await send('PUT', `/people/${ann.id}/watch`, { note: ' Call me ' });
    expect(watchSchema.parse(put.answer)).toMatchObject({ note: 'Call me', by: 'api-key' });
    expect(await watchList()).toMatchObject([{ id: ann.id, name: 'Ann', watch: { note: 'Call me' } }]);
    expect((await send('PUT', `/people/${ann.id}/watch`, {})).answer).toMatchObject({ note: null });
    for (const bad of [{ note: 7 }, { note: 'x'.repeat(501) }, { until: 'later' }])
      expect((await send('PUT', `/people/${ann.id}/watch`, bad)).status, JSON.stringify(bad)).toBe(422);
    expect((await send('DELETE', `/people/${ann.id}/watch`)).status).toBe(204);
    expect((await send('DELETE', `/people/${ann.id}/watch`)).status).toBe(204);
    expect(await watchList()).toEqual([]);
    for (const method of ['PUT', 'DELETE'])
      expect((await send(method, `/people/${randomUUID()}/watch`, {})).status).toBe(404);
    const rows = await server.database.query<{ action: string }>(
      "select action from audit where subject = $1 and action like '%watched' order by sequence",
      [ann.id],
    );
    expect(rows.map(({ action }) => action)).toEqual([
      'person.watched',
      'person.watched',
      'person.unwatched',
    ]);
  });

  it('is merged with people and parted again', async () => {
    const ann = await storePerson(server.people, { name: 'Ann', seeds: [2] });
    const twin = await storePerson(server.people, { name: 'Anne', seeds: [3] });
    await send('PUT', `/people/${twin.id}/watch`, { note: 'Twin' });
    const { answer } = await send('POST', `/people/${twin.id}/merge`, { into: ann.id });
    expect(await watchList()).toMatchObject([{ id: ann.id, watch: { note: 'Twin' } }]);
    await send('POST', `/people/merges/${(answer as { merge: { id: string } }).merge.id}/undo`);
    expect(await watchList()).toMatchObject([{ id: twin.id, watch: { note: 'Twin' } }]);
  });

  it('lists alerts a page at a time, and takes an acknowledgement of a guard', async () => {
    const ann = await storePerson(server.people, { name: 'Ann', seeds: [4] });
    await send('PUT', `/people/${ann.id}/watch`, {});
    const sightings = createSightingStore({ database: server.database, vault: testVault });
    const alerts = createAlertStore(server);
    for (let n = 0; n < 3; n++) {
      const id = randomUUID();
      const kiosk = await server.kiosks.create({ name: `Door ${n}`, place: '', by: 'test' });
      const seen = { state: 'identified', personId: ann.id, score: 0.8, confidence: 0.9 } as const;
      await sightings.add({ id, stream: kiosk.id, ...seen, beganAt: new Date(), crop: undefined });
      expect(await alerts.raise(id)).toMatchObject({ sighting: { id } });
      expect(await alerts.raise(id)).toBeUndefined();
    }
    const list = async (query: string) =>
      alertsResponseSchema.parse((await send('GET', `/alerts${query}`)).answer);
    const first = await list('?limit=2');
    const rest = await list(`?limit=2&after=${first.next}`);
    const ids = [...first.alerts, ...rest.alerts].map(({ sighting }) => sighting.streamName);
    expect(ids).toEqual(['Door 2', 'Door 1', 'Door 0']);
    expect(rest.next).toBeUndefined();

    const id = first.alerts[0]?.id;
    const cookie = await server.login('guard');
    const acknowledged = await fetch(`${server.url}/alerts/${id}/acknowledgement`, {
      method: 'POST',
      headers: { cookie, origin: server.url },
    });
    expect(alertSchema.parse(await acknowledged.json()).acknowledged?.by).toMatch(/^guard:/);
    expect((await list('?state=open')).alerts.map((alert) => alert.id)).not.toContain(id);
    expect((await list('?state=acknowledged')).alerts.map((alert) => alert.id)).toEqual([id]);
    expect((await send('POST', '/alerts/door/acknowledgement')).status).toBe(404);
    expect((await send('GET', '/alerts?state=loud')).status).toBe(422);
  });
});
