import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Logger } from '../../config/logger.ts';
import type { Database } from './client.ts';

export const MIGRATIONS_DIR = join(import.meta.dirname, 'migrations');

/** Any fixed number: servers that start at once take turns on it. */
const MIGRATION_LOCK = 7_031_998;

class MigrationError extends Error {
  readonly code = 'migration';
}

type Migration = { version: number; name: string; sql: string; checksum: string };

/**
 * Brings the schema up to date: each `NNNN_name.sql` once, in order, in a transaction of its own.
 * Servers that start at once on one PostgreSQL wait for each other.
 * @returns the versions that were applied now
 * @throws {MigrationError} when an applied file was changed, is missing, or the database is newer than this server
 */
export async function migrate(options: {
  database: Database;
  logger: Logger;
  directory?: string;
}): Promise<number[]> {
  const { database, logger } = options;
  const migrations = await readMigrations(options.directory ?? MIGRATIONS_DIR);
  const appliedNow: number[] = [];
  for (const migration of migrations) {
    if (await apply(database, migration, migrations)) {
      appliedNow.push(migration.version);
      logger.info({ migration: migration.name }, 'database migrated');
    }
  }
  return appliedNow;
}

async function apply(database: Database, migration: Migration, all: Migration[]): Promise<boolean> {
  return database.transaction(async (tx) => {
    await tx.query('select pg_advisory_xact_lock($1)', [MIGRATION_LOCK]);
    await tx.execute(`create table if not exists schema_migrations (
      version integer primary key, name text not null, checksum text not null,
      applied_at timestamptz not null default now())`);
    const applied = await tx.query<{ version: number; name: string; checksum: string }>(
      'select version, name, checksum from schema_migrations order by version',
    );
    for (const row of applied) {
      const file = all.find(({ version }) => version === row.version);
      if (!file) {
        throw new MigrationError(
          `The database has migration ${row.name}, which this server does not know: it was used by a newer one. ` +
            'Start that version, or restore a backup from before.',
        );
      }
      if (file.checksum !== row.checksum) {
        throw new MigrationError(
          `Migration ${row.name} was changed after it had been applied. Put the file back; changes go into a new one.`,
        );
      }
    }
    if (applied.some(({ version }) => version === migration.version)) return false;
    await tx.execute(migration.sql);
    await tx.query('insert into schema_migrations (version, name, checksum) values ($1, $2, $3)', [
      migration.version,
      migration.name,
      migration.checksum,
    ]);
    return true;
  });
}

async function readMigrations(directory: string): Promise<Migration[]> {
  const names = (await readdir(directory)).filter((name) => name.endsWith('.sql')).sort();
  return Promise.all(
    names.map(async (name, index) => {
      const version = Number(/^(\d{4})_[a-z0-9_]+\.sql$/.exec(name)?.[1]);
      if (version !== index + 1) {
        throw new MigrationError(
          `${name} is out of order: expected ${String(index + 1).padStart(4, '0')}_….sql`,
        );
      }
      const sql = await readFile(join(directory, name), 'utf8');
      return { version, name, sql, checksum: createHash('sha256').update(sql).digest('hex') };
    }),
  );
}
