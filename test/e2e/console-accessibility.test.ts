import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { AxeResults } from 'axe-core';
import type { Page } from 'playwright-core';
import sharp from 'sharp';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { LABEL_STATES } from '../../protocol/label.ts';
import { accessExamples } from '../../server/http/openapi-access.ts';
import { examples } from '../../server/http/openapi-examples.ts';
import { modelsExample } from '../../server/http/openapi-models.ts';
import { operationExamples } from '../../server/http/openapi-operation-parts.ts';
import { webhookExample } from '../../server/http/openapi-webhooks.ts';
import {
  type ConsoleScene,
  createConsoleScene,
  makeLabel,
  makePerson,
  makeSighting,
  makeStream,
  uuid,
} from '../support/console-scene.ts';
import type { ScriptedServer } from '../support/scripted-server.ts';

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const LONG =
  'Wolfeschlegelsteinhausenbergerdorff, Hubert Blaine, of the Reception at the Far End of the Eastern Lobby';
const FACE = { x: 40, y: 40, width: 60, height: 60 };
const DESKTOP = { viewport: { width: 1280, height: 800 } };
const PHONE = { viewport: { width: 390, height: 844 }, isMobile: true, hasTouch: true };

/** Axe's findings of impact serious or critical, and how far the page is wider than the window. */
async function findings(page: Page): Promise<string[]> {
  await page.evaluate(AXE);
  const results = await page.evaluate(() =>
    (window as unknown as { axe: { run(): Promise<AxeResults> } }).axe.run(),
  );
  const wide = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
  return [
    ...results.violations
      .filter(({ impact }) => impact === 'serious' || impact === 'critical')
      .map(
        ({ id, nodes }) =>
          `${id}: ${nodes.map(({ target, failureSummary }) => `${target.join(' ')} ${failureSummary}`).join('; ')}`,
      ),
    ...(wide > 0 ? [`the page is ${wide} px too wide`] : []),
  ];
}

