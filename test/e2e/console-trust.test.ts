import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { GalleryCheckResponse, OperatingPointResponse } from '../../protocol/operating-point.ts';
import { seriousViolations } from '../support/accessibility.ts';
import { type ConsoleScene, createConsoleScene, uuid } from '../support/console-scene.ts';
import { problem, type ScriptedServer } from '../support/scripted-server.ts';

const at = '2026-05-01T10:00:00.000Z';
const point: OperatingPointResponse = {
  fpir: 0.003,
  promise: 'Of 1,000 strangers who look into a kiosk, at most 3 are given a name.',
  model: 'mobilefacenet-192',
  gallerySize: 200,
  threshold: 0.601,
  thresholdInterval: { low: 0.566, high: 0.63 },
  expectedFpir: { low: 0.0009, high: 0.0068 },
  basis: 'extrapolated',
  gallery: {
    shippedThreshold: 0.584,
    effect: 'raised',
    comparisons: 39_800,
    factor: 1.63,
    likelyDuplicates: 1,
  },
  choices: [
    { fpir: 0.01, threshold: 0.566, recognised: { value: 0.943, low: 0.89, high: 0.971 } },
    { fpir: 0.003, threshold: 0.601, recognised: { value: 0.904, low: 0.843, high: 0.943 } },
    { fpir: 0.001, threshold: 0.63, recognised: { value: 0.86, low: 0.79, high: 0.91 } },
    { fpir: 0.0001, threshold: 0.69, recognised: { value: 0.71, low: 0.63, high: 0.78 } },
  ],
  recognisedBasis: 'gallery',
  computedAt: at,
  stale: false,
};
const person = (n: number, name: string) => ({ personId: uuid(n), name });
const bell = (middle: number) =>
  Array.from({ length: 60 }, (_, i) => 0.1 * Math.exp(-(((-0.19 + 0.02 * i - middle) / 0.12) ** 2)));
const check: GalleryCheckResponse = {
  model: 'mobilefacenet-192',
  fpir: 0.003,
  people: 200,
  photos: 460,
  checkedPeople: 200,
  singlePhoto: { count: 2, people: [person(1, 'Ada Lovelace'), person(2, 'Grace Hopper')] },
  threshold: 0.601,
  suggestedThreshold: 0.601,
  suggestedInterval: { low: 0.566, high: 0.63 },
  strangers: {
    fpir: { value: 0.0025, low: 0.0004, high: 0.021 },
    highest: { score: 0.588, person: person(3, 'Emmy Noether'), other: person(4, 'Lise Meitner') },
  },
  recognised: { value: 0.931, low: 0.88, high: 0.962 },
  closestPair: {
    a: person(1, 'Ada Lovelace'),
    b: person(5, 'A. Lovelace'),
    score: 0.78,
    expectedByChance: 0.001,
  },
  duplicates: [
    { a: person(1, 'Ada Lovelace'), b: person(5, 'A. Lovelace'), score: 0.78, expectedByChance: 0.001 },
  ],
  weakest: [
    {
      ...person(4, 'Lise Meitner'),
      photoId: uuid(40),
      cropUrl: '/crops/weak/1/1.jpg',
      reason: 'like-another',
      message: 'It looks more like Emmy Noether than like the other photos of Lise Meitner.',
      quality: 0.7,
      own: 0.31,
      other: { ...person(3, 'Emmy Noether'), score: 0.588 },
    },
    {
      ...person(6, 'Marie Curie'),
      photoId: uuid(41),
      cropUrl: '/crops/weak/2/1.jpg',
      reason: 'low-quality',
      message: 'It is small, blurred, dark or turned away. Add a sharper photo from the front.',
      quality: 0.4,
      own: 0.66,
      other: null,
    },
  ],
  weakCount: 5,
  histogram: { from: -0.2, step: 0.02, strangers: bell(0.38), own: bell(0.74) },
  computedAt: at,
};

