import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { launchBrowser, openPage } from '../support/browser.ts';
import { makeCameraVideo } from '../support/camera-video.ts';
import { facesMissing, type PersonPhotos, peopleWithPhotos } from '../support/faces.ts';
import { enrol, startFacewireProcess, type TestServer } from '../support/facewire.ts';

const ENROLLED = 24;
const SHOWN = 10;
const STRANGERS = 5;
const SECONDS_PER_FACE = 4;

if (facesMissing) console.warn(`the live test is skipped: ${facesMissing}`);

/** Records every change of a label, in the page, from now on. */
async function record(page: Page, selector: string): Promise<() => Promise<string[]>> {
  await page.evaluate((wanted) => {
    const seen: string[] = [];
    Object.assign(globalThis, { seenLabels: seen });
    const look = () => {
      for (const element of document.querySelectorAll<HTMLElement>(wanted)) {
        const { state, personId } = element.dataset;
        const now = state === 'identified' ? (personId ?? 'nobody') : state;
        if ((state === 'identified' || state === 'unknown') && seen.at(-1) !== now) seen.push(now as string);
      }
    };
    new MutationObserver(look).observe(document.body, { subtree: true, childList: true, attributes: true });
    look();
  }, selector);
  return () => page.evaluate(() => (globalThis as unknown as { seenLabels: string[] }).seenLabels);
}

describe.skipIf(facesMissing)('a face in front of a camera', () => {
  const dir = mkdtempSync(join(tmpdir(), 'facewire-live-'));
  const known = peopleWithPhotos(4).slice(0, ENROLLED);
  const shown = known.slice(0, SHOWN);
  const strangers = peopleWithPhotos(1)
    .filter(({ name, photos }) => photos.length === 1 && !known.some((person) => person.name === name))
    .slice(0, STRANGERS);
  const ids = new Map<string, string>();
  let server: TestServer;
  let browser: Browser;

  // After every second known person a stranger takes the place, without a break.
  const order: PersonPhotos[] = shown.flatMap((person, i) => {
    const stranger = i % 2 === 1 ? strangers[(i - 1) / 2] : undefined;
    return stranger ? [person, stranger] : [person];
  });

  beforeAll(async () => {
    server = await startFacewireProcess();
    for (const { name, photos } of known) ids.set(name, (await enrol(server, name, photos.slice(1, 4))).id);
    const camera = join(dir, 'camera.mjpeg');
    const shots = order.map(({ photos }) => ({
      photos: photos.slice(0, 1),
      seconds: SECONDS_PER_FACE,
      swayPx: 6,
    }));
    await makeCameraVideo({ path: camera, shots });
    browser = await launchBrowser({ camera });
  }, 300_000);

  afterAll(async () => {
    await browser?.close();
    await server?.stop();
    rmSync(dir, { recursive: true, force: true });
  });

  test(`is named right, and strangers are unknown, on kiosk and console: ${SHOWN} of ${ENROLLED} people, ${STRANGERS} strangers`, async () => {
    const console = await openPage(browser);
    await console.page.goto(server.links.console);
    await console.page.getByTestId('stream').first().waitFor();
    const kiosk = await openPage(browser);
    await kiosk.page.goto(server.links.kiosk);
    await kiosk.page.locator('[data-testid=label][data-state=identified]').waitFor({ timeout: 60_000 });
    const kioskSeen = await record(kiosk.page, '[data-testid=label]');
    const consoleSeen = await record(
      console.page,
      '[data-testid=stream][data-online=true] [data-testid=stream-label]',
    );

    const expected = order.map(({ name }) => ids.get(name) ?? 'unknown');
    // Two rounds of the video: the first may begin in the middle of a shot.
    await new Promise((done) => setTimeout(done, order.length * SECONDS_PER_FACE * 1000 + 8000));
    const allowed = new Set(expected);
    for (const [where, seen] of [
      ['kiosk', await kioskSeen()],
      ['console', await consoleSeen()],
    ] as const) {
      const nameOf = new Map([...ids].map(([name, id]) => [id, name]));
      globalThis.console.log(`${where}: ${seen.map((id) => nameOf.get(id) ?? id).join(', ')}`);
      expect(
        seen.filter((id) => !allowed.has(id)),
        `${where} named someone who was not shown`,
      ).toEqual([]);
      expect(new Set(seen), `${where} did not show everybody`).toEqual(allowed);
      expect(followsOrder(seen, expected), `${where} showed a name at the wrong time: ${seen.join()}`).toBe(
        true,
      );
      expect(seen.filter((id) => id === 'unknown').length).toBeGreaterThanOrEqual(STRANGERS);
    }
    expect(kiosk.problems).toEqual([]);
    expect(console.problems).toEqual([]);
  }, 240_000);
});

/** Whether the labels come in the video's order, which is played round and round. */
function followsOrder(seen: readonly string[], order: readonly string[]): boolean {
  return order.some((_, start) => {
    let at = start;
    return seen.every((id, i) => {
      if (i > 0) at = (at + 1) % order.length;
      return order[at] === id;
    });
  });
}
