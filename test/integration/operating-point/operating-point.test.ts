import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { thresholdFor } from '../../../models/decision.ts';
import { findModel, loadManifest } from '../../../models/registry.ts';
import { operatingPointSchema, redisKeys } from '../../../protocol/jobs.ts';
import {
  type GalleryCheckResponse,
  galleryCheckResponseSchema,
  type OperatingPointResponse,
  operatingPointResponseSchema,
} from '../../../protocol/operating-point.ts';
import { lookalike } from '../../support/analysed-photo.ts';
import { testEmbedding } from '../../support/gallery.ts';
import { startTestHttp, type TestHttp } from '../../support/http-server.ts';
import { newTemplate, storePerson } from '../../support/people.ts';
import { waitFor } from '../../support/wait-for.ts';

const model = findModel({ manifest: loadManifest(), task: 'embed' });
let http: TestHttp;

beforeEach(async () => {
  http = await startTestHttp();
});
afterEach(() => http.close());

const get = async (path: string): Promise<unknown> => {
  const response = await http.api(path);
  expect(response.status).toBe(200);
  return response.json();
};
const point = async () => operatingPointResponseSchema.parse(await get('/operating-point'));
const check = async () => galleryCheckResponseSchema.parse(await get('/gallery-check'));
const put = (body: unknown) =>
  http.api('/operating-point', {
    method: 'PUT',
    body: JSON.stringify(body),
    headers: { 'content-type': 'application/json' },
  });
const published = async () => {
  const text = await http.redis.connect().get(redisKeys.operatingPoint);
  return text === null ? undefined : operatingPointSchema.parse(JSON.parse(text));
};

describe('the operating point', () => {
  test('follows from the default promise, the table and the people enrolled, in words too', async () => {
    for (let seed = 1; seed <= 3; seed++) await storePerson(http.people, { name: `P${seed}`, seeds: [seed] });
    const now: OperatingPointResponse = await point();
    expect(now).toMatchObject({
      fpir: 0.003,
      promise: 'Of 1,000 strangers who look into a kiosk, at most 3 are given a name.',
      model: model.name,
      gallerySize: 3,
      basis: 'measured',
      gallery: { effect: 'none', comparisons: 6, likelyDuplicates: 0 },
      recognisedBasis: 'model',
      stale: false,
    });
    expect(now.threshold).toBeCloseTo(thresholdFor({ manifestEntry: model, fpir: 0.003, gallerySize: 3 }), 6);
    expect(now.thresholdInterval.low).toBeLessThan(now.threshold);
    expect(now.thresholdInterval.high).toBeGreaterThan(now.threshold);
    const recognised = now.choices.map((choice) => choice.recognised?.value ?? 0);
    expect(recognised).toEqual(recognised.toSorted((a, b) => b - a));
  });

  test('is told to the workers, and told again when the gallery, the promise or Redis changes', async () => {
    await storePerson(http.people, { seeds: [1] });
    http.operatingPoints.start();
    const first = await waitFor(published, { what: 'the first operating point' });
    expect(first).toMatchObject({ model: model.name, fpir: 0.003 });

    // Somebody who is very like half of the others: the table has to rise.
    for (let seed = 2; seed <= 30; seed++) {
      const embedding = lookalike(testEmbedding(1), seed, 0.63);
      await http.people.create({
        name: `P${seed}`,
        externalId: undefined,
        consent: undefined,
        by: 'test',
        templates: [{ ...newTemplate(seed), embedding }],
      });
    }
    const raised = await waitFor(
      async () => {
        const next = await published();
        return (
          next && (next.thresholds[1]?.fmr as number) > 1.5 * (first.thresholds[1]?.fmr as number) && next
        );
      },
      { what: 'a table that the new people have changed' },
    );
    expect((await point()).gallery).toMatchObject({ effect: 'raised' });

    expect((await put({ fpir: 0.01 })).status).toBe(200);
    await waitFor(async () => (await published())?.fpir === 0.01, { what: 'the new promise' });
    await http.redis.connect().del(redisKeys.operatingPoint);
    const again = await waitFor(published, { what: 'the operating point after Redis was emptied' });
    expect(again).toEqual({ ...raised, fpir: 0.01 });
  });

  test('is set by operators, remembered, and written into the audit log', async () => {
    const cookie = await http.login('operator');
    const asOperator = await fetch(`${http.url}/operating-point`, {
      method: 'PUT',
      body: '{"fpir":0.001}',
      headers: { cookie, origin: http.url, 'content-type': 'application/json' },
    });
    expect(asOperator.status).toBe(200);
    expect(await asOperator.json()).toMatchObject({ fpir: 0.001 });
    expect(await point()).toMatchObject({ fpir: 0.001 });
    const [entry] = await http.database.query<{ actor: string; detail: string }>(
      "select actor, detail from audit where action = 'fpir.set'",
    );
    expect(JSON.parse(entry?.detail ?? '')).toEqual({ fpir: 0.001 });
  });

  test('refuses what is no promise, and says what is accepted', async () => {
    for (const [body, words] of [
      [{ fpir: 0 }, /below 0\.00001/],
      [{ fpir: 0.5 }, /above 0\.2/],
      [{ fpir: 'much' }, /not a number/],
      [{}, /fpir/],
      [{ fpir: 0.01, threshold: 0.3 }, /threshold/],
    ] as const) {
      const response = await put(body);
      expect(response.status).toBe(422);
      expect(((await response.json()) as { detail: string }).detail).toMatch(words);
    }
    expect((await point()).fpir).toBe(0.003);
  });

  test('is nobody’s business but operators’', async () => {
    expect((await fetch(`${http.url}/operating-point`)).status).toBe(401);
    expect((await fetch(`${http.url}/gallery-check`)).status).toBe(401);
  });
});