describe('console: the promise and the check of the gallery', () => {
  let scene: ConsoleScene;
  beforeAll(async () => {
    scene = await createConsoleScene();
  }, 120_000);
  afterEach(() => scene.clear());
  afterAll(() => scene.close());

  const open = (prepare: (server: ScriptedServer) => void, page: object = {}) =>
    scene.open({
      role: 'operator',
      hash: '#/evaluation',
      page,
      prepare: (server) => {
        server.answer('GET /evaluations', { body: { evaluations: [] } });
        server.answer('GET /operating-point', { body: point });
        prepare(server);
      },
    });

  it('tells the promise in words, what it rests on and costs, and changes it', async () => {
    const sent: unknown[] = [];
    const { page, problems } = await open((server) =>
      server.answer('PUT /operating-point', ({ body }) => {
        sent.push(JSON.parse(body.toString()));
        server.answer('GET /operating-point', { body: { ...point, fpir: 0.001 } });
        return { body: { ...point, fpir: 0.001 } };
      }),
    );
    const card = page.getByTestId('operating-point');
    await card.getByText('at most 3 are given a name').waitFor();
    const text = (await card.textContent()) ?? '';
    expect(text).toContain('0.601, with 95 % certainty between 0.566 and 0.630');
    expect(text).toContain('between 0.09 % and 0.68 % of them');
    expect(text).toContain('1.6 times as many high scores');
    expect(text).toContain('90 % of the enrolled recognised at first look (84 % to 94 %)');
    const save = card.getByRole('button', { name: 'Change the promise' });
    expect(await save.isDisabled()).toBe(true);
    expect(await seriousViolations(page)).toEqual([]);
    await card.getByLabel('0.1 % of strangers').check();
    await save.click();
    await page.getByText('The new promise holds from now on.').waitFor();
    expect(sent).toEqual([{ fpir: 0.001 }]);
    expect(problems).toEqual([]);
  });

  it('shows why the promise was not changed, and why it cannot be shown', async () => {
    const { page, server } = await open((server) =>
      server.answer('PUT /operating-point', problem('database-unavailable', 'The database is away.')),
    );
    await page.getByLabel('1 % of strangers', { exact: false }).first().check();
    await page.getByRole('button', { name: 'Change the promise' }).click();
    await page.getByText('The promise was not changed').waitFor();
    server.answer('GET /operating-point', problem('database-unavailable', 'The database is away.'));
    await page.reload();
    await page.getByText('The promise cannot be shown').waitFor();
  });

  it('checks the gallery: figures, plot, who is enrolled twice, weak photos, single photos', async () => {
    const { page, problems } = await open((server) => server.answer('GET /gallery-check', { body: check }));
    await page.getByRole('button', { name: 'Check now' }).click();
    const found = page.getByTestId('gallery-check');
    await found.waitFor();
    const text = (await found.textContent()) ?? '';
    expect(text).toContain('0.25 %');
    expect(text).toContain('95 %: 88 % to 96 %');
    expect(text).toContain('Emmy Noether for Lise Meitner');
    expect(text).toContain('These are the worst 2 of 5.');
    expect(text).toContain('2 people have one photo only');
    expect(await found.getByTestId('duplicate').textContent()).toContain('Ada Lovelace and A. Lovelace');
    expect(await found.getByTestId('weak-photo').first().getAttribute('data-reason')).toBe('like-another');
    expect(await found.getByTestId('plot').count()).toBe(1);
    expect(await seriousViolations(page)).toEqual([]);
    await page.setViewportSize({ width: 360, height: 800 });
    expect(
      await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth),
    ).toBeLessThanOrEqual(0);
    expect(problems).toEqual([]);
  });

  it('says what is missing in an empty gallery, and what went wrong', async () => {
    const empty = { ...check, people: 1, duplicates: [], weakest: [] };
    const { page, server } = await open((server) => server.answer('GET /gallery-check', { body: empty }));
    await page.getByRole('button', { name: 'Check now' }).click();
    await page.getByText('Nobody to compare yet').waitFor();
    server.answer('GET /gallery-check', problem('database-unavailable', 'The database is away.'));
    await page.getByRole('button', { name: 'Check now' }).click();
    await page.getByText('The check did not finish').waitFor();
  });
});
