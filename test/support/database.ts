import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { cp, mkdtemp, rename, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { createLogger } from '../../config/logger.ts';
import { type Database, openDatabase } from '../../server/db/client.ts';
import { MIGRATIONS_DIR, migrate } from '../../server/db/migrate.ts';

export const silent = createLogger({ level: 'silent', name: 'test' });

/** A fresh PGlite with the current schema, in a folder of its own. */
export async function openTestDatabase(): Promise<{
  database: Database;
  dataDir: string;
  close(): Promise<void>;
}> {
  const dataDir = await mkdtemp(join(tmpdir(), 'facewire-db-'));
  await cp(await preparedFolder(), dataDir, { recursive: true });
  const database = await openDatabase({ url: undefined, dataDir, logger: silent });
  return {
    database,
    dataDir,
    async close() {
      await database.close();
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}

/** Making a PGlite takes four seconds of CPU, copying one a fifth: it is made once for each schema. */
export async function preparedFolder(): Promise<string> {
  const hash = createHash('sha256');
  const pglite = dirname(createRequire(import.meta.url).resolve('@electric-sql/pglite'));
  hash.update(readFileSync(join(pglite, '../package.json')));
  for (const name of readdirSync(MIGRATIONS_DIR).sort())
    hash.update(readFileSync(join(MIGRATIONS_DIR, name)));
  const prepared = join(tmpdir(), `facewire-test-db-${hash.digest('hex').slice(0, 16)}`);
  if (existsSync(prepared)) return prepared;
  const dataDir = await mkdtemp(join(tmpdir(), 'facewire-db-'));
  const database = await openDatabase({ url: undefined, dataDir, logger: silent });
  await migrate({ database, logger: silent });
  await database.close();
  // Test files run side by side: whoever is second uses the first one's.
  await rename(dataDir, prepared).catch(() => rm(dataDir, { recursive: true, force: true }));
  return prepared;
}
