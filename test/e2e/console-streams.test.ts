import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { seriousViolations } from '../support/accessibility.ts';
import {
  type ConsoleScene,
  createConsoleScene,
  makeLabel,
  makeStream,
  uuid,
} from '../support/console-scene.ts';
import { waitFor } from '../support/wait-for.ts';

describe('console: streams', () => {
  let scene: ConsoleScene;
  beforeAll(async () => {
    scene = await createConsoleScene();
  });
  afterEach(() => scene.clear());
  afterAll(() => scene.close());

  const withStreams = (count: number, more: Parameters<typeof makeStream>[1] = {}) => ({
    prepare: (server: { snapshot: unknown }) => {
      server.snapshot = {
        streams: Array.from({ length: count }, (_, i) => makeStream(i + 1, more)),
        sightings: [],
        people: 3,
      };
    },
  });

  it('says how to add a kiosk while there is none: to an admin with the way there, to an operator whom to ask', async () => {
    const admin = await scene.open();
    await admin.page.getByRole('link', { name: 'Add a kiosk' }).click();
    expect(new URL(admin.page.url()).hash).toBe('#/admin');
    const operator = await scene.open({ role: 'operator' });
    await operator.page.getByText('Ask an administrator').waitFor();
    expect(await operator.page.getByRole('link', { name: 'Admin' }).count()).toBe(0);
    expect(operator.problems).toEqual([]);
  });

  it('names a face on its stream, and corrects the name in place', async () => {
    const { server, page, problems } = await scene.open(withStreams(2));
    server.notify('streamLabel', makeLabel());
    const tile = page.locator(`[data-testid=stream][data-stream-id="${uuid(1)}"]`);
    const label = tile.getByTestId('stream-label');
    await label.and(page.locator('[data-state=looking]')).waitFor();
    server.notify(
      'streamLabel',
      makeLabel({
        sequence: 2,
        state: 'identified',
        personId: uuid(9),
        name: 'Ada Lovelace',
        confidence: 0.98,
      }),
    );
    await label.getByText('Ada Lovelace').waitFor();
    expect(await label.getAttribute('data-person-id')).toBe(uuid(9));
    expect(await label.getAttribute('data-track')).toBe('1');
    expect(await label.textContent()).toContain('98 %');
    expect(await tile.getByTestId('stream-label').count()).toBe(1);
    expect(await page.getByTestId('stream').nth(1).getByTestId('stream-label').count()).toBe(0);

    const crop = tile.locator('img.crop');
    await waitFor(async () => crop.evaluate((img: HTMLImageElement) => img.naturalWidth === 112), {
      what: 'the crop',
    });
    expect((await crop.boundingBox())?.width).toBeGreaterThan(64);
    expect(problems).toEqual([]);
  });

  it('removes a face when its track ends, or when five seconds bring no news', async () => {
    const { server, page } = await scene.open(withStreams(1));
    server.notify('streamLabel', makeLabel({ track: 1 }));
    server.notify('streamLabel', makeLabel({ track: 2, box: { x: 0.1, y: 0.3, width: 0.1, height: 0.2 } }));
    await waitFor(async () => (await page.getByTestId('stream-label').count()) === 2, { what: 'two labels' });
    server.notify('trackEnded', { stream: uuid(1), track: 1 });
    await waitFor(async () => (await page.getByTestId('stream-label').count()) === 1, { what: 'one label' });
    await waitFor(async () => (await page.getByTestId('stream-label').count()) === 0, { what: 'no label' });
    await page.getByText('Nobody in view').waitFor();
    expect(await page.getByTestId('stream').getAttribute('data-online')).toBe('true');
  });

  it('says since when a stream is offline, and takes a revoked one away', async () => {
    const { server, page } = await scene.open(withStreams(2));
    await page.getByTestId('stream').first().waitFor();
    server.notify('stream', makeStream(1, { online: false }));
    const tile = page.locator('[data-testid=stream][data-online=false]');
    await tile.getByText(/Offline since \d/).waitFor();
    server.notify('streamRemoved', { id: uuid(1) });
    await tile.waitFor({ state: 'detached' });
    expect(await page.getByTestId('stream').count()).toBe(1);
  });

  it('opens the way of a crop stage by stage, and a stream enlarged', async () => {
    const { server, page } = await scene.open(withStreams(1));
    server.notify('streamLabel', makeLabel());
    await page.getByLabel('Latency 51 ms').click();
    const stages = page.locator('.latency__panel li');
    expect(await stages.allTextContents()).toEqual([
      ...['camera10 ms', 'detect30 ms', 'align1.2 ms', 'uplink2.0 ms', 'sfu0.3 ms', 'ingest0.2 ms'],
      ...['queue1.0 ms', 'embed5.5 ms', 'match0.2 ms', 'capture to label51 ms'],
    ]);
    await page.keyboard.press('Escape');
    await waitFor(async () => (await stages.count()) === 0, { what: 'the panel to close' });
    await page.getByRole('button', { name: 'Door 1', exact: true }).click();
    await page.getByRole('dialog', { name: 'Door 1' }).getByText('capture to label').waitFor();
    await page.keyboard.press('Escape');
    await waitFor(async () => (await page.getByRole('dialog').count()) === 0, {
      what: 'the dialog to close',
    });
  });

  it('is driven by the keyboard: help, search, arrows', async () => {
    const { page } = await scene.open(withStreams(12));
    await page.getByTestId('stream').first().waitFor();
    await page.keyboard.press('?');
    await page.getByRole('dialog', { name: 'Keyboard' }).waitFor();
    await page.keyboard.press('Escape');
    const focused = () => page.evaluate(() => document.activeElement?.textContent);
    await page.getByRole('button', { name: 'Door 1', exact: true }).focus();
    await page.keyboard.press('ArrowRight');
    expect(await focused()).toBe('Door 2');
    await page.keyboard.press('ArrowDown');
    const columns = Number(await page.locator('.tiles').getAttribute('data-columns'));
    expect(await focused()).toBe(`Door ${2 + columns}`);
    await page.keyboard.press('End');
    expect(await focused()).toBe('Door 12');
    await page.keyboard.press('/');
    await page.keyboard.type('door 7');
    await waitFor(async () => (await page.getByTestId('stream').count()) === 1, { what: 'one match' });
    await page.keyboard.press('Escape');
    await waitFor(async () => (await page.getByTestId('stream').count()) === 12, { what: 'all again' });
  });

  it('says what keeps a stream from being live and for how long, and that nobody in view is nothing of that kind', async () => {
    const { server, page, problems } = await scene.open(withStreams(2));
    const tile = page.locator(`[data-stream-id="${uuid(1)}"]`);
    await tile.getByText('Nobody in view').waitFor();
    for (const [pipeline, text] of [
      ['stalled', 'Picture stands still'],
      ['silent', 'Kiosk does not answer'],
      ['no-camera', 'No camera'],
      ['failed', 'Detection did not start'],
    ] as const) {
      server.notify('stream', makeStream(1, { pipeline }));
      await tile.locator('.frame__empty', { hasText: text }).waitFor();
      await tile.locator('.tile__facts', { hasText: new RegExp(`${text} for \\d+ s`) }).waitFor();
    }
    expect(await seriousViolations(page)).toEqual([]);
    server.notify('stream', makeStream(1));
    await tile.getByText('Nobody in view').waitFor();
    await tile.locator('.tile__facts').getByText('Online').waitFor();
    expect(problems).toEqual([]);
  });

  it('finds a stream by camera, place, or who is in view, and by state and place', async () => {
    const { server, page } = await scene.open({
      prepare: (scripted) => {
        scripted.snapshot = {
          streams: [
            makeStream(1, { name: 'Gate', place: 'Yard' }),
            makeStream(2, { name: 'Lobby', place: 'House' }),
            makeStream(3, { name: 'Attic', place: 'House', online: false }),
          ],
          sightings: [],
          people: 3,
        };
      },
    });
    const names = () => page.getByTestId('stream').locator('.tile__open').allTextContents();
    const shows = (...expected: string[]) =>
      waitFor(async () => (await names()).join() === expected.join(), { what: expected.join() });
    await shows('Attic', 'Gate', 'Lobby');
    server.notify('streamLabel', makeLabel({ stream: uuid(2), state: 'identified', name: 'Ada Lovelace' }));
    await page.keyboard.press('/');
    await page.keyboard.type('ada');
    await shows('Lobby');
    server.notify('trackEnded', { stream: uuid(2), track: 1 });
    await page.getByText('Nothing matches “ada”').waitFor();
    await page.keyboard.press('Escape');
    await page.getByLabel('Show').selectOption('Offline');
    await shows('Attic');
    await page.getByLabel('Show').selectOption('People in view');
    await page.getByText('No stream is like that now').waitFor();
    server.notify('streamLabel', makeLabel({ stream: uuid(1) }));
    await shows('Gate');
    await page.getByLabel('Show').selectOption('All');
    await page.getByLabel('Place', { exact: true }).selectOption('House');
    await shows('Attic', 'Lobby');
  });

  it('pins streams first and large, by button and key, and remembers them', async () => {
    const { page } = await scene.open(withStreams(9));
    const first = page.getByTestId('stream').first();
    const width = async (of: typeof first) => (await of.boundingBox())?.width ?? 0;
    await page.getByRole('button', { name: 'Door 5', exact: true }).focus();
    await page.keyboard.press('p');
    await waitFor(async () => (await first.getAttribute('data-stream-id')) === uuid(5), { what: 'the pin' });
    expect(await width(first)).toBeGreaterThan(1.9 * (await width(page.getByTestId('stream').nth(1))));
    await page.reload();
    await waitFor(async () => (await first.getAttribute('data-stream-id')) === uuid(5), { what: 'it again' });
    await page.getByRole('button', { name: 'Unpin Door 5' }).click();
    await waitFor(async () => (await first.getAttribute('data-stream-id')) === uuid(1), { what: 'no pin' });
  });

  it('fills the screen with all streams and with one, by key', async () => {
    const { page } = await scene.open(withStreams(4));
    const filled = () => page.evaluate(() => document.fullscreenElement?.className ?? 'none');
    const isFilled = (by: string) => waitFor(async () => (await filled()) === by, { what: `full: ${by}` });
    await page.getByTestId('stream').first().waitFor();
    await page.keyboard.press('f');
    await isFilled('');
    await waitFor(async () => !(await page.getByRole('navigation').isVisible()), { what: 'tiles alone' });
    await page.keyboard.press('f');
    await isFilled('none');
    await page.getByRole('button', { name: 'Door 1', exact: true }).focus();
    await page.keyboard.press('Enter');
    await page.getByRole('dialog', { name: 'Door 1' }).waitFor();
    await page.keyboard.press('f');
    await isFilled('enlarged__picture');
    await page.keyboard.press('f');
    await isFilled('none');
    await page.getByRole('button', { name: 'Pin', exact: true }).click();
    await page.getByRole('button', { name: 'Unpin', exact: true }).waitFor();
  });

  it.each([1, 4, 9, 16, 30])('fits %i streams on a desktop’s screen without scrolling', async (count) => {
    const { page } = await scene.open({
      ...withStreams(count),
      page: { viewport: { width: 1920, height: 1080 } },
    });
    const last = page.getByTestId('stream').nth(count - 1);
    await last.waitFor();
    const box = await last.boundingBox();
    expect((box?.y ?? 0) + (box?.height ?? 0)).toBeLessThanOrEqual(1080);
    expect(box?.width).toBeGreaterThan(120);
  });

  it('keeps 64 streams legible on a phone: two beside each other, and the page scrolls', async () => {
    const { page, problems } = await scene.open({
      ...withStreams(64, { pipeline: 'silent' }),
      page: { viewport: { width: 390, height: 844 }, isMobile: true, hasTouch: true },
    });
    await page.getByTestId('stream').nth(63).waitFor();
    expect(await page.locator('.tiles').getAttribute('data-columns')).toBe('2');
    expect((await page.getByTestId('stream').first().boundingBox())?.width).toBeGreaterThan(150);
    expect(await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)).toBeLessThanOrEqual(
      0,
    );
    expect(await seriousViolations(page)).toEqual([]);
    await page.getByRole('button', { name: 'Door 1', exact: true }).click();
    await page.getByRole('dialog', { name: 'Door 1' }).waitFor();
    expect(problems).toEqual([]);
  });

  it('says that it is not live when the server is gone, and goes on when it is back', async () => {
    const { server, page } = await scene.open(withStreams(1));
    await page.locator('[data-testid=connection][data-state=online]').waitFor();
    server.setReachable(false);
    await page.locator('[data-testid=connection][data-state=offline]').waitFor();
    await page.getByText('Not live').waitFor();
    server.setReachable(true);
    server.snapshot = { streams: [makeStream(1), makeStream(2)], sightings: [], people: 3 };
    await page.locator('[data-testid=connection][data-state=online]').waitFor();
    await waitFor(async () => (await page.getByTestId('stream').count()) === 2, { what: 'the new snapshot' });
    expect(await page.getByText('Not live').count()).toBe(0);
  });

  it('stays smooth and bounded with 30 streams of 5 labels a second', async () => {
    const { server, page, problems } = await scene.open(withStreams(30));
    await page.getByTestId('stream').nth(29).waitFor();
    const session = await page.context().newCDPSession(page);
    // CPU time rather than wall time: other tests may be running beside this one.
    await session.send('Performance.enable', { timeDomain: 'threadTicks' });
    const busySeconds = async () => {
      const { metrics } = await session.send('Performance.getMetrics');
      return metrics.find(({ name }) => name === 'TaskDuration')?.value ?? Number.NaN;
    };
    const [busyBefore, startedAt] = [await busySeconds(), Date.now()];
    // Each second a new track on every stream, so that old ones have to go.
    for (let round = 0; round < 30; round++) {
      for (let n = 1; n <= 30; n++) {
        const track = Math.floor(round / 5);
        const x = 0.1 + 0.12 * (track % 5);
        const box = { x, y: 0.3, width: 0.12, height: 0.2 };
        const name = `Person ${round}`;
        server.notify(
          'streamLabel',
          makeLabel({
            stream: uuid(n),
            track,
            sequence: round,
            box,
            state: 'identified',
            personId: uuid(5),
            name,
            confidence: 0.9,
          }),
        );
      }
      await new Promise((done) => setTimeout(done, 200));
    }
    await page.getByText('Person 29').nth(29).waitFor();
    const busy = ((await busySeconds()) - busyBefore) / ((Date.now() - startedAt) / 1000);
    console.log(`30 streams × 5 labels/s: ${(100 * busy).toFixed(0)} % of a core on the page’s main thread`);
    expect(busy).toBeLessThan(0.5);
    expect(await page.getByTestId('stream-label').count()).toBeLessThanOrEqual(30 * 6);
    expect(problems).toEqual([]);
  });
});
