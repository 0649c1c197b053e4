import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { seriousViolations } from '../support/accessibility.ts';
import { launchBrowser, openPage } from '../support/browser.ts';
import { makeCameraVideo } from '../support/camera-video.ts';
import { startFacewireProcess, type TestServer } from '../support/facewire.ts';

vi.setConfig({ testTimeout: 120_000 });

const PHONE: BrowserContextOptions = {
  viewport: { width: 390, height: 844 },
  isMobile: true,
  hasTouch: true,
};
const DARK: BrowserContextOptions = { colorScheme: 'dark' };
/** What the browser itself logs about an answer that the page expects. */
const REFUSED = /status of 401|net::ERR_CONNECTION_REFUSED|WebSocket connection to .* failed/;

const dir = mkdtempSync(join(tmpdir(), 'facewire-kiosk-'));
const camera = join(dir, 'empty-room.mjpeg');
let server: TestServer;
let browser: Browser;

beforeAll(async () => {
  await makeCameraVideo({ path: camera, shots: [{ photos: [], seconds: 1 }] });
  server = await startFacewireProcess();
  browser = await launchBrowser({ camera });
});

afterAll(async () => {
  await browser?.close();
  await server?.stop();
  rmSync(dir, { recursive: true, force: true });
});

async function reaches(page: Page, state: string): Promise<void> {
  await page.locator(`[data-testid=label][data-state=${state}]`).waitFor({ timeout: 30_000 });
}

async function openKiosk(options: BrowserContextOptions = {}, from: Browser = browser) {
  const opened = await openPage(from, options);
  const { id, url } = await server.addKiosk('Main entrance');
  return { ...opened, id, url };
}

