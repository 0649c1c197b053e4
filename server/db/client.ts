import { join } from 'node:path';
import { PGlite } from '@electric-sql/pglite';
import pg from 'pg';
import type { Logger } from '../../config/logger.ts';
import { FacewireError } from '../../protocol/errors.ts';

/** Takes SQL with `$1` parameters. Bytes come back as Uint8Array, bigint as number, timestamps as Date. */
export type Queryable = {
  query<T>(sql: string, params?: readonly unknown[]): Promise<T[]>;
  /** Several statements, without parameters or results. */
  execute(sql: string): Promise<void>;
};

/** Every method throws {@link FacewireError} `database-unavailable` when the database is away. */
export type Database = Queryable & {
  kind: 'pglite' | 'postgres';
  /** Runs `work` in one transaction, and rolls back when it throws. Inside, use `tx` only. */
  transaction<T>(work: (tx: Queryable) => Promise<T>): Promise<T>;
  close(): Promise<void>;
};

/**
 * Opens PostgreSQL when `url` is given, else the embedded PGlite in `dataDir/db`.
 * PGlite belongs to one process: the caller holds the data folder's claim.
 * @throws {FacewireError} `database-unavailable`
 */
export async function openDatabase(options: {
  url: string | undefined;
  dataDir: string;
  logger: Logger;
}): Promise<Database> {
  return options.url
    ? openPostgres({ url: options.url, logger: options.logger })
    : openPglite({ path: join(options.dataDir, 'db') });
}

async function openPglite({ path }: { path: string }): Promise<Database> {
  const pglite = await PGlite.create(path).catch((cause: unknown) => {
    throw new FacewireError(
      'database-unavailable',
      `The database in ${path} does not open. Restore the folder from a backup, or set DATA_DIR to a new one.`,
      { cause },
    );
  });
  const queryable = (target: Pick<PGlite, 'query' | 'exec'>): Queryable => ({
    query: <T>(sql: string, params: readonly unknown[] = []) =>
      explained(async () => (await target.query<T>(sql, [...params])).rows),
    execute: (sql) =>
      explained(async () => {
        await target.exec(sql);
      }),
  });
  return {
    kind: 'pglite',
    ...queryable(pglite),
    transaction: (work) => pglite.transaction((tx) => work(queryable(tx))),
    close: async () => {
      if (!pglite.closed) await pglite.close();
    },
  };
}

const { INT8, NUMERIC } = pg.types.builtins;
/** Our bigints are counters far below 2^53, so numbers serve, as PGlite gives them. */
const types: pg.CustomTypesConfig = {
  getTypeParser: (oid, format) => {
    if ((oid as number) === INT8 || (oid as number) === NUMERIC) return Number;
    const parser: unknown =
      format === 'binary' ? pg.types.getTypeParser(oid, 'binary') : pg.types.getTypeParser(oid, 'text');
    return parser;
  },
};

async function openPostgres({ url, logger }: { url: string; logger: Logger }): Promise<Database> {
  const pool = new pg.Pool({ connectionString: url, max: 10, connectionTimeoutMillis: 5000, types });
  pool.on('error', (err) => logger.warn({ err }, 'an idle database connection was lost'));
  const queryable = (target: pg.Pool | pg.PoolClient): Queryable => ({
    query: <T>(sql: string, params: readonly unknown[] = []) =>
      explained(async () => (await target.query(sql, [...params])).rows as T[]),
    execute: (sql) =>
      explained(async () => {
        await target.query(sql);
      }),
  });
  const database: Database = {
    kind: 'postgres',
    ...queryable(pool),
    async transaction(work) {
      const client = await explained(() => pool.connect());
      const tx = queryable(client);
      let broken = false;
      try {
        await tx.execute('begin');
        const result = await work(tx);
        await tx.execute('commit');
        return result;
      } catch (error) {
        // A connection that cannot roll back must not go back to the pool.
        await client.query('rollback').catch(() => {
          broken = true;
        });
        throw error;
      } finally {
        client.release(broken);
      }
    },
    close: async () => {
      if (!pool.ended) await pool.end();
    },
  };
  try {
    await database.query('select 1');
  } catch (error) {
    await database.close();
    throw error;
  }
  return database;
}

/** Tells "the database is away" from "the statement is wrong". */
async function explained<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (cause) {
    if (!isConnectionLoss(cause)) throw withoutValues(cause);
    throw new FacewireError(
      'database-unavailable',
      'PostgreSQL cannot be reached. Check that it runs and that DATABASE_URL is right, then try again.',
      { cause },
    );
  }
}

/** Errors are logged: the parameters that PGlite hangs onto them, and the rows that `detail` quotes, are not. */
function withoutValues(error: unknown): unknown {
  if (error instanceof Error) {
    delete (error as { params?: unknown }).params;
    delete (error as { detail?: unknown }).detail;
  }
  return error;
}

function isConnectionLoss(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const code = (error as NodeJS.ErrnoException).code;
  // Node's socket errors (ECONNREFUSED and kin), and SQLSTATE classes 08 (connection), 57P (shutdown),
  // 53300 (too many connections), 28 and 3D (wrong login or database): https://www.postgresql.org/docs/current/errcodes-appendix.html
  if (code) return /^E[A-Z]+$/.test(code) || /^(08|57P|53300|28|3D)/.test(code);
  return /connection terminated|timeout exceeded when trying to connect|Client has encountered/i.test(
    error.message,
  );
}

/** True for a violated unique constraint (SQLSTATE 23505), in PGlite and PostgreSQL alike. */
export function isUniqueViolation(error: unknown): boolean {
  return error instanceof Error && (error as { code?: unknown }).code === '23505';
}
