import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { Confirm, Verdict } from '../../protocol/confirmations.ts';
import type { Sighting } from '../../protocol/events.ts';
import { seriousViolations } from '../support/accessibility.ts';
import {
  type ConsoleScene,
  createConsoleScene,
  makePerson,
  makeSighting,
  makeStream,
  uuid,
} from '../support/console-scene.ts';
import { problem, type ScriptedServer } from '../support/scripted-server.ts';
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
    await page.getByRole('button', { name: 'Show all events' }).click();
    await page.getByText('No sightings yet').waitFor();
    const overflow = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
    expect(overflow).toBeLessThanOrEqual(0);
  });

  const EVIDENCE = {
    score: 0.74,
    threshold: 0.58,
    gallerySize: 120,
    model: 'mobilefacenet-192',
    other: { personId: uuid(8), name: 'Bob Baker', score: 0.31 },
  };
  const answered = (verdict: Verdict, sighting: Sighting): Sighting => {
    const recognised = { id: uuid(9), name: 'Ada Lovelace' };
    const person = { yes: recognised, no: null, other: { id: uuid(1001), name: 'Person 1' } }[verdict];
    const { personId: _, name: __, ...rest } = sighting;
    return {
      ...rest,
      state: person ? 'identified' : 'unknown',
      ...(person ? { personId: person.id, name: person.name } : {}),
      confirmation: {
        id: uuid(50),
        verdict,
        person,
        recognised,
        by: 'operator:ab12',
        at: new Date().toISOString(),
      },
    };
  };

  it.each([
    ['desktop', { viewport: { width: 1280, height: 800 } }],
    ['phone', { viewport: { width: 390, height: 844 }, isMobile: true, hasTouch: true }],
  ])('shows what a sighting rests on, and takes yes, no, somebody else, and back: %s', async (_, size) => {
    const known = makeSighting(1, { ...ADA, evidence: EVIDENCE, crops: 7 });
    const { personId: _p, name: _n, confidence: _c, ...stranger } = makeSighting(2, { evidence: EVIDENCE });
    const sent: unknown[] = [];
    const { server, page, problems } = await scene.open({
      hash: '#/events',
      page: size,
      prepare: (scripted) => {
        scripted.snapshot = { streams: [makeStream(1)], sightings: [known, stranger], people: 120 };
        scripted.answer('GET /people', { body: { people: [makePerson(1)], total: 1 } });
        scripted.answer(`POST /sightings/${known.id}/confirmation`, ({ body }) => {
          const said = JSON.parse(body.toString()) as Confirm;
          sent.push(said);
          return { body: answered(said.verdict, known) };
        });
        scripted.answer(`DELETE /sightings/${known.id}/confirmation`, () => {
          sent.push('taken back');
          return { body: known };
        });
      },
    });
    const [card, dialog] = [page.getByTestId('event').first(), page.getByTestId('sighting')];
    await card.focus();
    await page.keyboard.press('Enter');
    await dialog.waitFor();
    const words = 'The similarity to Ada Lovelace was 0.74. With 120 people enrolled, a name takes 0.58.';
    expect(await page.getByTestId('evidence').textContent()).toContain(words);
    await page.keyboard.press('n');
    await dialog.getByText('It is not Ada Lovelace').waitFor();
    expect(await card.getAttribute('data-state')).toBe('unknown');
    // What recognition said is what the evidence is about, whatever the answer.
    expect(await page.getByTestId('evidence').textContent()).toContain(words);
    await page.keyboard.press('y');
    await dialog.getByText('It is Ada Lovelace').waitFor();
    await dialog.getByRole('button', { name: 'Somebody else' }).click();
    await dialog.getByRole('button', { name: 'It is this person' }).click();
    await dialog.getByText('Choose a person').waitFor();
    await dialog.getByLabel('Person 1').check();
    await dialog.getByRole('button', { name: 'It is this person' }).click();
    await dialog.getByText('It is Person 1, not Ada Lovelace').waitFor();
    expect(await card.getAttribute('data-person-id')).toBe(uuid(1001));
    await dialog.getByRole('button', { name: 'Take back' }).click();
    await waitFor(async () => (await card.getAttribute('data-person-id')) === ADA.personId, {
      what: 'the name being back',
    });
    expect(sent).toEqual([
      { verdict: 'no' },
      { verdict: 'yes' },
      { verdict: 'other', person: uuid(1001) },
      'taken back',
    ]);
    expect(await seriousViolations(page)).toEqual([]);

    await page.keyboard.press('ArrowRight');
    await dialog.getByText('The nearest was Bob Baker with 0.31.').waitFor();
    expect(await dialog.getByRole('button', { name: 'No', exact: true }).count()).toBe(0);
    await dialog.getByText('Do you know who this is?').waitFor();
    // An answer of another operator comes by itself.
    server.notify('sightingChanged', answered('other', stranger));
    await dialog.getByText('Person 1', { exact: true }).first().waitFor();
    await page.keyboard.press('Escape');
    await dialog.waitFor({ state: 'detached' });
    const overflow = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
    expect(overflow).toBeLessThanOrEqual(0);
    expect(problems).toEqual([]);
  });

  it('says what was refused, and lets a guard look but not answer', async () => {
    const known = makeSighting(1, { ...ADA, evidence: EVIDENCE });
    const prepare = (scripted: ScriptedServer) => {
      scripted.snapshot = { streams: [makeStream(1)], sightings: [known], people: 1 };
      scripted.answer(`POST /sightings/${known.id}/confirmation`, problem('bad-state', 'Changed meanwhile.'));
    };
    const { page } = await scene.open({ hash: '#/events', prepare });
    await page.getByTestId('event').click();
    await page.getByRole('dialog').getByRole('button', { name: 'Yes' }).waitFor();
    await page.getByRole('dialog').press('y');
    await page.getByText('Your answer was not taken').waitFor();
    const guard = await scene.open({ hash: '#/events', role: 'guard', prepare });
    await guard.page.getByTestId('event').click();
    await guard.page.getByTestId('evidence').waitFor();
    expect(await guard.page.getByText('Is this Ada Lovelace?').count()).toBe(0);
    expect(await guard.page.getByText('Export as CSV').count()).toBe(0);
  });

  it('is grouped by the hour or by camera, and asks for a range of time', async () => {
    const asked: URLSearchParams[] = [];
    const at = (hour: number) => new Date(2026, 4, 2, hour, 30).toISOString();
    const { page } = await scene.open({
      hash: '#/events',
      prepare: (scripted) => {
        scripted.snapshot = { streams: [makeStream(1), makeStream(2)], sightings: [], people: 1 };
        const [first, second, third] = [
          makeSighting(1, { at: at(11) }),
          makeSighting(2, { at: at(9), stream: uuid(2), streamName: 'Door 2' }),
          makeSighting(3, { at: at(9) }),
        ];
        scripted.answer('GET /sightings', ({ url }) => {
          asked.push(url.searchParams);
          return { body: { sightings: [first, second, third] } };
        });
      },
    });
    await page.getByTestId('event').nth(2).waitFor();
    const headings = () => page.locator('main :is(h2, h3)').allTextContents();
    expect(await headings()).toEqual([
      'Saturday, May 2, 2026',
      '11:00 AM – 12:00 PM 1 sighting',
      '09:00 AM – 10:00 AM 2 sightings',
    ]);
    await page.getByLabel('Grouped').selectOption({ label: 'By camera' });
    expect(await headings()).toEqual(['Door 1 2 sightings', 'Door 2 1 sighting']);
    await page.getByTestId('event').first().focus();
    await page.keyboard.press('End');
    await page.keyboard.press('Enter');
    await page.getByTestId('sighting').waitFor();
    expect(await page.getByTestId('sighting').getAttribute('data-sighting')).toBe(uuid(2));
    await page.keyboard.press('Escape');

    await page.getByLabel('When').selectOption({ label: 'From – to …' });
    await page.getByLabel('From', { exact: true }).fill('2026-05-02T09:00');
    await page.getByLabel('To', { exact: true }).fill('2026-05-02T08:00');
    await page.getByText('The end is before the beginning.').waitFor();
    await page.getByLabel('To', { exact: true }).fill('2026-05-02T10:00');
    const end = new Date(2026, 4, 2, 10).toISOString();
    await waitFor(() => asked.at(-1)?.get('to') === end, { what: 'the range being asked for' });
    expect(asked.at(-1)?.get('from')).toBe(new Date(2026, 4, 2, 9).toISOString());
    expect(asked.some((one) => (one.get('to') ?? end) < (one.get('from') ?? ''))).toBe(false);
    const link = await page.getByRole('link', { name: 'Export as JSON' }).getAttribute('href');
    expect(link).toContain(`/sightings.json?`);
    expect(link).toContain(`to=${encodeURIComponent(end)}`);
  });
});