describe('the gallery check', () => {
  test('of nobody and of one person has nothing to compare', async () => {
    expect(await check()).toMatchObject({
      people: 0,
      closestPair: null,
      recognised: null,
      strangers: { fpir: null, highest: null },
    });
    await storePerson(http.people, { name: 'Ada', seeds: [1] });
    expect(await check()).toMatchObject({
      people: 1,
      singlePhoto: { count: 1, people: [{ name: 'Ada' }] },
      strangers: { fpir: null, highest: null },
    });
  });

  test('finds who is enrolled twice, photos like another’s, and who has one photo only', async () => {
    const like = (seed: number, noise: number, cosine: number) => ({
      ...newTemplate(seed),
      embedding: lookalike(testEmbedding(seed), noise, cosine),
    });
    const enrol = (name: string, templates: ReturnType<typeof newTemplate>[]) =>
      http.people.create({ name, externalId: undefined, consent: undefined, by: 'test', templates });
    await enrol('Ann', [newTemplate(1), like(1, 101, 0.8), like(1, 102, 0.8)]);
    await enrol('Ann again', [like(1, 103, 0.8)]);
    await enrol('Bea', [newTemplate(2), like(2, 104, 0.8), like(3, 105, 0.8)]);
    await enrol('Cleo', [newTemplate(3), { ...like(3, 106, 0.85), quality: 0.3 }]);
    for (let seed = 10; seed < 30; seed++)
      await storePerson(http.people, { name: `P${seed}`, seeds: [seed] });

    const found: GalleryCheckResponse = await check();
    expect(found).toMatchObject({ people: 24, photos: 29, checkedPeople: 24, singlePhoto: { count: 21 } });
    expect(found.duplicates).toHaveLength(1);
    const [twice] = found.duplicates;
    expect(new Set([twice?.a.name, twice?.b.name])).toEqual(new Set(['Ann', 'Ann again']));
    expect(found.duplicates[0]?.expectedByChance).toBeLessThan(0.05);
    expect(found.closestPair).toEqual(found.duplicates[0]);

    const [worst] = found.weakest;
    expect(worst).toMatchObject({ name: 'Bea', reason: 'like-another', other: { name: 'Cleo' } });
    expect(worst?.message).toMatch(/more like Cleo than like the other photos of Bea/);
    expect(found.weakest.find(({ name }) => name === 'Cleo')).toMatchObject({
      reason: 'low-quality',
      quality: expect.closeTo(0.3, 5) as number,
    });

    expect(found.recognised?.value).toBeGreaterThan(0.3);
    expect(found.recognised?.value).toBeLessThan(0.9); // Ann is ambiguous, Bea's third photo is Cleo's.
    // Somebody enrolled twice is no stranger to themselves.
    expect(found.strangers.fpir?.value).toBeLessThan(0.1);
    expect(found.histogram.own.reduce((sum, share) => sum + share, 0)).toBeCloseTo(1, 6);

    const crop = await http.api(worst?.cropUrl ?? '');
    expect(crop.headers.get('content-type')).toBe('image/jpeg');
    expect(crop.headers.get('cache-control')).toBe('no-store');
    expect(await crop.text()).toBe('crop 3');
    expect((await fetch(http.url + (worst?.cropUrl ?? ''))).status).toBe(401);
  });
});
