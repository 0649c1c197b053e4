import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { fieldsOf, file, QUALITY } from '../support/console-photos.ts';
import { type ConsoleScene, createConsoleScene, makePerson, uuid } from '../support/console-scene.ts';
import { problem } from '../support/scripted-server.ts';
import { waitFor } from '../support/wait-for.ts';

const NOTHING = { templates: 0, referenceCrops: 0, sightings: 0, confirmations: 0, merges: 0 };

describe('console: people', () => {
  let scene: ConsoleScene;
  beforeAll(async () => {
    scene = await createConsoleScene();
  });
  afterEach(() => scene.clear());
  afterAll(() => scene.close());

  it('lists people, searches on the server, and erases one after saying what goes', async () => {
    const people = [makePerson(1, { name: 'Ada Lovelace', templates: 3 }), makePerson(2)];
    const queries: string[] = [];
    const { page, problems } = await scene.open({
      hash: '#/people',
      prepare: (server) => {
        server.answer('GET /people', ({ url }) => {
          const q = url.searchParams.get('q') ?? '';
          queries.push(q);
          const found = people.filter(({ name }) => name.toLowerCase().includes(q));
          return { body: { people: found, total: found.length } };
        });
        server.answer(`GET /people/${people[0]?.id}/erasure`, {
          body: { ...NOTHING, templates: 3, referenceCrops: 3, sightings: 5 },
        });
        server.answer(`DELETE /people/${people[0]?.id}`, () => {
          const [erased] = people.splice(0, 1);
          return {
            body: {
              personId: erased?.id,
              name: erased?.name,
              erasedAt: new Date().toISOString(),
              templates: 3,
              referenceCrops: 3,
              sightings: 5,
              confirmations: 0,
              studentVersions: [],
              galleryVersion: 41,
            },
          };
        });
      },
    });
    const rows = page.getByTestId('person');
    await rows.nth(1).waitFor();
    await page.keyboard.press('/');
    await page.keyboard.type('ada');
    await waitFor(async () => (await rows.count()) === 1, { what: 'one match' });
    await waitFor(() => queries.at(-1) === 'ada', { what: 'the whole word to be asked for' });
    await page.getByRole('button', { name: 'Erase Ada Lovelace' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByText('3 face templates').waitFor();
    await dialog.getByText('the 3 reference crops').waitFor();
    await dialog.getByText('5 sightings').waitFor();
    expect(await dialog.getByTestId('erasure-counts').textContent()).not.toContain('merged');
    expect(people).toHaveLength(2);
    await dialog.getByRole('button', { name: 'Erase for good' }).click();
    const receipt = page.getByTestId('receipt');
    await receipt.waitFor();
    expect(await receipt.textContent()).toContain('Gallery version41');
    await page.keyboard.press('Escape');
    await page.getByText('Nothing matches “ada”').waitFor();
    expect(problems).toEqual([]);
  });

  it('keeps a person whose erasure failed, and says why', async () => {
    const { page } = await scene.open({
      hash: '#/people',
      prepare: (server) => {
        server.answer('GET /people', { body: { people: [makePerson(1)], total: 1 } });
        server.answer('GET /people/*', { body: NOTHING });
        server.answer('DELETE /people/*', problem('database-unavailable', 'The database cannot be reached.'));
      },
    });
    await page.getByRole('button', { name: 'Erase Person 1' }).click();
    await page.getByRole('button', { name: 'Erase for good' }).click();
    await page.getByRole('dialog').getByText('The database cannot be reached.').waitFor();
    await page.getByRole('button', { name: 'Cancel' }).click();
    expect(await page.getByTestId('person').count()).toBe(1);
  });

  it('offers another try when the people cannot be loaded', async () => {
    let broken = true;
    const { page } = await scene.open({
      hash: '#/people',
      prepare: (server) =>
        server.answer('GET /people', () => (broken ? { status: 0 } : { body: { people: [], total: 0 } })),
    });
    await page.getByRole('alert').getByText('The server does not answer').waitFor();
    broken = false;
    const empty = page.getByText('Nobody is enrolled yet');
    // The list is also loaded again once the connection is up, which takes the button away.
    const again = page.getByRole('button', { name: 'Try again' });
    await Promise.race([again.click().catch(() => {}), empty.waitFor()]);
    await empty.waitFor();
    expect(await page.getByRole('alert').count()).toBe(0);
  });

  it('adds photos to a person in the list, and tells of each what became of it', async () => {
    const people = [makePerson(1, { name: 'Ada', templates: 3 })];
    const additions: unknown[][] = [];
    const { page, problems } = await scene.open({
      hash: '#/people',
      prepare: (server) => {
        server.answer('GET /people', () => ({ body: { people, total: 1 } }));
        server.answer(`POST /people/${people[0]?.id}/photos`, async (request) => {
          additions.push(await fieldsOf(request));
          people[0] = makePerson(1, { name: 'Ada', templates: 4 });
          const photos = [
            { photo: 0, filename: 'a.jpg', accepted: true, quality: QUALITY },
            { photo: 1, filename: 'b.jpg', accepted: false, reason: 'unlike-the-others', message: 'unlike' },
          ];
          return { body: { person: people[0], photos } };
        });
      },
    });
    await page.getByRole('button', { name: 'Add photos of Ada' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByText('There is room for 17 more').waitFor();
    await dialog.getByRole('button', { name: 'Add photos' }).click();
    await dialog.getByText('Add at least one photo.').waitFor();
    const input = dialog.locator('input[type=file]');
    await input.dispatchEvent('cancel', { bubbles: true });
    await input.setInputFiles([file('a.jpg'), file('b.jpg')]);
    await dialog.getByRole('button', { name: 'Add photos' }).click();
    await dialog.getByText('Ada has 4 photos now.').waitFor();
    expect(additions).toEqual([
      [
        ['photos', 'a.jpg'],
        ['photos', 'b.jpg'],
      ],
    ]);
    const reports = dialog.getByTestId('photo-report');
    expect(await reports.nth(0).getAttribute('data-accepted')).toBe('true');
    expect(await reports.nth(1).textContent()).toContain('someone else');
    await dialog.getByRole('button', { name: 'Close' }).click();
    await page.getByTestId('person').getByText('4 photos').waitFor();
    expect(problems).toEqual([]);
  });

  it('offers no more photos than a person has room for', async () => {
    const people = [makePerson(1, { templates: 20 }), makePerson(2, { templates: 19 })];
    const { page } = await scene.open({
      hash: '#/people',
      prepare: (server) => server.answer('GET /people', { body: { people, total: 2 } }),
    });
    await page.getByRole('button', { name: 'Add photos of Person 1' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByText('At most 20 are kept of a person.').waitFor();
    expect(await dialog.locator('input[type=file]').count()).toBe(0);
    expect(await dialog.getByRole('button').allTextContents()).toEqual(['Close']);
    await page.keyboard.press('Escape');
    await page.getByRole('button', { name: 'Add photos of Person 2' }).click();
    await dialog.getByText('There is room for 1 more').waitFor();
    await dialog.locator('input[type=file]').setInputFiles([file('a.jpg')]);
    await dialog.locator('input[type=file]').setInputFiles([file('b.jpg')]);
    expect(await dialog.getByTestId('photo').count()).toBe(1);
  });

  it('says of each how good the photos are, sorts, narrows and turns the pages', async () => {
    const asked: URLSearchParams[] = [];
    const { page, problems } = await scene.open({
      hash: '#/people',
      prepare: (server) => {
        const person = makePerson(2);
        server.answer(`GET /people/${person.id}`, { body: { ...person, photos: [], merges: [] } });
        server.answer(`GET /people/${person.id}/history`, { body: { changes: [] } });
        server.answer('GET /actors', { body: { actors: {} } });
        server.answer('GET /people', ({ url }) => {
          asked.push(url.searchParams);
          const offset = Number(url.searchParams.get('offset'));
          const people = Array.from({ length: 50 }, (_, i) => makePerson(offset + i + 1));
          people[0] = makePerson(offset + 1, {
            templates: 1,
            consent: null,
            quality: { mean: 0.9, weakest: 0.9, strength: 0.3 },
          });
          return { body: { people, total: 10_000, hiddenToo: 3 } };
        });
      },
    });
    await page.getByText('10,000 people · 3 more are hidden').waitFor();
    const first = page.getByTestId('person').first();
    expect(await first.textContent()).toContain('No consent notedFew photos1 photo, quality 90 %');
    expect(await page.getByTestId('person').nth(1).textContent()).toContain('mean 80 %, weakest 70 %');
    await page.getByRole('button', { name: 'Next' }).click();
    await page.getByText('51 to 100 of 10,000').waitFor();
    await page.getByText('Person 51', { exact: true }).waitFor();
    await page.getByLabel('Sort by').selectOption('weakest');
    await page.getByText('1 to 50 of 10,000').waitFor();
    await page.getByLabel('Show', { exact: true }).selectOption('consent');
    await waitFor(() => asked.at(-1)?.get('lacks') === 'consent', { what: 'the narrowed list' });
    expect(Object.fromEntries(asked.at(-1) ?? [])).toEqual({
      sort: 'weakest',
      limit: '50',
      offset: '0',
      lacks: 'consent',
    });
    // The way back from a person leads to the same list.
    await page.getByRole('link', { name: 'Person 2', exact: true }).press('Enter');
    await page.getByRole('link', { name: 'All people' }).click();
    await first.waitFor();
    expect(asked.at(-1)?.get('sort')).toBe('weakest');
    expect(problems).toEqual([]);
  });

  it('chooses by key, hides with a way back, and merges two', async () => {
    const people = [1, 2, 3].map((n) => makePerson(n));
    const calls: unknown[] = [];
    const { page, problems } = await scene.open({
      hash: '#/people',
      prepare: (server) => {
        server.answer('GET /people', () => ({
          body: { people: people.filter(({ hidden }) => !hidden), total: 3 },
        }));
        for (const [i, person] of people.entries()) {
          server.answer(`PATCH /people/${person.id}`, ({ body }) => {
            const change = JSON.parse(body.toString()) as { hidden: boolean };
            people[i] = { ...person, ...change };
            calls.push([person.name, change]);
            return { body: people[i] };
          });
        }
        server.answer(`POST /people/${people[1]?.id}/merge`, ({ body }) => {
          calls.push(JSON.parse(body.toString()));
          const merge = {
            id: uuid(9),
            person: { id: people[1]?.id, name: 'Person 2' },
            photos: 2,
            sightings: 0,
          };
          return { body: { person: people[0], merge: { ...merge, mergedAt: people[0]?.createdAt } } };
        });
      },
    });
    const bar = page.getByRole('region', { name: 'Chosen people' });
    await page.getByRole('link', { name: 'Person 3' }).focus();
    await page.keyboard.press('x');
    await bar.getByText('1 chosen').waitFor();
    expect(await bar.getByRole('button', { name: 'Merge' }).count()).toBe(0);
    await bar.getByRole('button', { name: 'Hide' }).click();
    await page.getByText('1 person is hidden now.').waitFor();
    await waitFor(async () => (await page.getByTestId('person').count()) === 2, { what: 'two rows' });
    await page.getByRole('button', { name: 'Undo' }).click();
    await waitFor(async () => (await page.getByTestId('person').count()) === 3, { what: 'three rows' });
    await page.getByLabel('Choose Person 1').check();
    await page.getByLabel('Choose Person 2').check();
    await bar.getByRole('button', { name: 'Merge' }).click();
    await page
      .getByRole('dialog', { name: 'Merge Person 1 and Person 2' })
      .getByRole('button', { name: 'Merge' })
      .click();
    await page.getByText('Person 2 was merged into Person 1.').waitFor();
    expect(calls).toEqual([
      ['Person 3', { hidden: true }],
      ['Person 3', { hidden: false }],
      { into: people[0]?.id },
    ]);
    expect(await bar.count()).toBe(0);
    expect(problems).toEqual([]);
  });

  it('erases several one after the other, and says where it stopped', async () => {
    const people = [1, 2].map((n) => makePerson(n));
    let broken = true;
    const erased: string[] = [];
    const { page } = await scene.open({
      page: { viewport: { width: 390, height: 844 }, isMobile: true, hasTouch: true },
      hash: '#/people',
      prepare: (server) => {
        server.answer('GET /people', { body: { people, total: 2 } });
        for (const { id, name } of people) {
          server.answer(`GET /people/${id}/erasure`, { body: { ...NOTHING, templates: 2, sightings: 4 } });
          server.answer(`DELETE /people/${id}`, () => {
            if (name === 'Person 2' && broken)
              return problem('database-unavailable', 'The database is away.');
            erased.push(name);
            const counts = { templates: 2, referenceCrops: 2, sightings: 4, confirmations: 0 };
            const at = '2026-05-01T10:00:00.000Z';
            return {
              body: { personId: id, name, erasedAt: at, ...counts, studentVersions: [], galleryVersion: 1 },
            };
          });
        }
      },
    });
    await page.getByLabel('Choose Person 1').check();
    await page.getByLabel('Choose Person 2').check();
    await page.getByRole('region', { name: 'Chosen people' }).getByRole('button', { name: 'Erase' }).click();
    const dialog = page.getByRole('dialog', { name: 'Erase 2 people?' });
    await dialog.getByText('4 face templates').waitFor();
    await dialog.getByText('8 sightings').waitFor();
    await dialog.getByRole('button', { name: 'Erase for good' }).click();
    await dialog.getByText('It stopped after 1 of 2').waitFor();
    broken = false;
    await dialog.getByRole('button', { name: 'Erase for good' }).click();
    await page.getByRole('dialog', { name: '2 people were erased' }).waitFor();
    expect(erased).toEqual(['Person 1', 'Person 2']);
  });
});
