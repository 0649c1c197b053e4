import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { PersonDetails, PersonHistory } from '../../protocol/people.ts';
import { seriousViolations } from '../support/accessibility.ts';
import {
  type ConsoleScene,
  createConsoleScene,
  makePerson,
  makeSighting,
  uuid,
} from '../support/console-scene.ts';
import { problem, type ScriptedServer } from '../support/scripted-server.ts';
import { waitFor } from '../support/wait-for.ts';

const ADA = uuid(1001);
const ANN = uuid(1002);

const HISTORY: PersonHistory['changes'] = [
  ['person.merged', true, { photos: 1, sightings: 4 }],
  ['person.changed', false, { fields: 'consent hidden name', hidden: true }],
  ['person.photo-moved', true, {}],
  ['person.enrolled', false, { templates: 3 }],
].map(([action, fromAnother, detail], i) => ({
  sequence: 9 - i,
  at: '2026-05-01T10:00:00.000Z',
  by: i === 0 ? 'user:1' : 'api-key',
  action: action as 'person.merged',
  fromAnother: fromAnother as boolean,
  detail: detail as Record<string, string>,
}));

/** Everybody whom the scripted server knows, and what it was asked to do. */
type World = { people: Map<string, PersonDetails>; calls: { route: string; body: unknown }[] };

function makeDetails(n: number, photos: number, more: Partial<PersonDetails> = {}): PersonDetails {
  const person = makePerson(n, { templates: photos, ...more });
  return {
    ...person,
    bestPhoto: uuid(100 * n),
    photos: Array.from({ length: photos }, (_, index) => ({
      id: uuid(100 * n + index),
      quality: 0.95 - 0.2 * index,
      weakness: index === 0 ? null : ('blurred' as const),
      model: 'mobilefacenet-192',
      createdAt: person.createdAt,
    })),
    merges: [],
    ...more,
  };
}

function makeWorld(...people: PersonDetails[]): World {
  return { people: new Map(people.map((person) => [person.id, person])), calls: [] };
}

/** Lists and shows people of the world; `answers` are the changes, written down as they are asked for. */
function serve(server: ScriptedServer, world: World, changes: Record<string, (body: unknown) => unknown>) {
  const list = () => [...world.people.values()];
  server.answer('GET /actors', { body: { actors: { 'user:1': { name: 'Olga', gone: false } } } });
  server.answer('GET /people', ({ url }) => {
    const q = url.searchParams.get('q')?.toLowerCase() ?? '';
    const people = list().filter(({ name }) => name.toLowerCase().includes(q));
    return { body: { people, total: people.length } };
  });
  for (const id of [ADA, ANN]) {
    server.answer(`GET /people/${id}/history`, { body: { changes: HISTORY } });
    server.answer(`GET /people/${id}`, () => {
      const person = world.people.get(id);
      return person ? { body: person } : problem('not-found', 'There is no such person.');
    });
  }
  for (const [route, change] of Object.entries(changes)) {
    server.answer(route, ({ body }) => {
      const given: unknown = body.length > 0 ? JSON.parse(body.toString()) : undefined;
      world.calls.push({ route, body: given });
      return { body: change(given) };
    });
  }
}

