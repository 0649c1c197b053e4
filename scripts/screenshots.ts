import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { launchBrowser, openPage } from '../test/support/browser.ts';
import { makeCameraVideo } from '../test/support/camera-video.ts';
import { DRAWN_PEOPLE, drawFace } from '../test/support/drawn-face.ts';
import { enrol, startFacewireProcess } from '../test/support/facewire.ts';

/** `npm run screenshots`: the pictures of the README, taken of the running product with drawn people. */
const docs = resolve(import.meta.dirname, '../docs');
const folder = mkdtempSync(join(tmpdir(), 'facewire-screenshots-'));

const portrait = async (index: number, shift: number) => {
  const path = join(folder, `${index}-${shift}.jpg`);
  const person = DRAWN_PEOPLE[index];
  if (person) writeFileSync(path, await drawFace(person, { shift }));
  return path;
};

const server = await startFacewireProcess({ environment: { LOG_LEVEL: 'warn' } });
try {
  // The last one is a stranger.
  for (const [i, { name }] of DRAWN_PEOPLE.slice(0, -1).entries()) {
    await enrol(server, name, await Promise.all([-6, 0, 6].map((shift) => portrait(i, shift))));
  }
  const cameras = [
    { kiosk: 'Entrance', faces: [0] },
    { kiosk: 'Reception', faces: [1, 2] },
    { kiosk: 'Workshop', faces: [3] },
  ];
  const operator = await launchBrowser();
  const console = await openPage(operator, { colorScheme: 'light' });
  await console.page.goto(server.links.console);
  const browsers = [operator];
  mkdirSync(docs, { recursive: true });
  for (const { kiosk, faces } of cameras) {
    const camera = join(folder, `${kiosk}.mjpeg`);
    const photos = await Promise.all(faces.map((face) => portrait(face, 2)));
    await makeCameraVideo({ path: camera, shots: [{ photos, seconds: 4, swayPx: 4 }] });
    const browser = await launchBrowser({ camera });
    browsers.push(browser);
    const { page } = await openPage(browser, { colorScheme: kiosk === 'Entrance' ? 'dark' : 'light' });
    await page.goto((await server.addKiosk(kiosk)).url);
    const state = kiosk === 'Workshop' ? 'unknown' : 'identified';
    await page.locator(`[data-testid=label][data-state=${state}]`).first().waitFor({ timeout: 60_000 });
    await page.waitForTimeout(3000);
    if (kiosk !== 'Workshop') await page.screenshot({ path: join(docs, `kiosk-${kiosk.toLowerCase()}.png`) });
  }
  await console.page.waitForTimeout(4000);
  await console.page.screenshot({ path: join(docs, 'console.png') });
  for (const [name, shown] of Object.entries({ events: 'event', unknowns: 'unknown', people: 'person' })) {
    await console.page.goto(`${server.url}/console#/${name}`);
    await console.page.getByTestId(shown).first().waitFor({ timeout: 30_000 });
    await console.page.waitForLoadState('networkidle');
    await console.page.waitForTimeout(1000);
    await console.page.screenshot({ path: join(docs, `${name}.png`) });
  }
  await console.page.setViewportSize({ width: 390, height: 844 });
  await console.page.emulateMedia({ colorScheme: 'dark' });
  await console.page.goto(`${server.url}/console#/streams`);
  await console.page.waitForTimeout(2000);
  await console.page.screenshot({ path: join(docs, 'console-phone.png') });
  await Promise.all(browsers.map((browser) => browser.close()));
} finally {
  await server.stop();
  rmSync(folder, { recursive: true, force: true });
}
