import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { fieldsOf, file, QUALITY } from '../support/console-photos.ts';
import { type ConsoleScene, createConsoleScene, makePerson } from '../support/console-scene.ts';
import { problem } from '../support/scripted-server.ts';
import { waitFor } from '../support/wait-for.ts';

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
    expect(queries.at(-1)).toBe('ada');
    await page.getByRole('button', { name: 'Erase Ada Lovelace' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByText('3 face templates').waitFor();
    await dialog.getByText('the 3 reference crops').waitFor();
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
});
