import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import { identifyResponseSchema } from '../../protocol/rest.ts';
import { seriousViolations } from '../support/accessibility.ts';
import { launchBrowser, openPage } from '../support/browser.ts';
import { makeCameraVideo } from '../support/camera-video.ts';
import { facesMissing, type PersonPhotos, peopleWithPhotos } from '../support/faces.ts';
import { enrol, startFacewireProcess, type TestServer } from '../support/facewire.ts';

vi.setConfig({ testTimeout: 120_000 });
if (facesMissing) console.warn(`the enrol wizard's tests on faces are skipped: ${facesMissing}`);

const PHONE: BrowserContextOptions = {
  viewport: { width: 390, height: 844 },
  hasTouch: true,
  isMobile: true,
  deviceScaleFactor: 2,
};
/** What the issue asks for: by hand, from opening the page to done. */
const WITHIN_S = 30;

describe.skipIf(facesMissing)('the enrol wizard before a camera', () => {
  const dir = mkdtempSync(join(tmpdir(), 'facewire-wizard-'));
  let server: TestServer;
  let browser: Browser;
  let other: { id: string; name: string };

  beforeAll(async () => {
    server = await startFacewireProcess();
    const { person, shots } = await someoneWhoTurns();
    const [stranger] = peopleWithPhotos(3).filter(({ name }) => name !== person.name);
    other = await enrol(server, stranger?.name ?? '', stranger?.photos.slice(0, 3) ?? []);
    const camera = join(dir, 'camera.mjpeg');
    await makeCameraVideo({ path: camera, shots: shots.map((photo) => ({ photos: [photo], seconds: 3 })) });
    browser = await launchBrowser({ camera });
  });
  afterAll(async () => {
    await browser?.close();
    await server?.stop();
    rmSync(dir, { recursive: true, force: true });
  });

  /** A person with photos from the front, and turned to either side, as the server measures it. */
  async function someoneWhoTurns(): Promise<{ person: PersonPhotos; shots: string[] }> {
    for (const person of peopleWithPhotos(8).slice(0, 12)) {
      const form = new FormData();
      const photos = person.photos.slice(0, 12);
      for (const path of photos) form.append('photos', new Blob([readFileSync(path)]), 'photo.jpg');
      const answer = await server.api('POST', '/identify', form);
      const found = identifyResponseSchema.parse(await answer.json()).photos.map(({ faces }, i) => ({
        path: photos[i] as string,
        alone: faces.length === 1,
        ...(faces[0]?.quality ?? { yaw: 9, pitch: 9, sharpness: 0 }),
      }));
      const good = found.filter(
        ({ alone, pitch, sharpness }) => alone && Math.abs(pitch) < 0.5 && sharpness > 0.2,
      );
      const between = (least: number, most: number) =>
        good.find(({ yaw }) => yaw >= least && yaw <= most)?.path;
      const shots = [between(-0.12, 0.12), between(0.32, 0.8), between(-0.8, -0.32)];
      if (shots.every((path) => path !== undefined)) return { person, shots };
    }
    throw new Error('nobody among the photographs turns the head to both sides');
  }

  async function open(options: BrowserContextOptions = {}) {
    const opened = await openPage(browser, options);
    const link = (await (await server.api('POST', '/auth/links', { role: 'operator' })).json()) as {
      url: string;
    };
    await opened.page.goto(link.url);
    await opened.page.getByRole('navigation').waitFor();
    return opened;
  }

  // Whoever a test has enrolled would be a likely duplicate in the next one.
  afterEach(() => eraseAllBut(other.id));

  const verdict = (page: Page) => page.getByTestId('test-match').waitFor({ timeout: 30_000 });
  const eraseAllBut = async (kept: string) => {
    const { people } = (await (await server.api('GET', '/people')).json()) as { people: { id: string }[] };
    for (const { id } of people) if (id !== kept) await server.api('DELETE', `/people/${id}`);
  };

  test('enrols by keyboard and guided capture within half a minute, and shows that it works', async () => {
    const { page, problems, close } = await open();
    const loaded: string[] = [];
    page.on('request', (request) => loaded.push(new URL(request.url()).pathname));
    await page.goto('about:blank');
    const startedAt = performance.now();
    await page.goto(`${server.url}/console#/enrol`);
    await page.locator('input[name=name]:focus').waitFor();
    // The detector is megabytes: nobody loads it who does not open the camera.
    expect(loaded.filter((path) => path.startsWith('/models/'))).toEqual([]);
    await page.keyboard.type('Ada Lovelace');
    await page.keyboard.press('Enter');
    await page.getByTestId('photo').nth(2).waitFor({ timeout: 40_000 });
    const enrolButton = page.getByRole('button', { name: 'Enrol', exact: true });
    expect(await enrolButton.evaluate((button) => button === document.activeElement)).toBe(true);
    await page.keyboard.press('Enter');
    await verdict(page);
    const seconds = (performance.now() - startedAt) / 1000;
    console.log(`enrolled by guided capture and tested in ${seconds.toFixed(1)} s`);
    expect(seconds).toBeLessThan(WITHIN_S);
    await page.getByText('Ada Lovelace is enrolled').waitFor();
    // The two sides of a flat photograph may look the same to the server, which keeps a picture once.
    await page.getByText(/[23] photos were accepted\./).waitFor();
    expect(await page.getByTestId('test-match').getAttribute('data-verdict')).toBe('recognised');
    expect(await page.getByTestId('test-match').textContent()).toContain(other.name);
    expect(loaded.some((path) => path.startsWith('/models/human/'))).toBe(true);
    expect(await seriousViolations(page)).toEqual([]);
    // Whoever enrols the same person again is asked.
    await page.getByRole('button', { name: 'Enrol another person' }).click();
    await page.locator('input[name=name]:focus').waitFor();
    expect(await page.getByLabel('Name').inputValue()).toBe('');
    await page.keyboard.type('Somebody new');
    await page.keyboard.press('Enter');
    await page.getByTestId('photo').nth(2).waitFor({ timeout: 40_000 });
    await page.keyboard.press('Enter');
    await page.getByText('Is this Ada Lovelace?').waitFor();
    await page.keyboard.press('Escape');
    expect(await page.getByLabel('Name').inputValue()).toBe('Somebody new');
    expect(problems.filter((text) => !text.includes('409'))).toEqual([]);
    await close();
  });

  test('goes the same way on a phone, and loses no photo to an error', async () => {
    const { page, problems, close } = await open(PHONE);
    await page.goto(`${server.url}/console#/enrol`);
    await page.getByLabel('Name').fill('Grace Hopper');
    await page.getByRole('button', { name: 'Take photos' }).tap();
    await page.getByTestId('photo').nth(2).waitFor({ timeout: 40_000 });
    expect(await seriousViolations(page)).toEqual([]);
    expect(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth)).toBe(true);
    await page.route('**/enroll', (route) => route.abort());
    const enrolButton = page.getByRole('button', { name: 'Enrol', exact: true });
    const size = await enrolButton.boundingBox();
    expect(size?.height).toBeGreaterThanOrEqual(48);
    await enrolButton.tap();
    await page.getByText('Not enrolled').waitFor();
    expect(await page.getByTestId('photo').count()).toBe(3);
    await page.unroute('**/enroll');
    // One is taken again: the guide waits for that pose.
    await page.getByRole('button', { name: 'Discard photo 1' }).tap();
    await page.getByTestId('photo').nth(2).waitFor({ timeout: 40_000 });
    await page.getByRole('button', { name: 'Try again' }).tap();
    await verdict(page);
    await page.getByRole('button', { name: 'Open Grace Hopper' }).tap();
    await page.getByRole('heading', { name: 'Grace Hopper' }).waitFor();
    expect(problems.filter((text) => !text.includes('/enroll'))).toEqual([]);
    await close();
  });

  test('takes photos by hand where detection does not load, and tests with a photo', async () => {
    const { page, close } = await open();
    await page.route('**/models/**', (route) => route.abort());
    await page.goto(`${server.url}/console#/enrol`);
    await page.getByLabel('Name').fill('By Hand');
    await page.getByRole('button', { name: 'Take photos' }).click();
    await page.getByText('Automatic photos do not work').waitFor({ timeout: 20_000 });
    await page.getByRole('button', { name: 'Take photo', exact: true }).click();
    await page.getByTestId('photo').waitFor();
    await page.getByRole('button', { name: 'Enrol', exact: true }).click();
    await page.getByText('By Hand is enrolled').waitFor({ timeout: 20_000 });
    const [person] = peopleWithPhotos(3).filter(({ name }) => name === other.name);
    await page
      .getByLabel('Use a photo')
      .and(page.locator('input'))
      .setInputFiles(person?.photos[0] ?? '');
    await verdict(page);
    expect(await page.getByTestId('test-match').getAttribute('data-verdict')).toBe('another');
    await page.getByText(`This is taken for ${other.name}`).waitFor();
    await close();
  });

  test('adds photos to somebody enrolled by the same capture', async () => {
    const { page, problems, close } = await open();
    const { shots } = await someoneWhoTurns();
    const { id } = await enrol(server, 'Ada Lovelace', shots.slice(0, 1));
    await page.goto(`${server.url}/console#/people/${id}`);
    await page.getByRole('button', { name: 'Add photos' }).click();
    await page.getByRole('button', { name: 'Use the camera' }).click();
    await page.getByTestId('photo').nth(2).waitFor({ timeout: 40_000 });
    await page.getByRole('button', { name: 'Use 3 photos' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Add photos', exact: true }).click();
    await page.getByText('Photos added', { exact: true }).waitFor({ timeout: 20_000 });
    expect(problems).toEqual([]);
    await close();
  });
});
