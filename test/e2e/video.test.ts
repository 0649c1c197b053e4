import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { launchBrowser, openPage } from '../support/browser.ts';
import { makeCameraVideo, NUMBER_BITS, SWAY_FRAMES } from '../support/camera-video.ts';
import { facesMissing, peopleWithPhotos } from '../support/faces.ts';
import { enrol, startFacewireProcess, type TestServer } from '../support/facewire.ts';

vi.setConfig({ testTimeout: 120_000 });
if (facesMissing) console.warn(`the test of live video is skipped: ${facesMissing}`);

describe.skipIf(facesMissing)('live video', () => {
  const dir = mkdtempSync(join(tmpdir(), 'facewire-video-'));
  let server: TestServer;
  let browser: Browser;
  let kiosk: Page;
  let watcher: Page;
  let id: string;
  let name: string;
  let problems: string[];

  const allow = async (video: boolean) =>
    expect((await server.api('PATCH', `/kiosks/${id}`, { policy: { video } })).status).toBe(200);

  beforeAll(async () => {
    server = await startFacewireProcess();
    const [person] = peopleWithPhotos(4);
    name = person?.name ?? '';
    await enrol(server, name, (person?.photos ?? []).slice(1, 4));
    const camera = join(dir, 'camera.mjpeg');
    await makeCameraVideo({
      path: camera,
      shots: [{ photos: (person?.photos ?? []).slice(0, 1), seconds: 4, swayPx: 60 }],
      numbered: true,
    });
    browser = await launchBrowser({ camera });
    const added = await server.addKiosk('Door');
    id = added.id;
    kiosk = (await openPage(browser)).page;
    await kiosk.addInitScript(rememberSockets);
    await kiosk.goto(added.url);
    const opened = await openPage(browser);
    ({ page: watcher, problems } = opened);
    await watcher.goto(server.links.console);
    await watcher.locator(`[data-stream-id="${id}"][data-pipeline=running]`).waitFor({ timeout: 60_000 });
  }, 180_000);

  afterAll(async () => {
    await browser?.close();
    await server?.stop();
    rmSync(dir, { recursive: true, force: true });
  });

  const tile = () => watcher.locator(`[data-stream-id="${id}"]`);
  const videoTile = () => tile().getByTestId('stream-video');

  test('is off until an admin allows it, then reaches the console with the names over it, and the kiosk says so', async () => {
    await tile().getByTestId('stream-label').first().waitFor();
    expect(await videoTile().count()).toBe(0);
    expect(await kiosk.getByTestId('on-air').count()).toBe(0);

    await allow(true);
    await kiosk.getByTestId('on-air').waitFor();
    await videoTile().waitFor();
    await tile().locator('[data-testid=video-label][data-state=identified]').getByText(name).waitFor({
      timeout: 60_000,
    });
    const seen = await videoTile().evaluate(watchVideo, 4000);
    console.log(
      `video ${seen.width} × ${seen.height}, ${seen.perSecond.toFixed(1)} frames/s; capture time known for ` +
        `${(100 * seen.timed).toFixed(0)} % of the frames; shown ${seen.age.toFixed(0)} ms after capture`,
    );
    expect(seen.width).toBeGreaterThan(160);
    expect(seen.perSecond).toBeGreaterThan(2);
    // A test pattern or a black frame has no such range of brightness.
    expect(seen.contrast).toBeGreaterThan(60);
  });

  test('draws each box over the frame that it belongs to', async () => {
    await kiosk.bringToFront();
    // Up to three looks: on a machine that other tests slow down meanwhile, a frame's way is not always the same.
    for (let look = 1; ; look++) {
      const seen = await videoTile().evaluate(watchBoxes, { ms: 8000, bits: NUMBER_BITS });
      const { lagMs, swayShare, errorShare } = lagOf(seen);
      console.log(
        `boxes over ${seen.length} frames: ${lagMs.toFixed(0)} ms behind their frame, sway of ` +
          `${(100 * swayShare).toFixed(1)} % of the width, otherwise off by ${(100 * errorShare).toFixed(2)} %`,
      );
      // 0 ms were measured on a quiet machine, −37 to 30 on one with ten times more to do than it has cores; there 136
      // where every frame waits equally long, and 113 on a quiet one where none waits for its boxes.
      if (look < 3 && !(seen.length > 20 && swayShare > 0.05 && Math.abs(lagMs) < 90)) continue;
      expect(seen.length).toBeGreaterThan(20);
      expect(swayShare).toBeGreaterThan(0.05);
      expect(Math.abs(lagMs)).toBeLessThan(90);
      break;
    }
  });

  test('is there again on the console after the kiosk’s signalling has dropped', async () => {
    const offline = tile().and(watcher.locator('[data-online=false]')).waitFor();
    await kiosk.evaluate(() => (window as Remembered).sockets?.at(-1)?.close());
    await offline;
    await tile().and(watcher.locator('[data-online=true]')).waitFor();
    await tile().locator('[data-testid=stream-video][data-playing=true]').waitFor({ timeout: 30_000 });
  });

  test('ends at once when the policy forbids it again', async () => {
    await allow(false);
    await kiosk.getByTestId('on-air').waitFor({ state: 'detached', timeout: 3000 });
    await videoTile().waitFor({ state: 'detached', timeout: 3000 });
    await tile().getByTestId('stream-label').first().waitFor();
    expect(problems).toEqual([]);
  });

  test('has a name on the kiosk soon after a warm load of the page', async () => {
    const load = async (): Promise<number> => {
      const startedAt = performance.now();
      await kiosk.reload({ waitUntil: 'commit' });
      await kiosk.locator('[data-testid=face][data-state=identified]').waitFor();
      const ms = performance.now() - startedAt;
      const navigation = await kiosk.evaluate(
        () => (performance.getEntriesByType('navigation')[0] as PerformanceNavigationTiming).domInteractive,
      );
      console.log(`warm load of the kiosk: page ${navigation.toFixed(0)} ms, first name ${ms.toFixed(0)} ms`);
      return ms;
    };
    // The target is 3 s; a machine that runs other tests beside this one is given twice that, and three loads.
    let ms = await load();
    for (let more = 2; more > 0 && ms >= 6000; more--) ms = await load();
    expect(ms).toBeLessThan(6000);
  });
});