describe('a kiosk page', () => {
  test.each([
    ['desktop, light', {}],
    ['phone, dark', { ...PHONE, ...DARK }],
  ])('opened by its link asks for a person to step in front (%s)', async (_, options) => {
    const { page, url, problems, close } = await openKiosk(options);
    await page.goto(url);
    await reaches(page, 'no-face');
    expect(new URL(page.url()).hash).toBe('');
    expect(await page.getByTestId('backend').getAttribute('data-backend')).toMatch(/^(webgpu|webgl|wasm)$/);
    expect(await page.getByRole('heading', { level: 1 }).textContent()).toContain('Main entrance');
    expect(await seriousViolations(page)).toEqual([]);
    expect(await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)).toBeLessThanOrEqual(
      0,
    );
    expect(problems).toEqual([]);
    await close();
  });

  test.each([
    ['the browser’s', { locale: 'de-AT' }, '', 'de', 'Dieser Kiosk braucht seinen Link'],
    ['the address’s', { locale: 'de-AT' }, '?lang=fr', 'fr', 'Cette borne a besoin de son lien'],
    ['English for others', { locale: 'ja-JP' }, '', 'en', 'This kiosk needs its link'],
  ])('speaks %s language', async (_, options, search, language, title) => {
    const { page, close } = await openPage(browser, options);
    await page.goto(`${server.url}/kiosk${search}`);
    await page.getByText(title).waitFor();
    expect(await page.locator('html').getAttribute('lang')).toBe(language);
    await close();
  });

  test.each([
    ['desktop, light', {}],
    ['phone, dark', { ...PHONE, ...DARK }],
  ])(
    'without a login shows a code, and goes on as the kiosk that an admin makes of it (%s)',
    async (_, options) => {
      const { page, problems, close } = await openPage(browser, options);
      await page.goto(`${server.url}/kiosk`);
      const code = await page.getByTestId('pairing-code').textContent();
      expect(code).toMatch(/^[2-9A-Z]{4}-[2-9A-Z]{4}$/);
      expect(await seriousViolations(page)).toEqual([]);
      expect(
        await page.evaluate(() => document.documentElement.scrollWidth - innerWidth),
      ).toBeLessThanOrEqual(0);
      const kiosk = { code: code?.toLowerCase(), name: 'Back door', place: 'Yard' };
      expect((await server.api('POST', '/kiosks/pair', kiosk)).status).toBe(201);
      await reaches(page, 'no-face');
      expect(await page.getByRole('heading', { level: 1 }).textContent()).toContain('Back door');
      await page.reload();
      await reaches(page, 'no-face');
      expect(problems.filter((problem) => !REFUSED.test(problem))).toEqual([]);
      await close();
    },
  );

  test('is renamed while it runs', async () => {
    const { page, id, url, close } = await openKiosk();
    await page.goto(url);
    await reaches(page, 'no-face');
    expect((await server.api('PATCH', `/kiosks/${id}`, { name: 'Side entrance' })).status).toBe(200);
    await page.getByRole('heading', { name: 'Side entrance' }).waitFor();
    await close();
  });

  test('needs its link, and says so when the link was used elsewhere', async () => {
    const { page, url, problems, close } = await openKiosk();
    await page.goto(`${server.url}/kiosk`);
    await reaches(page, 'no-session');
    expect(await seriousViolations(page)).toEqual([]);
    const first = await openPage(browser);
    await first.page.goto(url);
    await reaches(first.page, 'no-face');
    await first.close();
    await page.goto(url);
    await reaches(page, 'link-used');
    expect(problems.filter((problem) => !REFUSED.test(problem))).toEqual([]);
    await close();
  });

  test('goes on after a reload without its link', async () => {
    const { page, url, close } = await openKiosk();
    await page.goto(url);
    await reaches(page, 'no-face');
    await page.reload();
    await reaches(page, 'no-face');
    await close();
  });

  test('yields to another window of the same kiosk, and takes over when asked to', async () => {
    const { page, url, close } = await openKiosk();
    await page.goto(url);
    await reaches(page, 'no-face');
    const second = await page.context().newPage();
    await second.goto(`${server.url}/kiosk`);
    await reaches(second, 'no-face');
    await reaches(page, 'replaced');
    expect(await seriousViolations(page)).toEqual([]);
    await page.getByRole('button', { name: 'Use this window' }).click();
    await reaches(page, 'no-face');
    await reaches(second, 'replaced');
    await close();
  });

  test('that is revoked stops its camera and says so', async () => {
    const { page, id, url, close } = await openKiosk(DARK);
    await page.goto(url);
    await reaches(page, 'no-face');
    expect((await server.api('DELETE', `/kiosks/${id}`)).ok).toBe(true);
    await reaches(page, 'revoked');
    expect(await page.locator('video').count()).toBe(0);
    expect(await seriousViolations(page)).toEqual([]);
    await close();
  });

  test('of an older version asks to be reloaded', async () => {
    const { page, url, close } = await openKiosk();
    await page.routeWebSocket(/\/ws$/, (client) => {
      const upstream = client.connectToServer();
      client.onMessage((text) => upstream.send(String(text).replace('"protocol":1', '"protocol":0')));
    });
    await page.goto(url);
    await reaches(page, 'version-too-old');
    await page.getByRole('button', { name: 'Reload the page' }).waitFor();
    await close();
  });

  test('blocked from the camera says how to allow it', async () => {
    const blocked = await launchBrowser({ camera, permission: 'denied' });
    const { page, url, problems, close } = await openKiosk({}, blocked);
    await page.goto(url);
    await reaches(page, 'camera-denied');
    expect(await seriousViolations(page)).toEqual([]);
    expect(problems).toEqual([]);
    await close();
    await blocked.close();
  });

  test('without a camera waits for one', async () => {
    const blind = await launchBrowser({ camera: 'none' });
    const { page, url, close } = await openKiosk(PHONE, blind);
    await page.goto(url);
    await reaches(page, 'camera-none');
    expect(await seriousViolations(page)).toEqual([]);
    await close();
    await blind.close();
  });

  test('on plain http away from localhost tells the fix', async () => {
    const host = 'kiosk.example';
    const away = await launchBrowser({ camera, args: [`--host-resolver-rules=MAP ${host} 127.0.0.1`] });
    const { page, url, close } = await openKiosk({}, away);
    await page.goto(url.replace(new URL(url).hostname, host));
    await reaches(page, 'camera-insecure-context');
    expect(await page.getByTestId('label').locator('xpath=..').textContent()).toContain('https');
    await close();
    await away.close();
  });
});

describe('a kiosk whose server goes away', () => {
  test('counts down to the next try, and is back when the server is', async () => {
    const own = await startFacewireProcess();
    const { page, problems, close } = await openPage(browser, PHONE);
    await page.goto((await own.addKiosk('Side door')).url);
    await reaches(page, 'no-face');
    const port = new URL(own.url).port;
    own.process.kill('SIGKILL');
    await reaches(page, 'offline');
    await page.getByText(/Next try in \d+ s/).waitFor();
    expect(await seriousViolations(page)).toEqual([]);
    await page.getByRole('button', { name: 'Try now' }).click();
    await reaches(page, 'offline');
    const again = await startFacewireProcess({ dataDir: own.dataDir, environment: { PORT: port } });
    await reaches(page, 'no-face');
    expect(problems.filter((problem) => !REFUSED.test(problem))).toEqual([]);
    await close();
    await again.stop();
    rmSync(own.dataDir, { recursive: true, force: true });
  });
});
