import sharp from 'sharp';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { LABEL_STATES } from '../../protocol/label.ts';
import { findingsInAll, findingsOf } from '../support/accessibility.ts';
import { LONG, makeBusy } from '../support/busy-console.ts';
import { CONSOLE_PAGES } from '../support/console-pages.ts';
import { type ConsoleScene, createConsoleScene, makeLabel, uuid } from '../support/console-scene.ts';

const DESKTOP = { width: 1280, height: 800 };
const PHONE = { width: 390, height: 844 };

let scene: ConsoleScene;
beforeAll(async () => {
  scene = await createConsoleScene();
});
afterEach(() => scene.clear());
afterAll(() => scene.close());

describe('console: every page is accessible, wide and on a phone, light and dark', () => {
  it('leaves no page of the navigation out', async () => {
    const { page: tab } = await scene.open({ prepare: makeBusy });
    const links = await tab.locator('.nav__link').all();
    const pages = await Promise.all(links.map((link) => link.getAttribute('data-page')));
    expect(pages.filter((name) => !CONSOLE_PAGES.some(({ address }) => address === name))).toEqual([]);
  });

  it.each(CONSOLE_PAGES.map((page) => [page.address, page] as const))('%s', async (name, { shown }) => {
    const { page: tab, problems } = await scene.open({
      page: { viewport: DESKTOP, hasTouch: true },
      prepare: makeBusy,
      hash: `#/${name}`,
    });
    await shown(tab).waitFor();
    expect(await tab.title()).toMatch(/ · Facewire$/);
    expect(await findingsInAll(tab, name.replace(/\W.*(?=-)|\W/g, '-'))).toEqual({});
    expect(problems).toEqual([]);
  });
});

describe.each([
  ['desktop, light', { viewport: DESKTOP, colorScheme: 'light' }],
  ['phone, dark', { viewport: PHONE, isMobile: true, hasTouch: true, colorScheme: 'dark' }],
] as const)('console: accessible on a %s', (_, page) => {
  let photo: { name: string; mimeType: string; buffer: Buffer };
  beforeAll(async () => {
    const picture = sharp({ create: { width: 320, height: 240, channels: 3, background: '#5a6e82' } });
    photo = { name: `${LONG}.jpg`, mimeType: 'image/jpeg', buffer: await picture.jpeg().toBuffer() };
  });

  it('streams: empty, busy with every state, a stream enlarged, the help', async () => {
    const { page: tab, server } = await scene.open({ page });
    await tab.getByText('No kiosk yet').waitFor();
    expect(await findingsOf(tab)).toEqual([]);
    makeBusy(server);
    server.notify('snapshot', server.snapshot);
    for (const [i, state] of LABEL_STATES.entries()) {
      const box = { x: 0.15 * i, y: 0.3, width: 0.1, height: 0.2 };
      const name = state === 'identified' ? { name: LONG, personId: uuid(7), confidence: 0.9 } : {};
      server.notify('streamLabel', makeLabel({ track: i, state, box, ...name }));
      server.notify('streamLabel', makeLabel({ stream: uuid(2), track: 1, sequence: i, state, ...name }));
    }
    await tab.getByTestId('stream-label').nth(LABEL_STATES.length).waitFor();
    expect(await findingsOf(tab)).toEqual([]);
    await tab.getByRole('button', { name: 'Door 2', exact: true }).click();
    expect(await findingsOf(tab)).toEqual([]);
    await tab.keyboard.press('Escape');
    await tab.keyboard.press('?');
    expect(await findingsOf(tab)).toEqual([]);
  });

  it('dialogs and failures', async () => {
    const { page: tab, server } = await scene.open({ page, prepare: makeBusy, hash: '#/people' });
    await tab.getByLabel('Choose Person 2').check();
    await tab.getByRole('region', { name: 'Chosen people' }).getByRole('button', { name: 'Erase' }).click();
    await tab.getByText('2 face templates').waitFor();
    expect(await findingsOf(tab)).toEqual([]);
    await tab.keyboard.press('Escape');
    await tab.goto(`${server.url}/console#/people/${uuid(1001)}`);
    await tab.getByRole('button', { name: 'Add photos', exact: true }).click();
    await tab.getByRole('dialog').locator('input[type=file]').setInputFiles([photo, photo]);
    expect(await findingsOf(tab)).toEqual([]);
    await tab.getByRole('dialog').getByRole('button', { name: 'Add photos', exact: true }).click();
    await tab.getByRole('button', { name: 'Face 2' }).waitFor();
    expect(await findingsOf(tab)).toEqual([]);
    await tab.keyboard.press('Escape');
    await tab.goto(`${server.url}/console#/admin`);
    await tab.getByRole('button', { name: 'Add a kiosk' }).click();
    await tab.getByLabel('Name').fill(LONG);
    expect(await findingsOf(tab)).toEqual([]);
    await tab.keyboard.press('Enter');
    await tab.getByTestId('one-time-link').waitFor();
    expect(await findingsOf(tab)).toEqual([]);
    await tab.keyboard.press('Escape');
    server.answer('GET /people', { status: 0 });
    server.setReachable(false);
    await tab.goto(`${server.url}/console#/people`);
    await tab.getByRole('alert').waitFor();
    expect(await findingsOf(tab)).toEqual([]);
  });
});
