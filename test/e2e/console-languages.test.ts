import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { seriousViolations } from '../support/accessibility.ts';
import { type ConsoleScene, createConsoleScene, makeStream } from '../support/console-scene.ts';
import { problem } from '../support/scripted-server.ts';

describe('console: languages', () => {
  let scene: ConsoleScene;
  beforeAll(async () => {
    scene = await createConsoleScene();
  });
  afterEach(() => scene.clear());
  afterAll(() => scene.close());

  it('speaks the chosen language at once, and on later visits', async () => {
    const { page, problems } = await scene.open({
      hash: '#/streams',
      prepare: (server) => {
        server.snapshot = { ...server.snapshot, streams: [makeStream(1)], people: 12_345 };
      },
    });
    const languageOfPage = () => page.evaluate(() => document.documentElement.lang);
    await page.getByText('12,345 enrolled').waitFor();
    expect(await languageOfPage()).toBe('en');
    await page.getByLabel('Language').selectOption('de');
    await page.getByRole('navigation', { name: 'Seiten' }).getByText('Personen').waitFor();
    await page.getByLabel('Sprache').waitFor();
    expect(await languageOfPage()).toBe('de');
    expect(await seriousViolations(page)).toEqual([]);
    await page.reload();
    await page.getByRole('navigation', { name: 'Seiten' }).waitFor();
    await page.getByLabel('Sprache').selectOption('en');
    await page.getByText('12,345 enrolled').waitFor();
    expect(problems).toEqual([]);
  });

  it('speaks the language that the browser or the address asks for', async () => {
    const { page, server, problems } = await scene.open({ page: { locale: 'fr-CH' }, hash: '#/identify' });
    await page.getByRole('navigation', { name: 'Pages' }).getByText('Personnes').waitFor();
    const reloaded = server.subscribed();
    await page.goto(`${server.url}/console?lang=it#/identify`);
    await reloaded;
    await page.getByRole('navigation', { name: 'Pagine' }).waitFor();
    await page.getByLabel('Lingua').selectOption('es');
    await page.getByRole('navigation', { name: 'Páginas' }).waitFor();
    expect(new URL(page.url()).search).toBe('');
    expect(problems).toEqual([]);
  });

  it('says errors in the reader’s language where they do not hang on what was asked', async () => {
    const { page } = await scene.open({
      page: { locale: 'de-DE' },
      hash: '#/people',
      prepare: (server) =>
        server.answer('GET /people', problem('workers-unavailable', 'No worker answered within 10 s.')),
    });
    await page.getByRole('alert').getByText('Kein Worker hat rechtzeitig geantwortet').waitFor();
  });
});
