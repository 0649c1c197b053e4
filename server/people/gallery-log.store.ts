import type { Database, Queryable } from '../db/client.ts';

/** Writers take turns until they commit: versions have no gaps and become visible in their order. */
export const GALLERY_LOCK = 7_032_000;

export type LoggedChange = { version: number; op: 'upsert' | 'remove'; personId: string };

/** Notes a change of the gallery in the transaction that makes it. @returns its version */
export async function appendGalleryLog(
  tx: Queryable,
  change: { op: LoggedChange['op']; personId: string },
): Promise<number> {
  await tx.query('select pg_advisory_xact_lock($1)', [GALLERY_LOCK]);
  const [row] = await tx.query<{ version: number }>(
    `insert into gallery_log (version, op, person_id)
     select coalesce(max(version), 0) + 1, $1, $2 from gallery_log returning version`,
    [change.op, change.personId],
  );
  return (row as { version: number }).version;
}

export async function readGalleryLog(
  database: Database,
  { after, limit }: { after: number; limit: number },
): Promise<LoggedChange[]> {
  return database.query<LoggedChange>(
    'select version, op, person_id as "personId" from gallery_log where version > $1 order by version limit $2',
    [after, limit],
  );
}

/** Version of the last change; 0 before the first. */
export async function galleryHead(database: Database): Promise<number> {
  const [row] = await database.query<{ head: number | null }>('select max(version) as head from gallery_log');
  return row?.head ?? 0;
}

/** The id of this installation's gallery. */
export async function galleryInstallation(database: Database): Promise<string> {
  const [row] = await database.query<{ value: string }>(
    "select value from settings where name = 'installation'",
  );
  if (!row) throw new Error('The database has no installation id; its settings table was emptied.');
  return row.value;
}
