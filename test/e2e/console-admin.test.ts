import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { seriousViolations } from '../support/accessibility.ts';
import { type ConsoleScene, createConsoleScene, makeStream, uuid } from '../support/console-scene.ts';
import { problem } from '../support/scripted-server.ts';
import { waitFor } from '../support/wait-for.ts';

const LINK = 'http://localhost:8080/kiosk#code=one-time';
const HEALTH = {
  redis: { ok: true, detail: 'answers in 1 ms' },
  database: { ok: true, detail: 'PGlite' },
  sfu: { ok: true, detail: '1 worker' },
  workers: { ok: false, detail: 'none has reported in the last 5 s' },
};

describe('console: administration and logging in', () => {
  let scene: ConsoleScene;
  beforeAll(async () => {
    scene = await createConsoleScene();
  });
  afterEach(() => scene.clear());
  afterAll(() => scene.close());

  it('makes a kiosk’s one-time link, copies it, and revokes a kiosk after asking', async () => {
    const kiosks = [{ ...makeStream(1), createdAt: '2026-05-01T10:00:00.000Z' }];
    const { page, server } = await scene.open({
      hash: '#/admin',
      page: { permissions: ['clipboard-read', 'clipboard-write'] },
      prepare: (scripted) => {
        scripted.answer('GET /kiosks', () => ({ body: { kiosks } }));
        scripted.answer('GET /readyz', { status: 503, body: { ready: false, checks: HEALTH } });
        scripted.answer('POST /kiosks', ({ body }) => {
          const { name, place } = JSON.parse(String(body));
          kiosks.push({ ...makeStream(2), name, place, createdAt: '2026-05-01T10:00:00.000Z' });
          return { status: 201, body: { id: uuid(2), url: LINK } };
        });
        scripted.answer(`DELETE /kiosks/${uuid(1)}`, () => {
          kiosks.shift();
          return { status: 204 };
        });
      },
    });
    await page.getByTestId('kiosk').first().waitFor();
    await page.getByRole('button', { name: 'Add a kiosk' }).click();
    await page.getByRole('button', { name: 'Create link' }).click();
    await page.getByText('Enter a name.').waitFor();
    await page.getByLabel('Name').fill('Roof');
    await page.keyboard.press('Enter');
    await page.getByTestId('one-time-link').getByText(LINK).waitFor();
    await page.getByText('It works once').waitFor();
    await page.getByRole('button', { name: 'Copy' }).click();
    await page.getByRole('button', { name: 'Copied' }).waitFor();
    expect(await page.evaluate(() => navigator.clipboard.readText())).toBe(LINK);
    await page.keyboard.press('Escape');
    await page.getByTestId('kiosk').nth(1).waitFor();

    await page.getByRole('button', { name: 'Revoke Door 1' }).click();
    await page.getByRole('dialog').getByText('disconnected at once').waitFor();
    expect(kiosks).toHaveLength(2);
    await page.getByRole('dialog').getByRole('button', { name: 'Revoke' }).click();
    await waitFor(async () => (await page.getByTestId('kiosk').count()) === 1, { what: 'one kiosk' });

    await page.getByRole('link', { name: 'Health' }).click();
    const workers = page.locator('[data-testid=health-check][data-ok=false]');
    expect(await workers.textContent()).toContain('none has reported');
    server.answer('GET /readyz', { status: 0 });
    await page.getByRole('alert').getByText('The server’s health is not known').waitFor();
  });

  it.each([
    ['desktop', {}],
    ['phone', { viewport: { width: 390, height: 844 }, isMobile: true, hasTouch: true }],
  ])('pairs a kiosk by the code on its screen, and changes what it may do (%s)', async (_, options) => {
    const kiosks: object[] = [];
    const sent: unknown[] = [];
    const { page, server, problems } = await scene.open({
      // As a phone opens it that has scanned the kiosk's screen.
      hash: '#/admin/kiosks?pair=K7QW3MZA',
      page: options,
      prepare: (scripted) => {
        scripted.answer('GET /kiosks', () => ({ body: { kiosks } }));
        scripted.answer(
          'POST /kiosks/pair',
          problem('no-such-code', 'No kiosk waits with this code. Compare it with the screen.'),
        );
      },
    });
    const dialog = page.getByRole('dialog');
    expect(await dialog.getByLabel('Code').inputValue()).toBe('K7QW3MZA');
    await dialog.getByLabel('Name').fill('Back door');
    await page.keyboard.press('Enter');
    await dialog.getByText('Compare it with the screen').waitFor();
    expect(await seriousViolations(page)).toEqual([]);
    await dialog.getByLabel('Code').fill('K7QW-3');
    await page.keyboard.press('Enter');
    await dialog.getByText('Enter the eight letters and digits').waitFor();
    server.answer('POST /kiosks/pair', ({ body }) => {
      sent.push(JSON.parse(String(body)));
      const kiosk = { ...makeStream(1, { name: 'Back door' }), createdAt: '2026-05-01T10:00:00.000Z' };
      kiosks.push(kiosk);
      return { status: 201, body: kiosk };
    });
    await dialog.getByLabel('Code').fill('k7qw-3mzb');
    await page.keyboard.press('Enter');
    await page.getByText('Back door is paired').waitFor();
    expect(sent).toEqual([
      { code: 'K7QW-3MZB', name: 'Back door', place: '', policy: { video: false, training: false } },
    ]);

    server.answer(`PATCH /kiosks/${uuid(1)}`, ({ body }) => {
      sent.push(JSON.parse(String(body)));
      Object.assign(kiosks[0] ?? {}, JSON.parse(String(body)));
      return { body: kiosks[0] };
    });
    await page.getByRole('button', { name: 'Edit Back door' }).click();
    await dialog.getByLabel('Place').fill('Yard');
    await dialog.getByLabel('Live video').check();
    await dialog.getByRole('button', { name: 'Save' }).click();
    await page.getByText(/Yard · live video/).waitFor();
    expect(sent.at(-1)).toEqual({
      name: 'Back door',
      place: 'Yard',
      policy: { video: true, training: false },
    });
    expect(await seriousViolations(page)).toEqual([]);
    expect(await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)).toBeLessThanOrEqual(
      0,
    );
    expect(problems.filter((text) => !text.includes('status of 404'))).toEqual([]);
  });

  it('keeps administration from an operator', async () => {
    const { page } = await scene.open({ role: 'operator', hash: '#/admin' });
    await page.getByText('Not for your role').waitFor();
    expect(await page.getByRole('heading', { name: 'Kiosks' }).count()).toBe(0);
  });

  it('logs in by the code of a link once, and takes it out of the address', async () => {
    const codes: string[] = [];
    const { page, server } = await scene.open();
    server.answer('POST /auth/code', ({ body }) => {
      codes.push((JSON.parse(String(body)) as { code: string }).code);
      return { body: { role: 'admin', expiresAt: new Date().toISOString() } };
    });
    const subscribed = server.subscribed();
    await page.goto('about:blank');
    await page.goto(`${server.url}/console#code=secret`);
    await subscribed;
    expect(codes).toEqual(['secret']);
    expect(page.url()).toBe(`${server.url}/console`);
  });

  it('tells the way in when nobody is logged in, when a link was used, and after logging out', async () => {
    const { page, server } = await scene.open();
    const loggedOut = problem('unauthenticated', 'A valid link is needed.');
    server.answer('POST /auth/logout', () => {
      server.answer('GET /auth/session', loggedOut);
      return { status: 204 };
    });
    await page.getByRole('button', { name: 'Your login: Administrator' }).click();
    await page.getByRole('button', { name: 'Log out' }).click();
    await page.getByText('Open the console by its link').waitFor();
    server.answer('POST /auth/code', problem('code-used', 'This link was used.'));
    await page.goto('about:blank');
    await page.goto(`${server.url}/console#code=old`);
    await page.getByText('This link was used before').waitFor();
    server.answer('GET /auth/session', problem('database-unavailable', 'The database cannot be reached.'));
    await page.goto('about:blank');
    await page.goto(`${server.url}/console`);
    await page.getByRole('alert').getByText('The database cannot be reached.').waitFor();
    expect(await page.getByRole('navigation').count()).toBe(0);
  });

  it('keeps the chosen theme over a reload', async () => {
    const { page } = await scene.open({ page: { colorScheme: 'light' } });
    const ground = () => page.evaluate(() => getComputedStyle(document.documentElement).backgroundColor);
    const light = await ground();
    await page.getByRole('button', { name: 'Theme: system' }).click();
    expect(await ground()).toBe(light);
    await page.getByRole('button', { name: 'Theme: light' }).click();
    const dark = await ground();
    expect(dark).not.toBe(light);
    await page.reload();
    await page.getByRole('button', { name: 'Theme: dark' }).waitFor();
    expect(await ground()).toBe(dark);
  });
});