type SeenBox = { frame: number; centre: number };

/** Runs in the page: the number that each frame of the video shows, and where the box is that is drawn over it. */
async function watchBoxes(video: Element, { ms, bits }: { ms: number; bits: number }): Promise<SeenBox[]> {
  const element = video as HTMLVideoElement;
  const seen: SeenBox[] = [];
  const canvas = new OffscreenCanvas(4 * bits, 30);
  const context = canvas.getContext('2d', { willReadFrequently: true }) as OffscreenCanvasRenderingContext2D;
  const look = (): void => {
    context.drawImage(element, 0, 0, canvas.width, canvas.height);
    const { data } = context.getImageData(0, 0, canvas.width, 1);
    let frame = 0;
    for (let bit = 0; bit < bits; bit++) if ((data[4 * (4 * bit + 2)] ?? 0) > 127) frame |= 1 << bit;
    // After the frame's boxes were drawn.
    setTimeout(() => {
      const box = element.parentElement?.querySelector<HTMLElement>('[data-testid=video-label]')?.style;
      if (box) seen.push({ frame, centre: (parseFloat(box.left) + parseFloat(box.width) / 2) / 100 });
    });
    element.requestVideoFrameCallback(look);
  };
  element.requestVideoFrameCallback(look);
  await new Promise((done) => setTimeout(done, ms));
  return seen;
}

/**
 * How far the boxes are behind the frames: the face sways by a sine of the frame's number, so the phase of the boxes'
 * sine is the delay (least squares of centre = mean + a · sin + b · cos).
 * @returns amplitude and what the sine leaves over (rms) as shares of the frame's width
 */
function lagOf(seen: readonly SeenBox[]): { lagMs: number; swayShare: number; errorShare: number } {
  const rows = seen.map(({ frame, centre }) => {
    const angle = (2 * Math.PI * frame) / SWAY_FRAMES;
    return { s: Math.sin(angle), c: Math.cos(angle), centre };
  });
  const mean = (of: (row: (typeof rows)[number]) => number) =>
    rows.reduce((sum, row) => sum + of(row), 0) / rows.length;
  const [ms, mc, mx] = [mean((r) => r.s), mean((r) => r.c), mean((r) => r.centre)];
  const [ss, cc, sc] = [
    mean((r) => (r.s - ms) ** 2),
    mean((r) => (r.c - mc) ** 2),
    mean((r) => (r.s - ms) * (r.c - mc)),
  ];
  const [sx, cx] = [mean((r) => (r.s - ms) * (r.centre - mx)), mean((r) => (r.c - mc) * (r.centre - mx))];
  const determinant = ss * cc - sc * sc;
  const a = (sx * cc - cx * sc) / determinant;
  const b = (cx * ss - sx * sc) / determinant;
  const error = mean((r) => (r.centre - mx - a * (r.s - ms) - b * (r.c - mc)) ** 2);
  const frames = (Math.atan2(-b, a) / (2 * Math.PI)) * SWAY_FRAMES;
  return { lagMs: (frames * 1000) / 30, swayShare: Math.hypot(a, b), errorShare: Math.sqrt(error) };
}

type Remembered = Window & { sockets?: WebSocket[] };

/** Runs in the page before its scripts: so that a test can cut its sockets off. */
function rememberSockets(): void {
  const sockets: WebSocket[] = [];
  (window as Remembered).sockets = sockets;
  window.WebSocket = class extends WebSocket {
    constructor(url: string | URL, protocols?: string | string[]) {
      super(url, protocols);
      sockets.push(this);
    }
  };
}

/** Runs in the page: looks at the frames of a video for a while. */
async function watchVideo(video: Element, ms: number) {
  const element = video as HTMLVideoElement;
  const until = performance.now() + ms;
  let [frames, timed, age] = [0, 0, 0];
  await new Promise<void>((done) => {
    const timer = setTimeout(done, ms + 3000);
    const next = (now: number, { captureTime }: VideoFrameCallbackMetadata) => {
      frames++;
      if (captureTime !== undefined) {
        timed++;
        age += now - captureTime;
      }
      if (performance.now() < until) element.requestVideoFrameCallback(next);
      else {
        clearTimeout(timer);
        done();
      }
    };
    element.requestVideoFrameCallback(next);
  });
  const canvas = new OffscreenCanvas(64, 48);
  const context = canvas.getContext('2d') as OffscreenCanvasRenderingContext2D;
  context.drawImage(element, 0, 0, 64, 48);
  const { data } = context.getImageData(0, 0, 64, 48);
  const greens = Array.from({ length: 64 * 48 }, (_, i) => data[4 * i + 1] ?? 0);
  return {
    width: element.videoWidth,
    height: element.videoHeight,
    perSecond: frames / (ms / 1000),
    timed: frames === 0 ? 0 : timed / frames,
    age: timed === 0 ? Number.NaN : age / timed,
    contrast: Math.max(...greens) - Math.min(...greens),
  };
}
