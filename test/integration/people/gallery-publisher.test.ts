import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { galleryChangeSchema, galleryRecordSchema, redisKeys, sealPurposes } from '../../../protocol/jobs.ts';
import { createGalleryPublisher, type GalleryPublisher } from '../../../server/people/gallery-publisher.ts';
import { silent } from '../../support/database.ts';
import { testVault } from '../../support/gallery.ts';
import { openTestPeople, storePerson } from '../../support/people.ts';
import { startTestRedis, type TestRedis } from '../../support/redis.ts';
import { waitFor } from '../../support/wait-for.ts';

let opened: Awaited<ReturnType<typeof openTestPeople>>;
let redis: TestRedis;
const publishers: GalleryPublisher[] = [];
beforeAll(async () => {
  [opened, redis] = await Promise.all([openTestPeople(), startTestRedis()]);
});
afterEach(async () => {
  await Promise.all(publishers.splice(0).map((publisher) => publisher.close()));
});
afterAll(async () => {
  await opened.close();
  await redis.close();
});

function publisherOn(server = redis, store = opened): GalleryPublisher {
  const publisher = createGalleryPublisher({
    ...store,
    redis: server.connect(),
    vault: testVault,
    logger: silent,
  });
  publishers.push(publisher);
  return publisher;
}

/** What a worker reads: names by id from the hash, the log, and the version. */
async function published() {
  const connection = redis.connect();
  const sealed = await connection.hgetallBuffer(redisKeys.gallery);
  const records = Object.entries(sealed).map(([id, value]) => {
    const record = galleryRecordSchema.parse(
      JSON.parse(testVault.open(sealPurposes.gallery, value).toString()),
    );
    expect(record.personId).toBe(id);
    return record;
  });
  const log = (await connection.xrange(redisKeys.galleryLog, '-', '+')).map(([, fields]) =>
    galleryChangeSchema.parse(
      Object.fromEntries(fields.flatMap((name, i) => (i % 2 === 0 ? [[name, fields[i + 1]]] : []))),
    ),
  );
  const version = Number(await connection.get(redisKeys.galleryVersion));
  const keys = await connection.keys(`${redisKeys.gallery}*`);
  return { names: records.map(({ name }) => name).sort(), log, version, keys: keys.sort() };
}

async function everybody(): Promise<string[]> {
  const { people } = await opened.people.list({ limit: 500, offset: 0 });
  return people.map(({ name }) => name).sort();
}

describe('the gallery publisher', () => {
  it('publishes the whole gallery to an empty Redis, and then each change in its order', async () => {
    const publisher = publisherOn();
    const first = await storePerson(opened.people, { name: 'First' });
    await publisher.publishPending();
    expect(await published()).toMatchObject({
      names: ['First'],
      log: [{ op: 'reset', version: 1 }],
      version: 1,
    });

    const second = await storePerson(opened.people, { name: 'Second' });
    await opened.people.erase({ id: first.id, by: 'test' });
    expect(await publisher.publishPending()).toBe(3);
    expect(await published()).toMatchObject({
      names: ['Second'],
      log: [
        { op: 'reset', version: 1 },
        { op: 'upsert', version: 2, personId: second.id },
        { op: 'remove', version: 3, personId: first.id },
      ],
      version: 3,
    });
  });

  it('tells of somebody who came and went meanwhile as gone', async () => {
    const publisher = publisherOn();
    const { id } = await storePerson(opened.people, { name: 'Short stay' });
    await opened.people.erase({ id, by: 'test' });
    await publisher.publishPending();
    const { log, names } = await published();
    expect(log.slice(-2).map(({ op }) => op)).toEqual(['remove', 'remove']);
    expect(names).not.toContain('Short stay');
  });

  it('publishes what was committed before the call, also while it is at work', async () => {
    const publisher = publisherOn();
    await Promise.all(
      Array.from({ length: 8 }, async (_, i) => {
        await storePerson(opened.people, { name: `Busy ${i}` });
        await publisher.publishPending();
        expect((await published()).names).toContain(`Busy ${i}`);
      }),
    );
  });

  it('writes each change once, though several servers publish', async () => {
    const several = [publisherOn(), publisherOn(), publisherOn()];
    await storePerson(opened.people, { name: 'Shared' });
    await Promise.all(several.map((publisher) => publisher.publishPending()));
    const { log, version } = await published();
    const versions = log.filter(({ op }) => op !== 'reset').map((change) => change.version);
    expect(new Set(versions).size).toBe(versions.length);
    expect(versions.at(-1)).toBe(version);
  });

  it('fills a Redis that came back empty, by itself', async () => {
    const publisher = publisherOn();
    publisher.start();
    await redis.kill();
    await storePerson(opened.people, { name: 'While away' });
    expect(await publisher.publishWithin(50)).toBe(false);
    await redis.restart();
    const state = await waitFor(
      async () => {
        const now = await published();
        return now.names.includes('While away') ? now : undefined;
      },
      { what: 'the gallery in the new Redis' },
    );
    expect(state.names).toEqual(await everybody());
    expect(state.log[0]).toMatchObject({ op: 'reset' });
    expect(state.keys).toEqual(
      [redisKeys.gallery, redisKeys.galleryLog, redisKeys.gallerySource, redisKeys.galleryVersion].sort(),
    );
  });

  it('replaces the gallery of another installation, and one that is ahead of a restored database', async () => {
    const publisher = publisherOn();
    await publisher.publishPending();
    const connection = redis.connect();
    for (const [key, value] of [
      [redisKeys.gallerySource, 'another installation'],
      [redisKeys.galleryVersion, '999999'],
    ] as const) {
      await connection.set(key, value);
      await connection.hset(redisKeys.gallery, 'somebody', 'else');
      await publisher.publishPending();
      const { names, log, version } = await published();
      expect(names).toEqual(await everybody());
      expect(log.at(-1)).toEqual({ op: 'reset', version });
    }
  });

  it('publishes a gallery of nobody', async () => {
    const empty = await openTestPeople();
    const publisher = publisherOn(redis, empty);
    await publisher.publishPending();
    expect(await published()).toMatchObject({ names: [], version: 0 });
    await publisher.close();
    await empty.close();
  });
});
