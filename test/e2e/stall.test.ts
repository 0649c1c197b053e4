import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { launchBrowser, openPage } from '../support/browser.ts';
import { makeCameraVideo } from '../support/camera-video.ts';
import { startFacewireProcess, type TestServer } from '../support/facewire.ts';

vi.setConfig({ testTimeout: 120_000 });

/** What the console promises: a stream that stalls or leaves says so within this time. */
const PROMISED_MS = 2000;

const dir = mkdtempSync(join(tmpdir(), 'facewire-stall-'));
const camera = join(dir, 'empty-room.mjpeg');
let server: TestServer;
let browser: Browser;
let watcher: Page;

beforeAll(async () => {
  await makeCameraVideo({ path: camera, shots: [{ photos: [], seconds: 1 }] });
  server = await startFacewireProcess({ environment: { WORKERS: '0' } });
  browser = await launchBrowser({ camera });
  watcher = (await openPage(browser)).page;
  await watcher.goto(server.links.console);
  await watcher.getByTestId('stream').first().waitFor();
});

afterAll(async () => {
  await browser?.close();
  await server?.stop();
  rmSync(dir, { recursive: true, force: true });
});

async function runningKiosk(): Promise<{ id: string; page: Page }> {
  const { id, url } = await server.addKiosk('Door');
  const { page } = await openPage(browser);
  await page.goto(url);
  await shows(id, '[data-pipeline=running]', 30_000);
  return { id, page };
}

const shows = (id: string, what: string, timeout = 10_000) =>
  watcher.locator(`[data-stream-id="${id}"]${what}`).waitFor({ timeout });

/** ms from `from` until the console’s tile is like that. */
async function timeUntil(id: string, what: string, from = performance.now()): Promise<number> {
  await shows(id, what);
  return performance.now() - from;
}

describe('the console says within two seconds that a stream', () => {
  test('stalls: its page has stopped', async () => {
    const { id, page } = await runningKiosk();
    const at = performance.now();
    const frozen = page.evaluate(() => {
      const until = performance.now() + 4000;
      while (performance.now() < until);
    });
    const took = await timeUntil(id, '[data-pipeline=silent]', at);
    console.log(`page stopped → told: ${took.toFixed(0)} ms`);
    expect(took).toBeLessThan(PROMISED_MS);
    await watcher
      .locator(`[data-stream-id="${id}"]`)
      .getByText('Kiosk does not answer', { exact: true })
      .waitFor();
    await frozen;
    await shows(id, '[data-pipeline=running]');
    await page.context().close();
  });

  test('stalls: its camera gives no more frames', async () => {
    const { id, page } = await runningKiosk();
    await page.evaluate(() => {
      const { srcObject } = document.querySelector('video') as HTMLVideoElement;
      for (const track of (srcObject as MediaStream).getTracks()) track.stop();
    });
    const took = await timeUntil(id, '[data-pipeline=stalled]');
    console.log(`camera stopped → told: ${took.toFixed(0)} ms`);
    expect(took).toBeLessThan(PROMISED_MS);
    await page.context().close();
  });

  test('leaves: its page was closed', async () => {
    const { id, page } = await runningKiosk();
    const at = performance.now();
    const closed = page.context().close();
    const took = await timeUntil(id, '[data-online=false]', at);
    console.log(`page closed → told: ${took.toFixed(0)} ms`);
    expect(took).toBeLessThan(PROMISED_MS);
    await closed;
  });
});

test('a stream with nobody in view is not called stalled', async () => {
  const { id, page } = await runningKiosk();
  const seen = await watcher.evaluate(async (stream) => {
    const tile = document.querySelector(`[data-stream-id="${stream}"]`) as HTMLElement;
    const states = new Set<string | undefined>();
    const until = performance.now() + 5000;
    while (performance.now() < until) {
      states.add(tile.dataset.pipeline);
      await new Promise((frame) => requestAnimationFrame(frame));
    }
    return [...states];
  }, id);
  expect(seen).toEqual(['running']);
  await page.context().close();
});