describe('console: a person', () => {
  let scene: ConsoleScene;
  beforeAll(async () => {
    scene = await createConsoleScene();
  });
  afterEach(() => scene.clear());
  afterAll(() => scene.close());

  it('shows photos, sightings and facts, reached from the list by the keyboard', async () => {
    const seen = new Date(Date.now() - 3_600_000).toISOString();
    const ada = makeDetails(1, 3, { name: 'Ada Lovelace', externalId: 'E-1', lastSeen: seen });
    const { page, problems, server } = await scene.open({
      hash: '#/people',
      prepare: (server) => {
        serve(server, makeWorld(ada, makeDetails(2, 1)), {});
        server.snapshot = {
          ...server.snapshot,
          sightings: [1, 2].map((n) =>
            makeSighting(n, { state: 'identified', personId: ADA, name: ada.name, confidence: 0.97 }),
          ),
        };
      },
    });
    const row = page.getByTestId('person').first();
    await row.getByText('seen').waitFor();
    await waitFor(async () => (await row.locator('img.initials--photo').count()) === 1, {
      what: 'a picture',
    });
    await row.getByRole('link', { name: 'Ada Lovelace' }).focus();
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'Ada Lovelace', level: 1 }).waitFor();
    expect(new URL(page.url()).hash).toBe(`#/people/${ADA}`);
    expect(await page.getByTestId('person-photo').count()).toBe(3);
    await page.getByRole('img', { name: 'Photo 1 of Ada Lovelace, quality 95 %' }).waitFor();
    await waitFor(async () => (await page.getByTestId('person-sighting').count()) === 2, {
      what: 'sightings',
    });
    await page.getByText('E-1').waitFor();
    await page.getByTestId('person-photo').nth(1).getByText('Blurred').waitFor();
    await page.getByText('3 photos, mean 80 %, weakest 70 %').waitFor();
    const changes = page.getByTestId('person-change');
    await changes.nth(3).waitFor();
    const told = await changes.locator('> span:first-child').allTextContents();
    expect(told).toEqual([
      'Somebody was merged into this person: 1 photo, 4 sightings',
      'Changed: name and consent · Hidden',
      'A photo came from somebody else',
      'Enrolled with 3 photos',
    ]);
    await changes.first().getByText('by Olga').waitFor();
    const href = await page.getByRole('link', { name: 'Export data' }).getAttribute('href');
    expect(href).toBe(`/people/${ADA}/export`);
    expect(problems).toEqual([]);
    // Somebody with one photo keeps it.
    await page.goto(`${server.url}/console#/people/${ANN}`);
    await page.getByText('the only one can be neither moved nor deleted').waitFor();
    expect(await page.getByRole('button', { name: 'Delete photo 1' }).isDisabled()).toBe(true);
  });

  it('renames, and takes it back', async () => {
    const world = makeWorld(makeDetails(1, 2, { name: 'Ada', consent: null }));
    const { page, problems } = await scene.open({
      hash: `#/people/${ADA}`,
      prepare: (server) =>
        serve(server, world, {
          [`PATCH /people/${ADA}`]: (body) => {
            const changed = { ...(world.people.get(ADA) as PersonDetails), ...(body as object) };
            world.people.set(ADA, changed);
            return changed;
          },
        }),
    });
    await page.getByRole('button', { name: 'Edit' }).click();
    const field = page.getByRole('dialog').getByLabel('Name');
    await field.fill('');
    await page.keyboard.press('Enter');
    await page.getByText('Enter the name that kiosks are to show.').waitFor();
    await field.fill('Ada King');
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'Ada King', level: 1 }).waitFor();
    await page.getByText('Ada is now called Ada King.').waitFor();
    await page.getByRole('button', { name: 'Undo' }).click();
    await page.getByRole('heading', { name: 'Ada', level: 1, exact: true }).waitFor();
    expect(world.calls.map(({ body }) => body)).toEqual([
      { name: 'Ada King', externalId: null, consent: null },
      { name: 'Ada', externalId: null, consent: null },
    ]);
    expect(problems).toEqual([]);
  });

  it('hides a person, says what that means, and shows them again', async () => {
    const world = makeWorld(makeDetails(1, 2, { name: 'Ada' }));
    const { page, problems } = await scene.open({
      page: { viewport: { width: 390, height: 844 }, isMobile: true, hasTouch: true },
      hash: `#/people/${ADA}`,
      prepare: (server) =>
        serve(server, world, {
          [`PATCH /people/${ADA}`]: (body) => {
            const changed = { ...(world.people.get(ADA) as PersonDetails), ...(body as object) };
            world.people.set(ADA, changed);
            return changed;
          },
        }),
    });
    await page.getByRole('button', { name: 'Hide' }).click();
    await page.getByText('Kiosks go on recognising them').waitFor();
    await page.getByRole('button', { name: 'Undo' }).click();
    await page.getByRole('button', { name: 'Hide' }).waitFor();
    await page.getByRole('button', { name: 'Hide' }).click();
    await page.getByRole('button', { name: 'Show again' }).click();
    await page.getByText('Ada is shown again.').waitFor();
    expect(world.calls.map(({ body }) => (body as { hidden: boolean }).hidden)).toEqual([
      true,
      false,
      true,
      false,
    ]);
    expect(problems).toEqual([]);
  });

  it('moves a photo to somebody else and to a new person, each with a way back; deletes one after asking', async () => {
    const world = makeWorld(makeDetails(1, 3, { name: 'Ada' }), makeDetails(2, 2, { name: 'Ann' }));
    const [ada, ann] = [...world.people.values()] as [PersonDetails, PersonDetails];
    const [best, second] = ada.photos.map(({ id }) => id);
    const created = makePerson(3, { name: 'Cy', templates: 1 });
    const { page, problems } = await scene.open({
      hash: `#/people/${ADA}`,
      prepare: (server) =>
        serve(server, world, {
          [`POST /people/${ADA}/photos/${best}/move`]: (body) => ({
            from: ada,
            to: typeof (body as { to: unknown }).to === 'string' ? ann : created,
          }),
          [`POST /people/${ANN}/photos/${best}/move`]: () => ({ from: ann, to: ada }),
          [`POST /people/${created.id}/merge`]: () => ({
            person: ada,
            merge: { id: uuid(9), person: created, photos: 1, sightings: 0, mergedAt: ada.createdAt },
          }),
          [`DELETE /people/${ADA}/photos/${second}`]: () => ada,
        }),
    });
    const move = page.getByRole('button', { name: 'Move photo 1' });
    await move.click();
    await page.getByRole('button', { name: 'Move the photo' }).click();
    await page.getByText('Choose a person.').waitFor();
    await page.getByRole('radio', { name: /Ann/ }).check();
    expect(await page.getByRole('dialog').getByRole('radio', { name: /Ada/ }).count()).toBe(0);
    await page.getByRole('button', { name: 'Move the photo' }).click();
    await page.getByText('The photo is Ann’s now.').waitFor();
    await page.getByRole('button', { name: 'Undo' }).click();
    await page.getByText('It is as before.').waitFor();

    await move.click();
    await page.getByRole('radio', { name: 'A new person' }).check();
    await page.getByRole('dialog').getByLabel('Name').fill('Cy');
    await page.getByRole('button', { name: 'Move the photo' }).click();
    await page.getByText('The photo is Cy’s now.').waitFor();
    await page.getByRole('button', { name: 'Undo' }).click();
    await waitFor(() => world.calls.length === 4, { what: 'the second way back' });

    await page.getByRole('button', { name: 'Delete photo 2' }).click();
    expect(world.calls).toHaveLength(4);
    await page.getByRole('button', { name: 'Delete the photo' }).click();
    await page.getByText('The photo was deleted.').waitFor();
    expect(world.calls.map(({ body }) => body)).toEqual([
      { to: ANN },
      { to: ADA },
      { to: { name: 'Cy' } },
      { into: ADA },
      undefined,
    ]);
    expect(problems).toEqual([]);
  });

  it('merges two entries, shows who came, and parts them again', async () => {
    const ada = makeDetails(1, 2, { name: 'Ada' });
    const ann = makeDetails(2, 1, { name: 'Ada L.' });
    const world = makeWorld(ada, ann);
    const merge = { id: uuid(9), person: ann, photos: 1, sightings: 4, mergedAt: ada.createdAt };
    const { page, problems } = await scene.open({
      hash: `#/people/${ANN}`,
      prepare: (server) =>
        serve(server, world, {
          [`POST /people/${ANN}/merge`]: () => {
            world.people.delete(ANN);
            world.people.set(ADA, { ...ada, templates: 3, merges: [merge] });
            return { person: ada, merge };
          },
          [`POST /people/merges/${merge.id}/undo`]: () => {
            world.people.set(ADA, ada).set(ANN, ann);
            return { person: ada, restored: ann };
          },
        }),
    });
    await page.getByRole('button', { name: 'Merge', exact: true }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByRole('radio', { name: /^Ada/ }).check();
    const stays = dialog.getByRole('group', { name: 'Which entry stays?' });
    await stays.getByRole('radio', { name: 'Ada', exact: false }).last().check();
    await dialog.getByRole('button', { name: 'Merge' }).click();
    await page.getByRole('heading', { name: 'Ada', level: 1, exact: true }).waitFor();
    expect(world.calls).toEqual([{ route: `POST /people/${ANN}/merge`, body: { into: ADA } }]);
    await page.getByTestId('merge').getByText('1 photo, 4 sightings').waitFor();
    await page.getByRole('button', { name: 'Undo the merge with Ada L.' }).click();
    await page.getByText('Ada and Ada L. are two people again.').waitFor();
    await waitFor(async () => (await page.getByTestId('merge').count()) === 0, { what: 'the merge to go' });
    expect(problems).toEqual([]);
  });

  it('says what went wrong, and what to do', async () => {
    const world = makeWorld(makeDetails(1, 20, { name: 'Ada' }), makeDetails(2, 2, { name: 'Ann' }));
    let broken = true;
    const { page, server } = await scene.open({
      hash: `#/people/${ADA}`,
      prepare: (server) => {
        serve(server, world, {});
        server.answer(`GET /people/${ADA}`, () =>
          broken ? { status: 0 } : { body: world.people.get(ADA) as PersonDetails },
        );
        server.answer(`PATCH /people/${ADA}`, problem('conflict', 'Somebody else has the externalId "E-1".'));
      },
    });
    await page.getByRole('alert').getByText('The server does not answer').waitFor();
    broken = false;
    await page.getByRole('button', { name: 'Try again' }).click();
    await page.getByRole('button', { name: 'Edit' }).click();
    await page.getByRole('button', { name: 'Save' }).click();
    await page.getByRole('dialog').getByText('Somebody else has').waitFor();
    await page.keyboard.press('Escape');
    await page.getByRole('button', { name: 'Merge', exact: true }).click();
    await page.getByRole('radio', { name: /Ann/ }).first().check();
    await page.getByText('Delete 2 of them first').waitFor();
    expect(await page.getByRole('dialog').getByRole('button', { name: 'Merge' }).isDisabled()).toBe(true);
    await page.keyboard.press('Escape');
    world.people.delete(ANN);
    await page.goto(`${server.url}/console#/people/${ANN}`);
    await page.getByText('There is no such person').waitFor();
    await page.getByRole('link', { name: 'All people' }).click();
    await page.getByTestId('person').first().waitFor();
  });

  it.each([
    ['desktop, light', { viewport: { width: 1280, height: 900 }, colorScheme: 'light' }],
    ['phone, dark', { viewport: { width: 390, height: 844 }, isMobile: true, colorScheme: 'dark' }],
  ] as const)('is accessible on a %s', async (name, options) => {
    const merge = { id: uuid(9), person: makePerson(3), photos: 1, sightings: 4 };
    const ada = makeDetails(1, 4, { name: 'Ada Lovelace, of the Reception at the Far End of the Lobby' });
    const merges = [{ ...merge, mergedAt: ada.createdAt }];
    const { page, problems } = await scene.open({
      page: options,
      hash: `#/people/${ADA}`,
      prepare: (server) => {
        serve(server, makeWorld({ ...ada, merges }, makeDetails(2, 2)), {});
        server.snapshot = { ...server.snapshot, sightings: [makeSighting(1, { state: 'identified' })] };
      },
    });
    await page.getByTestId('person-sighting').waitFor();
    const shots = process.env.SCREENSHOTS;
    const shoot = async (what: string) => {
      if (shots)
        await page.screenshot({ path: `${shots}/${name.replace(', ', '-')}-${what}.png`, fullPage: true });
    };
    await shoot('person');
    const wide = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
    expect(wide).toBeLessThanOrEqual(0);
    expect(await seriousViolations(page)).toEqual([]);
    for (const [button, ready] of [
      ['Merge', /Person 2/],
      ['Move photo 1 to another person', /Person 2/],
    ] as const) {
      await page.getByRole('button', { name: button, exact: true }).click();
      await page.getByRole('radio', { name: ready }).first().check();
      await shoot(button.slice(0, 4));
      expect(await seriousViolations(page), button).toEqual([]);
      await page.keyboard.press('Escape');
    }
    expect(problems).toEqual([]);
  });
});
