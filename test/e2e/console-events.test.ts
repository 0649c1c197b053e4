import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import {
  type ConsoleScene,
  createConsoleScene,
  makeSighting,
  makeStream,
  uuid,
} from '../support/console-scene.ts';
import { problem } from '../support/scripted-server.ts';
import { waitFor } from '../support/wait-for.ts';

const ADA = { state: 'identified', personId: uuid(9), name: 'Ada Lovelace', confidence: 0.97 } as const;

describe('console: events', () => {
  let scene: ConsoleScene;
  beforeAll(async () => {
    scene = await createConsoleScene();
  });
  afterEach(() => scene.clear());
  afterAll(() => scene.close());

  it('asks the server for who, where and when, and adds what happens meanwhile on top', async () => {
    const asked: URLSearchParams[] = [];
    const { server, page, problems } = await scene.open({
      hash: '#/events',
      prepare: (scripted) => {
        scripted.snapshot = { streams: [makeStream(1), makeStream(2)], sightings: [], people: 1 };
        scripted.answer('GET /sightings', ({ url }) => {
          asked.push(url.searchParams);
          const first = [makeSighting(1, { ...ADA, until: new Date().toISOString() }), makeSighting(2)];
          if (url.searchParams.has('after')) return { body: { sightings: [makeSighting(3)] } };
          return {
            body: { sightings: url.searchParams.has('q') ? first.slice(0, 1) : first, next: `1_${uuid(2)}` },
          };
        });
      },
    });
    const events = page.getByTestId('event');
    await events.nth(1).waitFor();
    await page.getByRole('button', { name: 'Show older ones' }).click();
    await events.nth(2).waitFor();
    expect(asked.at(-1)?.get('after')).toBe(`1_${uuid(2)}`);
    expect(await page.getByRole('button', { name: 'Show older ones' }).count()).toBe(0);

    server.notify('sighting', makeSighting(4, { streamName: 'Back door', at: new Date().toISOString() }));
    await events.nth(3).waitFor();
    expect(await events.nth(0).textContent()).toContain('Back door');

    await page.getByLabel('Camera').selectOption({ label: 'Door 2' });
    await page.getByLabel('Who').selectOption({ label: 'Enrolled people' });
    await page.getByLabel('When').selectOption({ label: 'Last hour' });
    await page.keyboard.press('/');
    await page.keyboard.type('ada');
    await waitFor(() => asked.at(-1)?.get('q') === 'ada', { what: 'the name being asked for' });
    const last = asked.at(-1);
    expect(last?.get('stream')).toBe(uuid(2));
    expect(last?.get('state')).toBe('identified');
    expect(Date.now() - Date.parse(last?.get('from') ?? '')).toBeLessThan(3_700_000);
    await waitFor(async () => (await events.count()) === 1, { what: 'one match' });
    const link = await page.getByRole('link', { name: 'Export as CSV' }).getAttribute('href');
    expect(link).toContain('q=ada');
    expect(problems).toEqual([]);
  });

  it('says that nothing happened yet, that nothing matches, and what failed, with a way on', async () => {
    let away = true;
    const { page } = await scene.open({
      hash: '#/events',
      page: { viewport: { width: 390, height: 844 } },
      prepare: (server) =>
        server.answer('GET /sightings', () =>
          away ? problem('database-unavailable', 'The database is away.') : { body: { sightings: [] } },
        ),
    });
    await page.getByText('The database is away.').waitFor();
    away = false;
    await page.getByRole('button', { name: 'Try again' }).click();
    await page.getByText('No sightings yet').waitFor();
    await page.getByLabel('Who').selectOption({ label: 'Unknown' });
    await page.getByText('No such sightings').waitFor();
    const overflow = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
    expect(overflow).toBeLessThanOrEqual(0);
  });
});
