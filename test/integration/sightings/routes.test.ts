import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { sightingSchema } from '../../../protocol/events.ts';
import { sightingsExportSchema, sightingsResponseSchema } from '../../../protocol/sightings.ts';
import { createSightingStore } from '../../../server/sightings/sighting.store.ts';
import { testVault } from '../../support/gallery.ts';
import { startTestHttp, type TestHttp } from '../../support/http-server.ts';

const EVIDENCE = { threshold: 0.58, gallerySize: 12, model: 'mobilefacenet-192' };
let server: TestHttp;
beforeAll(async () => {
  server = await startTestHttp();
  const store = createSightingStore({ database: server.database, vault: testVault });
  const kiosk = await server.kiosks.create({ name: '=Door, "north"', place: '', by: 'test' });
  for (let n = 0; n < 3; n++) {
    await store.add({
      id: randomUUID(),
      stream: kiosk.id,
      state: 'unknown',
      personId: undefined,
      score: undefined,
      confidence: undefined,
      evidence: n === 0 ? EVIDENCE : undefined,
      beganAt: new Date(Date.now() - n * 1000),
      crop: n === 0 ? Buffer.from([0xff, 0xd8]) : undefined,
    });
  }
});
afterAll(() => server.close());

const list = async (query: string) =>
  sightingsResponseSchema.parse(await (await server.api(`/sightings${query}`)).json());

test('are told a page at a time, with the picture where it was kept', async () => {
  const first = await list('?limit=2');
  expect(first.sightings).toHaveLength(2);
  const rest = await list(`?limit=2&after=${first.next}`);
  expect(rest.sightings).toHaveLength(1);
  expect(rest.next).toBeUndefined();
  const picture = await server.api(first.sightings[0]?.cropUrl ?? '');
  expect(picture.headers.get('content-type')).toBe('image/jpeg');
  expect(picture.headers.get('cache-control')).toBe('no-store');
  expect((await server.api(rest.sightings[0]?.cropUrl ?? '')).status).toBe(404);
});

test('are exported as lines that a spreadsheet reads as text', async () => {
  const answer = await server.api('/sightings.csv?state=unknown');
  expect(answer.headers.get('content-disposition')).toContain('sightings.csv');
  const lines = (await answer.text()).trim().split('\r\n');
  expect(lines[0]).toMatch(/^id,from,until,state/);
  expect(lines).toHaveLength(4);
  expect(lines[1]).toContain(`"'=Door, ""north"""`);
});

test('are exported as JSON, page after page, and every export is written down', async () => {
  const answer = await server.api('/sightings.json?state=unknown');
  expect(answer.headers.get('content-disposition')).toContain('sightings.json');
  const { sightings } = sightingsExportSchema.parse(await answer.json());
  expect(sightings).toEqual((await list('')).sightings);
  expect(sightings[0]?.evidence).toMatchObject({ gallerySize: 12, threshold: expect.closeTo(0.58, 5) });
  expect(sightings[1]).not.toHaveProperty('evidence');
  await server.database.query(
    `insert into sightings (id, kiosk_id, state, began_at, ended_at, crops)
     select gen_random_uuid(), kiosk_id, state, began_at - interval '1 day', ended_at - interval '1 day', 1
     from sightings, generate_series(1, 400)`,
  );
  const many = sightingsExportSchema.parse(await (await server.api('/sightings.json')).json());
  expect(new Set(many.sightings.map(({ id }) => id)).size).toBe(1203);
  const none = sightingsExportSchema.parse(
    await (await server.api('/sightings.json?state=identified')).json(),
  );
  expect(none.sightings).toEqual([]);
  const rows = await server.database.query("select 1 from audit where action = 'sightings.exported'");
  expect(rows.length).toBeGreaterThanOrEqual(2);
});

test('are told one by one', async () => {
  const [first] = (await list('?limit=1')).sightings;
  expect(sightingSchema.parse(await (await server.api(`/sightings/${first?.id}`)).json())).toEqual(first);
  for (const id of [randomUUID(), 'door']) expect((await server.api(`/sightings/${id}`)).status).toBe(404);
});

test.each([
  ['limit=0', 'limit'],
  ['state=happy', 'state'],
  ['after=yesterday', 'after'],
  ['from=monday', 'from'],
  ['stream=door', 'stream'],
])('refuse %s by name', async (query, field) => {
  const answer = await server.api(`/sightings?${query}`);
  expect(answer.status).toBe(422);
  expect(await answer.json()).toMatchObject({ code: 'validation', errors: [{ field }] });
});

test('are for operators only', async () => {
  for (const path of [
    '/sightings',
    '/sightings.csv',
    '/sightings.json',
    `/sightings/${randomUUID()}`,
    `/sightings/${randomUUID()}/crop.jpg`,
  ]) {
    expect((await fetch(server.url + path)).status).toBe(401);
  }
});
