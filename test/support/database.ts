import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createLogger } from '../../config/logger.ts';
import { type Database, openDatabase } from '../../server/db/client.ts';
import { migrate } from '../../server/db/migrate.ts';

export const silent = createLogger({ level: 'silent', name: 'test' });

/** A fresh PGlite with the current schema, in a folder of its own. */
export async function openTestDatabase(): Promise<{
  database: Database;
  dataDir: string;
  close(): Promise<void>;
}> {
  const dataDir = await mkdtemp(join(tmpdir(), 'facewire-db-'));
  const database = await openDatabase({ url: undefined, dataDir, logger: silent });
  await migrate({ database, logger: silent });
  return {
    database,
    dataDir,
    async close() {
      await database.close();
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}
