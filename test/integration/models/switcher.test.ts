import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { openLibrary } from '../../../models/registry.ts';
import { createServingModel, type ServingModel } from '../../../server/models/serving-model.ts';
import { createSwitchStore, type SwitchStore } from '../../../server/models/switch.store.ts';
import { createSwitcher, type Switcher } from '../../../server/models/switcher.ts';
import { BulkError, type BulkLane } from '../../../server/queue/bulk.ts';
import { silent } from '../../support/database.ts';
import { testEmbedding, testVault } from '../../support/gallery.ts';
import { openTestPeople, storePerson } from '../../support/people.ts';
import { startTestRedis, type TestRedis } from '../../support/redis.ts';
import { waitFor } from '../../support/wait-for.ts';

const FIRST = 'mobilefacenet-192';
const OTHER = 'foamliu-128';

describe('a change of the model', () => {
  let opened: Awaited<ReturnType<typeof openTestPeople>>;
  let redis: TestRedis;
  let serving: ServingModel;
  let store: SwitchStore;
  let switcher: Switcher;
  let embedCrops: BulkLane['embedCrops'];

  /** Reference crops of the test say `crop N`; those of even N can be embedded. */
  const embedEven: BulkLane['embedCrops'] = async ({ crops }) =>
    crops.map((crop) => {
      const seed = Number(Buffer.from(crop).toString().slice(5));
      return seed % 2 === 0 ? testEmbedding(seed, 128) : undefined;
    });

  beforeAll(async () => {
    redis = await startTestRedis();
  });
  afterAll(() => redis.close());
  beforeEach(async () => {
    opened = await openTestPeople();
    const { database, audit } = opened;
    const library = () => openLibrary();
    serving = await createServingModel({ database, configured: FIRST, library, logger: silent });
    store = createSwitchStore({ database, vault: testVault, audit });
    embedCrops = embedEven;
    switcher = createSwitcher({
      database,
      store,
      serving,
      bulk: { embedCrops: (input) => embedCrops(input) },
      publisher: { publishPending: async () => 0 },
      redis: redis.connect(),
      runner: randomUUID(),
      logger: silent,
    });
    switcher.start();
  });
  afterEach(async () => {
    await switcher.close();
    await opened.close();
  });
  const begin = async (force = false) => {
    await store.begin({ model: OTHER, force, by: 'test' });
    switcher.look();
  };
  const stopped = () =>
    waitFor(
      async () => {
        const now = await store.get();
        return now?.state === 'stopped' ? now : undefined;
      },
      { what: 'it stops' },
    );
  const untilServes = () =>
    waitFor(() => serving.current().name === OTHER || undefined, { what: 'it serves' });
  const recordOf = async (id: string) => (await opened.people.galleryRecords([id]))[0];

  test('stops and names who would be lost; with force it goes on, and keeps their photo', async () => {
    const ada = await storePerson(opened.people, { name: 'Ada', seeds: [2, 3] });
    const ben = await storePerson(opened.people, { name: 'Ben', seeds: [5] });
    await begin();
    expect((await stopped()).message).toMatch(/^1 of the people.*with force/);
    expect(await store.lost(OTHER)).toEqual([{ id: ben.id, name: 'Ben' }]);
    expect(await store.counts(OTHER)).toEqual({ total: 3, done: 3, failed: 2 });
    expect(serving.current().name).toBe(FIRST);
    expect((await recordOf(ben.id))?.model).toBe(FIRST);

    await begin(true);
    await untilServes();
    expect((await recordOf(ada.id))?.model).toBe(OTHER);
    expect(await recordOf(ben.id)).toBeUndefined();
    expect((await opened.people.get(ben.id))?.templates).toBe(1);
    expect(await opened.audit.firstBroken()).toBeUndefined();
  });

  test('can be cancelled: nothing of it stays, and the model before serves', async () => {
    const ada = await storePerson(opened.people, { seeds: [2] });
    const ben = await storePerson(opened.people, { name: 'Ben', seeds: [3] });
    await begin();
    await stopped();
    await expect(store.begin({ model: FIRST, force: false, by: 'test' })).rejects.toThrow(
      /under way. Cancel it/,
    );
    expect(await store.cancel({ by: 'test' })).toBe(true);
    expect(await opened.database.query('select * from staged_embeddings')).toEqual([]);
    expect(await store.cancel({ by: 'test' })).toBe(false);
    for (const { id } of [ada, ben]) expect((await recordOf(id))?.model).toBe(FIRST);
  });

  test('goes on without whoever is erased meanwhile, and takes up whoever is enrolled', async () => {
    const ada = await storePerson(opened.people, { seeds: [2] });
    const ben = await storePerson(opened.people, { name: 'Ben', seeds: [4] });
    await storePerson(opened.people, { name: 'Odd', seeds: [3] });
    await begin();
    await stopped();
    await opened.people.erase({ id: ben.id, by: 'test' });
    expect(await opened.database.query('select * from staged_embeddings')).toHaveLength(2);
    const eve = await storePerson(opened.people, { name: 'Eve', seeds: [6] });
    await begin(true);
    await untilServes();
    for (const { id } of [ada, eve]) expect((await recordOf(id))?.model).toBe(OTHER);
    expect(await recordOf(ben.id)).toBeUndefined();

    // By an answer of the model before, which came after the change.
    const late = await storePerson(opened.people, { name: 'Late', seeds: [8] });
    await waitFor(async () => (await recordOf(late.id))?.model === OTHER || undefined, {
      what: 'the photo is embedded anew',
    });
  });

  test('stops when a worker cannot run the model, and goes on when it is told to', async () => {
    const ada = await storePerson(opened.people, { seeds: [2] });
    embedCrops = () => Promise.reject(new BulkError('model', 'The model file is missing here.'));
    await begin();
    expect((await stopped()).message).toBe('The model file is missing here.');
    embedCrops = embedEven;
    await begin();
    await untilServes();
    expect((await recordOf(ada.id))?.model).toBe(OTHER);
  });

  test('outlives workers that cannot be reached for a while, and one crop that ends them', async () => {
    const ada = await storePerson(opened.people, { seeds: [2, 4, 6] });
    let calls = 0;
    embedCrops = async (input) => {
      calls += 1;
      if (calls === 1) throw new BulkError('timeout', 'No worker has answered.');
      if (input.crops.some((crop) => Buffer.from(crop).toString() === 'crop 4')) {
        throw new BulkError('failed', 'Each worker that took it has ended.');
      }
      return embedEven(input);
    };
    await begin();
    await untilServes();
    expect((await recordOf(ada.id))?.model).toBe(OTHER);
    expect(await opened.database.query('select 1 from templates where model = $1', [FIRST])).toHaveLength(1);
  });
});
