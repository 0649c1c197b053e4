import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inspect } from 'node:util';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { createAuditStore } from '../../../server/db/audit.store.ts';
import { type Database, isUniqueViolation, openDatabase } from '../../../server/db/client.ts';
import { migrate } from '../../../server/db/migrate.ts';
import { openTestDatabase, silent } from '../../support/database.ts';
import { findPostgres, startTestPostgres } from '../../support/postgres.ts';

const postgresBin = findPostgres();
if (!postgresBin)
  console.log('skipped: the database tests on PostgreSQL, because there is no postgres binary');

const engines: [string, boolean, () => Promise<{ database: Database; close(): Promise<void> }>][] = [
  ['pglite', true, openTestDatabase],
  [
    'postgres',
    postgresBin !== undefined,
    async () => {
      const server = await startTestPostgres(postgresBin as string);
      const database = await openDatabase({ url: server.url, dataDir: '', logger: silent });
      const second = await openDatabase({ url: server.url, dataDir: '', logger: silent });
      const applied = await Promise.all(
        [database, second].map((db) => migrate({ database: db, logger: silent })),
      );
      await second.close();
      // Two servers that start at once: each migration ran in one of them only.
      const versions = applied.flat();
      expect(versions).toContain(1);
      expect(new Set(versions).size).toBe(versions.length);
      return {
        database,
        async close() {
          await database.close();
          await server.close();
        },
      };
    },
  ],
];

for (const [name, available, open] of engines) {
  describe.skipIf(!available)(`the database on ${name}`, () => {
    let database: Database;
    let close = async () => {};
    beforeAll(async () => {
      const opened = await open();
      database = opened.database;
      close = () => opened.close();
    });
    afterAll(() => close());

    it('gives bytes, numbers and dates back as they went in', async () => {
      const rows = await database.query<{
        bytes: Uint8Array;
        big: number;
        at: Date;
        none: null;
        real: number;
      }>(
        'select $1::bytea as bytes, 5::bigint as big, $2::timestamptz as at, null as none, $3::real as real',
        [Uint8Array.of(0, 1, 255), new Date(1_700_000_000_000), 0.5],
      );
      const [row] = rows;
      expect(Buffer.from(row?.bytes ?? [])).toEqual(Buffer.of(0, 1, 255));
      expect(row).toMatchObject({ big: 5, at: new Date(1_700_000_000_000), none: null, real: 0.5 });
    });

    it('keeps nothing of a transaction that throws', async () => {
      const work = database.transaction(async (tx) => {
        await tx.query("insert into settings (name, value) values ('half', '1')");
        throw new Error('stop');
      });
      await expect(work).rejects.toThrow('stop');
      expect(await database.query("select * from settings where name = 'half'")).toEqual([]);
    });

    it('tells a violated unique constraint from other errors', async () => {
      const insert = () => database.query("insert into settings (name, value) values ('once', '1')");
      await insert();
      const error = await insert().catch((caught: unknown) => caught);
      expect(isUniqueViolation(error)).toBe(true);
      expect(isUniqueViolation(await database.query('select * from nowhere').catch((e: unknown) => e))).toBe(
        false,
      );
    });

    it('keeps what it was given out of its errors, which are logged', async () => {
      const failed = database.query('insert into settings (name, value) values ($1, null)', [
        'a person’s name',
      ]);
      const error = await failed.catch((caught: unknown) => caught);
      const logged = inspect(error, { depth: 5, showHidden: true });
      expect(logged).toContain('settings');
      expect(logged).not.toContain('a person’s name');
    });

    it('applies nothing the second time', async () => {
      expect(await migrate({ database, logger: silent })).toEqual([]);
    });

    it('chains the audit log, also when entries come at once, and refuses to change it', async () => {
      const audit = createAuditStore({ database });
      await Promise.all(
        Array.from({ length: 10 }, (_, i) =>
          audit.append({ actor: 'test', action: 'code.issued', subject: `${i}` }),
        ),
      );
      expect(await audit.firstBroken()).toBeUndefined();
      await expect(database.query("update audit set actor = 'nobody'")).rejects.toThrow('append-only');
      await expect(database.query('delete from audit')).rejects.toThrow('append-only');
    });

    it('finds the entry of the audit log that was tampered with behind the trigger', async () => {
      const audit = createAuditStore({ database });
      await database.execute('alter table audit disable trigger audit_append_only');
      await database.query("update audit set actor = 'nobody' where sequence = 4");
      expect(await audit.firstBroken()).toBe(4);
      await database.query("update audit set actor = 'test' where sequence = 4");
      await database.query('delete from audit where sequence = 6');
      expect(await audit.firstBroken()).toBe(7);
    });
  });
}

describe('migrations', () => {
  let directory = '';
  let opened: Awaited<ReturnType<typeof openTestDatabase>>;
  beforeAll(async () => {
    opened = await openTestDatabase();
    await opened.database.execute('delete from schema_migrations');
  });
  afterAll(() => opened.close());
  afterEach(() => rm(directory, { recursive: true, force: true }));

  const files = async (contents: Record<string, string>) => {
    directory = await mkdtemp(join(tmpdir(), 'facewire-migrations-'));
    for (const [name, sql] of Object.entries(contents)) await writeFile(join(directory, name), sql);
  };
  const run = () => migrate({ database: opened.database, logger: silent, directory });

  it('leaves nothing of one that fails, and tries it again the next time', async () => {
    await files({ '0001_a.sql': 'create table a (x integer); select wrong' });
    await expect(run()).rejects.toThrow('wrong');
    await rm(directory, { recursive: true });
    await files({ '0001_a.sql': 'create table a (x integer)' });
    expect(await run()).toEqual([1]);
  });

  it('refuses an applied file that was changed, and a database that is newer', async () => {
    await files({ '0001_a.sql': 'create table a (x bigint)' });
    await expect(run()).rejects.toThrow('0001_a.sql was changed');
    await rm(directory, { recursive: true });
    await files({ '0001_a.sql': 'create table a (x integer)', '0002_b.sql': 'create table b (x integer)' });
    expect(await run()).toEqual([2]);
    await rm(join(directory, '0002_b.sql'));
    await expect(run()).rejects.toThrow('a newer one');
  });

  it('refuses a gap in the numbers', async () => {
    await files({ '0002_b.sql': 'select 1' });
    await expect(run()).rejects.toThrow('0002_b.sql is out of order');
  });
});

describe('a PostgreSQL that is not there', () => {
  it('is reported as unavailable, with what to check', async () => {
    const opening = openDatabase({ url: 'postgres://127.0.0.1:1/none', dataDir: '', logger: silent });
    await expect(opening).rejects.toMatchObject({
      code: 'database-unavailable',
      message: expect.stringContaining('DATABASE_URL'),
    });
  });
});