describe.each([
  ['desktop, light', { ...DESKTOP, colorScheme: 'light' }],
  ['phone, dark', { ...PHONE, colorScheme: 'dark' }],
] as const)('console: accessible on a %s', (_, page) => {
  let scene: ConsoleScene;
  let photo: { name: string; mimeType: string; buffer: Buffer };
  beforeAll(async () => {
    scene = await createConsoleScene();
    const picture = sharp({ create: { width: 320, height: 240, channels: 3, background: '#5a6e82' } });
    photo = { name: `${LONG}.jpg`, mimeType: 'image/jpeg', buffer: await picture.jpeg().toBuffer() };
  });
  afterEach(() => scene.clear());
  afterAll(() => scene.close());

  const busy = (server: ScriptedServer) => {
    const streams = [
      makeStream(1, { name: LONG, place: LONG }),
      makeStream(2),
      makeStream(3, { online: false }),
    ];
    const known = {
      state: 'identified',
      name: LONG,
      personId: uuid(7),
      confidence: 0.9,
      streamName: LONG,
    } as const;
    server.snapshot = { streams, sightings: [makeSighting(1, known), makeSighting(2)], people: 2 };
    const people = [makePerson(1, { name: LONG, externalId: LONG }), makePerson(2, { consent: null })];
    server.answer('GET /people', { body: { people, total: 60 } });
    server.answer(`POST /people/${people[0]?.id}/photos`, {
      body: {
        person: makePerson(1, { name: LONG, templates: 3 }),
        photos: [
          { photo: 0, filename: LONG, accepted: true },
          {
            photo: 1,
            filename: LONG,
            accepted: false,
            reason: 'several-faces',
            faces: [FACE, { ...FACE, x: 150 }],
          },
        ],
      },
    });
    const run = {
      id: uuid(5),
      name: LONG,
      state: 'done',
      createdAt: '2026-05-01T10:00:00.000Z',
      photos: 120,
      analysed: 120,
      secondsLeft: null,
      error: null,
      model: 'mobilefacenet-192',
      accuracy: 0.99,
      eer: 0.01,
      rank1: null,
      tpir: null,
    };
    server.answer('GET /operating-point', { body: examples.operatingPoint });
    server.answer('GET /evaluations', { body: { evaluations: [run, { ...run, id: uuid(6), model: null }] } });
    const kiosks = streams.map((stream) => ({ ...stream, createdAt: '2026-05-01T10:00:00.000Z' }));
    server.answer('GET /models', { body: modelsExample });
    server.answer('GET /webhooks', { body: { webhooks: [webhookExample] } });
    server.answer('GET /kiosks', { body: { kiosks } });
    const user = { ...accessExamples.user, name: LONG };
    const token = { ...accessExamples.token, name: LONG };
    server.answer('GET /health/parts', { body: operationExamples.parts });
    server.answer('GET /users', { body: { users: [user, { ...user, id: uuid(8), disabled: true }] } });
    server.answer('GET /tokens', { body: { tokens: [token] } });
    server.answer('GET /actors', { body: { actors: {} } });
    server.answer('POST /kiosks', {
      status: 201,
      body: { id: uuid(9), url: `http://localhost/kiosk#code=${'x'.repeat(90)}` },
    });
    const ok = { ok: true, detail: LONG };
    server.answer('GET /readyz', {
      body: { ready: true, checks: { redis: ok, database: ok, sfu: ok, workers: ok } },
    });
  };

  it('streams: empty, busy with every state, a stream enlarged, the help', async () => {
    const { page: tab, server } = await scene.open({ page });
    await tab.getByText('No kiosk yet').waitFor();
    expect(await findings(tab)).toEqual([]);
    busy(server);
    server.notify('snapshot', server.snapshot);
    for (const [i, state] of LABEL_STATES.entries()) {
      const box = { x: 0.15 * i, y: 0.3, width: 0.1, height: 0.2 };
      const name = state === 'identified' ? { name: LONG, personId: uuid(7), confidence: 0.9 } : {};
      server.notify('streamLabel', makeLabel({ track: i, state, box, ...name }));
      server.notify('streamLabel', makeLabel({ stream: uuid(2), track: 1, sequence: i, state, ...name }));
    }
    await tab.getByTestId('stream-label').nth(LABEL_STATES.length).waitFor();
    expect(await findings(tab)).toEqual([]);
    await tab.getByRole('button', { name: 'Door 2', exact: true }).click();
    expect(await findings(tab)).toEqual([]);
    await tab.keyboard.press('Escape');
    await tab.keyboard.press('?');
    expect(await findings(tab)).toEqual([]);
  });

  it.each([
    ['events', (tab: Page) => tab.getByTestId('event').first().waitFor()],
    ['people', (tab: Page) => tab.getByTestId('person').first().waitFor()],
    ['enrol', (tab: Page) => tab.getByRole('button', { name: 'Upload photos' }).click()],
    ['identify', (tab: Page) => tab.getByText('No photo searched yet').waitFor()],
    ['verify', (tab: Page) => tab.getByText('Second photo').waitFor()],
    ['evaluation', (tab: Page) => tab.getByTestId('evaluation-run').first().waitFor()],
    ['admin', (tab: Page) => tab.getByTestId('kiosk').first().waitFor()],
    ['admin/users', (tab: Page) => tab.getByTestId('user').first().waitFor()],
    ['admin/tokens', (tab: Page) => tab.getByTestId('token').first().waitFor()],
    ['admin/models', (tab: Page) => tab.getByText('mobilefacenet-192').first().waitFor()],
    ['admin/webhooks', (tab: Page) => tab.getByTestId('webhook').first().waitFor()],
    ['admin/health', (tab: Page) => tab.getByTestId('health-check').first().waitFor()],
  ] as const)('%s', async (name, ready) => {
    const { page: tab, problems } = await scene.open({ page, prepare: busy, hash: `#/${name}` });
    await ready(tab);
    expect(await findings(tab)).toEqual([]);
    expect(await tab.title()).toMatch(/ · Facewire$/);
    expect(problems).toEqual([]);
  });

  it('dialogs and failures', async () => {
    const { page: tab, server } = await scene.open({ page, prepare: busy, hash: '#/people' });
    await tab.getByRole('button', { name: 'Erase Person 2' }).click();
    expect(await findings(tab)).toEqual([]);
    await tab.keyboard.press('Escape');
    await tab.getByRole('button', { name: `Add photos of ${LONG}` }).click();
    await tab.getByRole('dialog').locator('input[type=file]').setInputFiles([photo, photo]);
    expect(await findings(tab)).toEqual([]);
    await tab.getByRole('button', { name: 'Add photos', exact: true }).click();
    await tab.getByRole('button', { name: 'Face 2' }).waitFor();
    expect(await findings(tab)).toEqual([]);
    await tab.keyboard.press('Escape');
    await tab.goto(`${server.url}/console#/admin`);
    await tab.getByRole('button', { name: 'Add a kiosk' }).click();
    await tab.getByLabel('Name').fill(LONG);
    expect(await findings(tab)).toEqual([]);
    await tab.keyboard.press('Enter');
    await tab.getByTestId('one-time-link').waitFor();
    expect(await findings(tab)).toEqual([]);
    await tab.keyboard.press('Escape');
    server.answer('GET /people', { status: 0 });
    server.setReachable(false);
    await tab.goto(`${server.url}/console#/people`);
    await tab.getByRole('alert').waitFor();
    expect(await findings(tab)).toEqual([]);
  });
});
