import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { promisify } from 'node:util';
import { Transformer } from '@napi-rs/image';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { benchCrops } from '../bench/crops.ts';
import { launchBrowser } from '../support/browser.ts';
import { startFacewireProcess, type TestServer } from '../support/facewire.ts';
import { openWire } from '../support/wire-driver.ts';

let server: TestServer;
let browser: Browser;
let jpeg: string;
let made = 0;
let kiosk: Awaited<ReturnType<typeof openWire>>;

beforeAll(async () => {
  server = await startFacewireProcess({ environment: { LOG_LEVEL: 'warn', CROPS_PER_SECOND: '20' } });
  browser = await launchBrowser();
  jpeg = ((await benchCrops(1))[0] as Buffer).toString('base64');
}, 120_000);
afterAll(async () => {
  await browser.close();
  await server.stop();
});
beforeEach(async () => {
  const { url } = await server.addKiosk(`Kiosk ${++made}`);
  kiosk = await openWire({ browser, server, kioskLink: url });
}, 60_000);

/** How often crops were dropped for this reason, over all kiosks. */
async function dropped(reason: string): Promise<number> {
  const text = await (await server.api('GET', '/metrics')).text();
  return [...text.matchAll(/^facewire_crops_dropped_total\{[^}]*reason="([^"]+)"[^}]*\} (\d+)/gm)]
    .filter(([, why]) => why === reason)
    .reduce((sum, [, , count]) => sum + Number(count), 0);
}

const labels = () => kiosk.wire.evaluate((wire) => wire.labels.map(({ sequence }) => sequence));
const ended = () => kiosk.wire.evaluate((wire) => wire.ended);
const send = (messages: string[]) => kiosk.wire.evaluate((wire, raw) => wire.sendRaw(raw), messages);
const encode = (options: { sequence: number; ageMs?: number; jpeg?: string }) =>
  kiosk.wire.evaluate((wire, argument) => wire.encode(argument), { jpeg, track: 1, ...options });

describe('a kiosk that sends what it should not', () => {
  test('garbage is told and counted, and too much of it ends the session', async () => {
    const before = await dropped('format');
    await send(Array.from({ length: 12 }, () => randomBytes(300).toString('base64')));
    await expect.poll(() => dropped('format')).toBe(before + 12);
    await expect
      .poll(() => kiosk.wire.evaluate((wire) => wire.errors[0]))
      .toMatchObject({
        code: 'bad-crop',
        message: expect.stringContaining('FWC1'),
      });
    expect(await ended()).toBeUndefined();
    // Past the rate limit of a second, so that each counts.
    await new Promise((done) => setTimeout(done, 1100));
    await send(Array.from({ length: 12 }, () => randomBytes(300).toString('base64')));
    await expect.poll(ended).toBe('misbehaving');
  });

  test('a replayed crop is counted and not answered a second time', async () => {
    const before = await dropped('replayed');
    const crop = await encode({ sequence: 1 });
    await send([crop]);
    await expect.poll(labels).toEqual([1]);
    await send([crop, crop]);
    await expect.poll(() => dropped('replayed')).toBe(before + 2);
    expect(await labels()).toEqual([1]);
  });

  test('a crop from long ago is dropped as late', async () => {
    const before = await dropped('late');
    await new Promise((done) => setTimeout(done, 2500));
    await send([await encode({ sequence: 1, ageMs: 2300 })]);
    await expect.poll(() => dropped('late')).toBe(before + 1);
  });

  test('a flood is cut to the rate limit, and the server goes on answering', async () => {
    const before = await dropped('rate');
    const crops = await Promise.all(Array.from({ length: 100 }, (_, i) => encode({ sequence: i + 1 })));
    await send(crops);
    await expect.poll(() => dropped('rate')).toBeGreaterThan(before + 50);
    await new Promise((done) => setTimeout(done, 1100));
    await send([await encode({ sequence: 500 })]);
    await expect.poll(labels).toContain(500);
  });

  test('a JPEG that unpacks to a huge picture is not unpacked', async () => {
    const before = await dropped('undecodable');
    const side = 6000;
    const bomb = await Transformer.fromRgbaPixels(new Uint8Array(side * side * 4), side, side).jpeg(1);
    // All of it would be too long a message; the start holds the size, and is what a decoder would act on.
    const start = bomb.subarray(0, 30_000).toString('base64');
    await send([await encode({ sequence: 1, jpeg: start })]);
    await expect.poll(() => dropped('undecodable')).toBe(before + 1);
    await send([await encode({ sequence: 2 })]);
    await expect.poll(labels).toEqual([2]);
  });

  test('a JPEG that breaks off is counted as undecodable', async () => {
    const before = await dropped('undecodable');
    const broken = Buffer.from(jpeg, 'base64').subarray(0, 200).toString('base64');
    await send([await encode({ sequence: 1, jpeg: broken })]);
    await expect.poll(() => dropped('undecodable')).toBe(before + 1);
  });

  test('a Redis that hangs costs the crops of that time, not the server', async () => {
    const { stdout } = await promisify(execFile)('pgrep', ['-P', String(server.process.pid), 'redis-server']);
    const redis = Number(stdout);
    process.kill(redis, 'SIGSTOP');
    await send([await encode({ sequence: 1 })]);
    await new Promise((done) => setTimeout(done, 3000));
    process.kill(redis, 'SIGCONT');
    await expect
      .poll(
        async () => {
          await send([await encode({ sequence: Date.now() % 2 ** 31 })]);
          return (await labels()).length;
        },
        { timeout: 10_000, interval: 500 },
      )
      .toBeGreaterThan(0);
  }, 30_000);

  test('a revoked kiosk is cut off at once, and its cookie lets it in no more', async () => {
    const { kiosks } = (await (await server.api('GET', '/kiosks')).json()) as {
      kiosks: { id: string; name: string }[];
    };
    const mine = kiosks.find(({ name }) => name === `Kiosk ${made}`);
    expect((await server.api('DELETE', `/kiosks/${mine?.id}`)).status).toBe(204);
    await expect.poll(ended).toBe('revoked');
    const status = await kiosk.page.evaluate(async () => (await fetch('/auth/session?client=kiosk')).status);
    expect(status).toBe(401);
  });
});
