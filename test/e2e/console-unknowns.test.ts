import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { UnknownGroup, UnknownGroupDetails, UnknownSighting } from '../../protocol/unknowns.ts';
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

const ANN = makePerson(1, { name: 'Ann Archer' });
const BOB = makePerson(2, { name: 'Bob Baker' });
const ASSIGNMENT = uuid(77);

function makeGroup(n: number, sightings: number, more: Partial<UnknownGroup> = {}): UnknownGroupDetails {
  const list: UnknownSighting[] = Array.from({ length: sightings }, (_, i) => ({
    ...makeSighting(100 * n + i, { crops: 5, until: new Date(Date.now() - i * 60_000).toISOString() }),
    at: new Date(Date.now() - i * 60_000 - 9000).toISOString(),
    quality: 0.9 - 0.05 * i,
  }));
  return {
    id: uuid(500 + n),
    sightings,
    firstAt: list.at(-1)?.at ?? '',
    lastAt: list[0]?.until ?? '',
    streams: [
      { id: uuid(1), name: 'Door 1' },
      { id: uuid(2), name: 'Hall' },
    ],
    ignored: null,
    suggestions: [],
    best: list.slice(0, 6),
    list,
    denied: [],
    ...more,
  };
}

type World = { groups: UnknownGroupDetails[]; calls: { route: string; body: unknown }[] };

/** Shows the groups of the world, and does what is asked as the server does. */
function serve(server: ScriptedServer, groups: UnknownGroupDetails[]): World {
  const world: World = { groups, calls: [] };
  const changed = () =>
    server.notify('unknowns', { groups: world.groups.filter(({ ignored }) => !ignored).length });
  server.answer('GET /unknowns', ({ url }) => {
    const aside = url.searchParams.get('ignored') === 'true';
    const shown = world.groups.filter(({ ignored }) => (ignored !== null) === aside);
    const ignored = world.groups.filter((group) => group.ignored).length;
    return { body: { groups: shown, total: shown.length, ignored, retentionHours: 24 } };
  });
  server.answer('GET /people', () => ({ body: { people: [ANN, BOB], total: 2, hiddenToo: 0 } }));
  const change = (route: string, work: (body: never) => { status?: number; body?: unknown }) =>
    server.answer(route, ({ body }) => {
      const given = (body.length > 0 ? JSON.parse(body.toString()) : undefined) as never;
      world.calls.push({ route, body: given });
      const answer = work(given);
      changed();
      return answer;
    });
  for (const group of groups) {
    const at = `/unknowns/${group.id}`;
    const find = () => world.groups.find(({ id }) => id === group.id);
    const without = () => {
      world.groups = world.groups.filter(({ id }) => id !== group.id);
    };
    const put = (more: Partial<UnknownGroupDetails>) => {
      world.groups = world.groups.map((one) => (one.id === group.id ? { ...one, ...more } : one));
    };
    server.answer(`GET ${at}`, () => {
      const found = find();
      return found ? { body: found } : problem('not-found', 'There is no such group.');
    });
    const assigned = (person: typeof ANN, photos: readonly string[]) => {
      without();
      const reports = photos.map((id, photo) => ({ photo, filename: `${id}.jpg`, accepted: true }));
      return { person, photos: reports, assignment: ASSIGNMENT, sightings: group.sightings };
    };
    change(`POST ${at}/assign`, ({ person, photos }: { person: string; photos: string[] }) => ({
      body: assigned(person === ANN.id ? ANN : BOB, photos),
    }));
    change(`POST ${at}/enrol`, ({ name, photos }: { name: string; photos: string[] }) => ({
      status: 201,
      body: assigned({ ...BOB, name }, photos),
    }));
    change(`PUT ${at}/ignored`, ({ ignored }: { ignored: boolean }) => {
      put({ ignored: ignored ? { by: 'test', at: group.lastAt } : null });
      return { status: 204 };
    });
    change(`POST ${at}/denied`, () => {
      put({ suggestions: [], denied: [{ id: ANN.id, name: ANN.name }] });
      return { status: 204 };
    });
    change(`DELETE ${at}/denied/${ANN.id}`, () => {
      put({ suggestions: group.suggestions, denied: [] });
      return { status: 204 };
    });
    change(`POST ${at}/move`, ({ sightings }: { sightings: string[] }) => {
      const list = group.list.filter(({ id }) => !sightings.includes(id));
      put({ list, sightings: list.length });
      return { body: { group: uuid(999) } };
    });
    change(`DELETE ${at}`, () => {
      without();
      return { body: { sightings: group.sightings } };
    });
    change(`POST /unknowns/assignments/${ASSIGNMENT}/undo`, () => {
      world.groups = groups;
      return { body: { sightings: group.sightings, photos: 0, person: ANN } };
    });
  }
  return world;
}

const maybeAnn = {
  suggestions: [{ person: { id: ANN.id, name: ANN.name }, score: 0.44, probability: 0.41 }],
};

