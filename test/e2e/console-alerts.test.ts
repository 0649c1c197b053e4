import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { Alert } from '../../protocol/events.ts';
import { seriousViolations } from '../support/accessibility.ts';
import {
  type ConsoleScene,
  createConsoleScene,
  makeSighting,
  makeStream,
  uuid,
} from '../support/console-scene.ts';
import { problem } from '../support/scripted-server.ts';
import { waitFor } from '../support/wait-for.ts';

const PHONE = { viewport: { width: 390, height: 844 }, isMobile: true, hasTouch: true };
const NOTE = 'Call the shift leader.';

function makeAlert(n: number, name = `Person ${n}`): Alert {
  return {
    id: uuid(500 + n),
    at: new Date().toISOString(),
    note: NOTE,
    sighting: makeSighting(n, { state: 'identified', name, personId: uuid(1000 + n), confidence: 0.95 }),
    acknowledged: null,
  };
}

/** Counts the tones that the page makes, from before it loads. */
async function countTones(page: Page): Promise<() => Promise<number>> {
  const script = () => {
    const counted = Object.assign(globalThis, { tones: 0 });
    globalThis.OscillatorNode = class extends OscillatorNode {
      override start(when?: number): void {
        counted.tones++;
        super.start(when);
      }
    };
  };
  await page.addInitScript(script);
  await page.evaluate(script);
  return () => page.evaluate(() => (globalThis as unknown as { tones: number }).tones);
}

describe('console: alerts of the watch list', () => {
  let scene: ConsoleScene;
  beforeAll(async () => {
    scene = await createConsoleScene();
  });
  afterEach(() => scene.clear());
  afterAll(() => scene.close());

  it('sounds once for each that is raised; not for what a reconnect, a reload or a replay tells again', async () => {
    const { server, page } = await scene.open({ hash: '#/people' });
    server.answer('GET /people', { body: { people: [], total: 0, hiddenToo: 0 } });
    const tones = await countTones(page);
    const rows = page.getByTestId('alert');
    server.notify('alertRaised', makeAlert(1, 'Ann Archer'));
    await rows.waitFor();
    expect(await rows.textContent()).toContain('Watch list: Ann Archer');
    expect(await rows.textContent()).toContain(NOTE);
    expect(await page.title()).toMatch(/^\(1\) /);
    // Nobody has pressed anything yet: the page says why it is silent, and makes up for it.
    await page.getByText('No sound yet').waitFor();
    expect(await tones()).toBe(0);
    await page.getByRole('heading', { level: 1 }).click();
    await page.getByText('No sound yet').waitFor({ state: 'detached' });
    expect(await tones()).toBe(4);

    server.notify('alertRaised', makeAlert(1, 'Ann Archer'));
    server.notify('alertRaised', makeAlert(2));
    await waitFor(async () => (await tones()) === 8, { what: 'the sound of the second' });
    expect(await rows.count()).toBe(2);

    server.snapshot = { ...server.snapshot, alerts: [makeAlert(3), makeAlert(2), makeAlert(1)] };
    const back = server.subscribed();
    server.setReachable(false);
    await page.getByText('Connection lost').first().waitFor();
    server.setReachable(true);
    await page.getByRole('button', { name: 'Connect now' }).click();
    await back;
    await rows.nth(2).waitFor();
    server.notify('alertRaised', makeAlert(3));
    server.notify('alertRaised', makeAlert(4));
    await waitFor(async () => (await tones()) === 12, { what: 'the sound of the fourth, and of no other' });

    const again = server.subscribed();
    await page.reload();
    await again;
    await rows.nth(2).waitFor();
    expect(await page.title()).toMatch(/^\(3\) /);
    await page.getByRole('heading', { level: 1 }).click();
    expect(await tones()).toBe(0);

    await page.getByRole('button', { name: 'Mute alerts' }).click();
    server.notify('alertRaised', makeAlert(5));
    await page.getByRole('button', { name: '1 more' }).waitFor();
    const third = server.subscribed();
    await page.reload();
    await third;
    await page.getByRole('button', { name: 'Mute alerts', pressed: true }).waitFor();
    expect(await tones()).toBe(0);
  });

  it.each([
    ['desktop', { viewport: { width: 1280, height: 800 } }],
    ['phone, dark', { ...PHONE, colorScheme: 'dark' as const }],
  ])('is seen to by one, and gone for all; shows the sighting and the list: %s', async (_, size) => {
    const [first, second] = [makeAlert(1, 'Ann Archer'), makeAlert(2)];
    const acknowledged = { by: 'guard:ab12', at: new Date().toISOString() };
    let away = true;
    const { server, page } = await scene.open({
      role: 'guard',
      page: size,
      hash: '#/events',
      prepare: (scripted) => {
        scripted.snapshot = { streams: [makeStream(1)], sightings: [], people: 2, alerts: [first, second] };
        scripted.answer(`POST /alerts/${first.id}/acknowledgement`, () =>
          away
            ? problem('database-unavailable', 'The database is away.')
            : { body: { ...first, acknowledged } },
        );
        scripted.answer('GET /alerts', { body: { alerts: [{ ...makeAlert(3), acknowledged }] } });
        scripted.answer('GET /watch-list', {
          body: {
            people: [{ id: uuid(1001), name: 'Ann Archer', watch: { note: NOTE, by: 'x', at: first.at } }],
          },
        });
      },
    });
    const rows = page.getByTestId('alert');
    await rows.nth(1).waitFor();
    expect(await seriousViolations(page)).toEqual([]);
    expect(await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)).toBeLessThanOrEqual(
      0,
    );
    await page.getByRole('button', { name: 'Acknowledge the alert of Ann Archer' }).click();
    await page.getByText('The alert could not be acknowledged').waitFor();
    expect(await rows.count()).toBe(2);
    away = false;
    await page.getByRole('button', { name: 'Acknowledge the alert of Ann Archer' }).click();
    await waitFor(async () => (await rows.count()) === 1, { what: 'the first being gone' });
    await rows.getByRole('button', { name: 'Show' }).click();
    await page.getByTestId('sighting').getByText('Person 2').first().waitFor();
    await page.keyboard.press('Escape');
    // Somebody else was first.
    server.notify('alertChanged', { ...second, acknowledged });
    await waitFor(async () => (await rows.count()) === 0, { what: 'none being left' });
    await waitFor(async () => !(await page.title()).includes('('), { what: 'the title to count no alert' });

    await page.getByRole('button', { name: 'Alerts', exact: true }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByText('Acknowledged by guard:ab12').waitFor();
    await dialog.getByText('No open alert.').waitFor();
    expect(await dialog.getByRole('link', { name: 'Ann Archer' }).getAttribute('href')).toContain(uuid(1001));
    expect(await seriousViolations(page)).toEqual([]);
  });
});
