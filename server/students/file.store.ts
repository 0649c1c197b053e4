import { setImmediate as breathe } from 'node:timers/promises';
import type { Database, Queryable } from '../db/client.ts';

/**
 * The embedded database runs in the server's own thread and takes a value of megabytes for seconds: in parts of this
 * size nobody waits for it longer than some milliseconds.
 */
const PART_BYTES = 32 * 1024;

/** Files of versions, sealed by the caller, in the database that all servers share. */
export type FileStore = {
  /** Before its version is there; what is never followed by one is swept. */
  write(version: string, sealed: Buffer): Promise<void>;
  read(version: string): Promise<Buffer | undefined>;
};

export function createFileStore({ database }: { database: Database }): FileStore {
  /** Whatever is written is read within moments: the workers are to have it. */
  let latest: { version: string; sealed: Buffer } | undefined;
  return {
    async write(version, sealed) {
      latest = { version, sealed };
      for (let at = 0, part = 0; at < sealed.length; at += PART_BYTES, part++) {
        await database.query('insert into student_files (version_id, part, bytes) values ($1, $2, $3)', [
          version,
          part,
          sealed.subarray(at, at + PART_BYTES),
        ]);
        await breathe();
      }
    },
    async read(version) {
      const [there] = await database.query('select 1 from student_files where version_id = $1 and part = 0', [
        version,
      ]);
      if (!there) return undefined;
      if (latest?.version === version) return latest.sealed;
      const parts: Buffer[] = [];
      for (;;) {
        const [row] = await database.query<{ bytes: Uint8Array }>(
          'select bytes from student_files where version_id = $1 and part = $2',
          [version, parts.length],
        );
        if (!row) break;
        parts.push(Buffer.from(row.bytes));
        await breathe();
      }
      return Buffer.concat(parts);
    },
  };
}

/** Files whose version is gone, or was never there: a server died while it wrote, or the group was deleted. */
export async function sweepFiles(queryable: Queryable): Promise<void> {
  await queryable.query(
    `delete from student_files f where not exists (select 1 from student_versions v where v.id = f.version_id)
       and f.written_at < now() - interval '10 minutes'`,
  );
}