describe('console: unknown people', () => {
  let scene: ConsoleScene;
  beforeAll(async () => {
    scene = await createConsoleScene();
  });
  afterEach(() => scene.clear());
  afterAll(() => scene.close());

  it('lists them live, counts them in the navigation, and is answered by keys', async () => {
    let world: World | undefined;
    const { page, problems, server } = await scene.open({
      hash: '#/unknowns',
      prepare: (server) => {
        world = serve(server, [makeGroup(1, 8, maybeAnn), makeGroup(2, 1)]);
      },
    });
    const groups = page.getByTestId('unknown');
    await waitFor(async () => (await groups.count()) === 2, { what: 'two groups' });
    await page.getByText('May be Ann Archer, 41 %').waitFor();
    await page.getByText('and 2 more').waitFor();
    server.notify('unknowns', { groups: 2 });
    await page.getByRole('link', { name: 'Unknowns 2 unknown people wait' }).waitFor();

    const calls = () => world?.calls.map(({ route, body }) => [route.split('/').at(-1), body]);
    const faces = groups.locator('a[data-arrow-stop]');
    await faces.first().focus();
    await page.keyboard.press('n');
    await page.getByText('Ann Archer is not suggested for this group again.').waitFor();
    await waitFor(async () => (await page.getByTestId('suggestion').count()) === 0, {
      what: 'no suggestion',
    });
    await page.getByRole('button', { name: 'Undo' }).click();
    await page.getByText('May be Ann Archer, 41 %').waitFor();
    await faces.first().focus();
    await page.keyboard.press('y');
    await page.getByText('8 sightings are Ann Archer’s now.').waitFor();
    await waitFor(async () => (await groups.count()) === 1, { what: 'one group' });
    await page.getByRole('button', { name: 'Undo' }).first().click();
    await waitFor(async () => (await groups.count()) === 2, { what: 'both groups' });
    await faces.first().focus();
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('i');
    await page.getByText('Set aside. New sightings').waitFor();
    await waitFor(async () => (await groups.count()) === 1, { what: 'one group' });
    expect(calls()).toEqual([
      ['denied', { person: ANN.id }],
      [ANN.id, undefined],
      ['assign', { person: ANN.id, photos: [] }],
      ['undo', undefined],
      ['ignored', { ignored: true }],
    ]);
    await page.getByRole('button', { name: 'Set aside (1)' }).click();
    await page.getByRole('button', { name: 'Show again' }).click();
    await page.getByText('Nobody is set aside').waitFor();
    await page.getByRole('button', { name: 'Waiting (2)' }).click();
    await waitFor(async () => (await groups.count()) === 2, { what: 'both groups' });
    await faces.first().focus();
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'Unknown person', level: 1 }).waitFor();
    expect(problems).toEqual([]);
  });

  it('creates a person by the pictures that stay ticked, and asks when they seem to be enrolled', async () => {
    let world: World | undefined;
    const group = makeGroup(1, 8);
    const { page, problems, server } = await scene.open({
      hash: '#/unknowns',
      prepare: (server) => {
        world = serve(server, [group]);
      },
    });
    await page.getByTestId('unknown').locator('a[data-arrow-stop]').focus();
    await page.keyboard.press('c');
    const dialog = page.getByRole('dialog');
    await dialog.getByRole('button', { name: 'Enrol' }).click();
    await dialog.getByText('Enter the name').waitFor();
    await dialog.getByLabel('Name').fill('Cy');
    expect(await dialog.getByRole('checkbox', { name: /^Picture/, checked: true }).count()).toBe(5);
    await dialog.getByRole('checkbox', { name: /^Picture 2,/ }).uncheck();
    const photos = [0, 2, 3, 4].map((i) => group.list[i]?.id);
    server.answer(`POST /unknowns/${group.id}/enrol`, () => ({
      status: 409,
      body: {
        ...(problem('likely-duplicate', 'This seems to be Ann Archer.').body as object),
        people: [{ personId: ANN.id, name: ANN.name, score: 0.7 }],
      },
    }));
    await page.keyboard.press('Enter');
    await dialog.getByText('Is this Ann Archer?').waitFor();
    await dialog.getByRole('button', { name: 'Add the photos to Ann Archer' }).click();
    await page.getByText('8 sightings are Ann Archer’s now. 4 pictures became photos.').waitFor();
    expect(world?.calls).toEqual([
      { route: `POST /unknowns/${group.id}/assign`, body: { person: ANN.id, photos } },
    ]);
    await page.getByText('Nobody unknown is waiting').waitFor();
    expect(problems.filter((one) => !one.includes('409'))).toEqual([]);
  });

  it('assigns to somebody found by name, with a reason for each picture that is refused', async () => {
    let world: World | undefined;
    const group = makeGroup(1, 3);
    const { page, server } = await scene.open({
      hash: '#/unknowns',
      prepare: (server) => {
        world = serve(server, [group]);
      },
    });
    await page.getByRole('button', { name: 'Assign' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByRole('button', { name: 'Assign' }).click();
    await dialog.getByText('Choose a person.').waitFor();
    await dialog.getByRole('radio', { name: /Bob/ }).check();
    await dialog.getByRole('checkbox', { name: /^Picture 1,/ }).check();
    const works = `POST /unknowns/${group.id}/assign`;
    const message = 'It does not seem to show the person of the photos enrolled before.';
    server.answer(works, () => {
      const photos = [{ photo: 0, filename: `${group.list[0]?.id}.jpg`, accepted: false, message }];
      const refused = problem('no-usable-photo', 'The photo cannot be used.');
      return { status: 422, body: { ...(refused.body as object), photos } };
    });
    await dialog.getByRole('button', { name: 'Assign' }).click();
    await dialog.getByText(message).waitFor();
    serve(server, [group]);
    world = serve(server, [group]);
    await dialog.getByRole('checkbox', { name: /^Picture 1,/ }).uncheck();
    await dialog.getByRole('button', { name: 'Assign' }).click();
    await page.getByText('3 sightings are Bob Baker’s now.').waitFor();
    expect(world.calls).toEqual([{ route: works, body: { person: BOB.id, photos: [] } }]);
  });

  it('parts a sighting of somebody else, takes an answer back, and erases after asking', async () => {
    let world: World | undefined;
    const group = {
      ...makeGroup(1, 4, maybeAnn),
      denied: [{ id: BOB.id, name: BOB.name }],
    };
    const { page, problems } = await scene.open({
      hash: `#/unknowns/${group.id}`,
      prepare: (server) => {
        world = serve(server, [group]);
        server.answer(`DELETE /unknowns/${group.id}/denied/${BOB.id}`, { status: 204 });
      },
    });
    const sightings = page.getByTestId('unknown-sighting');
    await waitFor(async () => (await sightings.count()) === 4, { what: 'sightings' });
    const part = page.getByRole('button', { name: 'Not the same person' });
    expect(await part.isDisabled()).toBe(true);
    await sightings.nth(1).getByRole('checkbox').focus();
    await page.keyboard.press('Space');
    await page.getByText('1 chosen').waitFor();
    await part.click();
    await page.getByText('1 sighting has its own group now.').waitFor();
    await waitFor(async () => (await sightings.count()) === 3, { what: 'one sighting less' });
    expect(world?.calls[0]?.body).toEqual({ sightings: [group.list[1]?.id], to: 'new' });
    await page.getByRole('button', { name: 'Suggest Bob Baker again' }).click();
    await page.getByRole('button', { name: 'Erase' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Erase' }).click();
    await page.getByText('4 sightings were erased.').waitFor();
    await page.getByText('Nobody unknown is waiting').waitFor();
    await page.goBack();
    await page.getByText('This group is not there any more').waitFor();
    expect(problems.filter((one) => !one.includes('404'))).toEqual([]);
  });

  it('says when they cannot be loaded, and goes on when they can', async () => {
    let broken = true;
    const { page } = await scene.open({
      hash: '#/unknowns',
      prepare: (server) => {
        serve(server, []);
        server.answer('GET /unknowns', () =>
          broken ? { status: 0 } : { body: { groups: [], total: 0, ignored: 0, retentionHours: 24 } },
        );
      },
    });
    await page.getByRole('alert').getByText('The server does not answer').waitFor();
    broken = false;
    await page.getByRole('button', { name: 'Try again' }).click();
    await page.getByText('Nobody unknown is waiting').waitFor();
  });

  it.each([
    ['desktop, light', { viewport: { width: 1280, height: 900 }, colorScheme: 'light' }],
    ['phone, dark', { viewport: { width: 390, height: 844 }, isMobile: true, colorScheme: 'dark' }],
  ] as const)('is accessible on a %s', async (name, options) => {
    const { page, problems, server } = await scene.open({
      page: options,
      hash: '#/unknowns',
      prepare: (server) => {
        serve(server, [makeGroup(1, 8, maybeAnn), makeGroup(2, 1), makeGroup(3, 3)]);
      },
    });
    server.notify('unknowns', { groups: 3 });
    await page.getByText('May be Ann Archer, 41 %').waitFor();
    const look = async (what: string) => {
      if (process.env.SCREENSHOTS) {
        const path = `${process.env.SCREENSHOTS}/${name.replace(', ', '-')}-${what}.png`;
        await page.screenshot({ path, fullPage: true });
      }
      const wide = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
      expect(wide, what).toBeLessThanOrEqual(0);
      expect(await seriousViolations(page), what).toEqual([]);
    };
    await look('unknowns');
    for (const button of ['Assign', 'Create person']) {
      await page.getByRole('button', { name: button }).first().click();
      if (button === 'Assign') await page.getByRole('radio', { name: /Ann/ }).check();
      await look(button);
      await page.keyboard.press('Escape');
    }
    await page.getByTestId('unknown').locator('a[data-arrow-stop]').first().click();
    await page.getByTestId('unknown-sighting').first().waitFor();
    await look('unknown');
    await page.goto(`${server.url}/console#/unknowns`);
    await page.getByRole('button', { name: /^Set aside/ }).click();
    await page.getByText('Nobody is set aside').waitFor();
    await look('empty');
    expect(problems).toEqual([]);
  });
});
