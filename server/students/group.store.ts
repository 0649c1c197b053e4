import { randomUUID } from 'node:crypto';
import { FacewireError } from '../../protocol/errors.ts';
import { type ChangeGroup, type CreateGroup, MOST_STUDENT_GROUPS } from '../../protocol/student-versions.ts';
import type { AuditStore } from '../db/audit.store.ts';
import { type Database, isUniqueViolation, type Queryable } from '../db/client.ts';

/** Creations take turns on it, so that the limit holds. */
const CREATE_LOCK = 7_031_998;

export type StoredGroup = {
  id: string;
  name: string;
  shift: string | null;
  cameras: { id: string; name: string }[];
  paused: boolean;
  automatic: boolean;
  createdAt: string;
};

/** Which cameras share a student. */
export type GroupStore = {
  /** By name. */
  list(): Promise<StoredGroup[]>;
  get(id: string): Promise<StoredGroup | undefined>;
  /** @throws {FacewireError} `conflict` for a name that is taken, `bad-state` for too many, `not-found` for a camera */
  create(input: CreateGroup & { by: string }): Promise<StoredGroup>;
  /** @returns `undefined` when there is none. @throws as `create` */
  change(id: string, input: ChangeGroup & { by: string }): Promise<StoredGroup | undefined>;
  /** Deletes the group with its versions; its cameras have the embedder again. */
  remove(input: { id: string; by: string }): Promise<boolean>;
};

type Row = {
  id: string;
  name: string;
  shift: string | null;
  paused: boolean;
  automatic: boolean;
  created_at: Date;
};
const COLUMNS = 'id, name, shift, paused, automatic, created_at';

export function createGroupStore(dependencies: { database: Database; audit: AuditStore }): GroupStore {
  const { database, audit } = dependencies;

  const withCameras = async (queryable: Queryable, rows: readonly Row[]): Promise<StoredGroup[]> => {
    const cameras = await queryable.query<{ group_id: string; id: string; name: string }>(
      `select c.group_id, k.id, k.name from student_group_cameras c join kiosks k on k.id = c.kiosk_id
       where k.revoked_at is null and c.group_id = any($1::uuid[]) order by lower(k.name), k.id`,
      [rows.map(({ id }) => id)],
    );
    return rows.map(({ created_at, ...row }) => ({
      ...row,
      createdAt: created_at.toISOString(),
      cameras: cameras.filter(({ group_id }) => group_id === row.id).map(({ id, name }) => ({ id, name })),
    }));
  };
  const read = async (queryable: Queryable, id: string): Promise<StoredGroup | undefined> => {
    const rows = await queryable.query<Row>(`select ${COLUMNS} from student_groups where id = $1`, [id]);
    return (await withCameras(queryable, rows))[0];
  };
  const setCameras = async (tx: Queryable, group: string, cameras: readonly string[]) => {
    const known = await tx.query<{ id: string }>(
      'select id from kiosks where revoked_at is null and id = any($1::uuid[])',
      [cameras],
    );
    const missing = cameras.find((camera) => !known.some(({ id }) => id === camera));
    if (missing)
      throw new FacewireError('not-found', `There is no camera with the id ${missing} (any more).`);
    await tx.query('delete from student_group_cameras where group_id = $1 or kiosk_id = any($2::uuid[])', [
      group,
      cameras,
    ]);
    for (const { id } of known) {
      await tx.query('insert into student_group_cameras (kiosk_id, group_id) values ($1, $2)', [id, group]);
    }
  };
  const named = async <T>(name: string | undefined, work: Promise<T>): Promise<T> => {
    try {
      return await work;
    } catch (error) {
      if (!isUniqueViolation(error)) throw error;
      throw new FacewireError('conflict', `There is a group "${name}" already. Choose another name.`);
    }
  };

  return {
    list: async () =>
      withCameras(
        database,
        await database.query<Row>(`select ${COLUMNS} from student_groups order by lower(name), id`),
      ),
    get: (id) => read(database, id),

    create: ({ name, shift, cameras, paused, automatic, by }) =>
      named(
        name,
        database.transaction(async (tx) => {
          await tx.query('select pg_advisory_xact_lock($1)', [CREATE_LOCK]);
          const [count] = await tx.query<{ count: number }>(
            'select count(*)::int as count from student_groups',
          );
          if ((count?.count ?? 0) >= MOST_STUDENT_GROUPS) {
            throw new FacewireError(
              'bad-state',
              `There are ${MOST_STUDENT_GROUPS} groups already, and no more are kept. Delete one, or add the cameras to one.`,
            );
          }
          const id = randomUUID();
          await tx.query(
            'insert into student_groups (id, name, shift, paused, automatic) values ($1, $2, $3, $4, $5)',
            [id, name, shift, paused, automatic],
          );
          await setCameras(tx, id, cameras);
          const detail = { cameras: cameras.length, shift };
          await audit.append({ actor: by, action: 'training.group-created', subject: id, detail }, tx);
          return (await read(tx, id)) as StoredGroup;
        }),
      ),

    change: (id, { name, shift, cameras, paused, automatic, by }) =>
      named(
        name,
        database.transaction(async (tx) => {
          const rows = await tx.query(
            `update student_groups set name = coalesce($2, name), shift = case when $3 then $4 else shift end,
               paused = coalesce($5, paused), automatic = coalesce($6, automatic) where id = $1 returning id`,
            [id, name ?? null, shift !== undefined, shift ?? null, paused ?? null, automatic ?? null],
          );
          if (rows.length === 0) return undefined;
          if (cameras) await setCameras(tx, id, cameras);
          const detail = {
            ...(paused === undefined ? {} : { paused }),
            ...(automatic === undefined ? {} : { automatic }),
            ...(shift === undefined ? {} : { shift }),
            ...(cameras === undefined ? {} : { cameras: cameras.length }),
          };
          await audit.append({ actor: by, action: 'training.group-changed', subject: id, detail }, tx);
          return read(tx, id);
        }),
      ),

    remove: ({ id, by }) =>
      database.transaction(async (tx) => {
        const rows = await tx.query('delete from student_groups where id = $1 returning id', [id]);
        if (rows.length === 0) return false;
        await audit.append({ actor: by, action: 'training.group-deleted', subject: id }, tx);
        return true;
      }),
  };
}
