import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Job, Queue } from 'bullmq';
import type { Redis } from 'ioredis';
import type { ErasureProof } from '../../protocol/audit.ts';
import { redisKeys, type WorkerStatus } from '../../protocol/jobs.ts';
import type { Database } from '../db/client.ts';
import type { AuditSearch } from './audit-search.ts';

type Finding = ErasureProof['looked'][number];

/**
 * Tables that keep an erased person's id, and nothing but the id, on purpose: what proves the erasure, what tells
 * workers of it, and what tells which students learnt from the person, so that none of them is promoted again.
 */
const KEEP_THE_ID = ['audit', 'gallery_log', 'student_version_people'];
/** Files of a data folder that are looked at by name. */
const FILES_AT_MOST = 100_000;

/**
 * Looks for a person wherever something of them could be left, and says where it looked. Sealed values cannot be
 * searched by content; whatever is sealed about a person lies beside their id, which is searched for.
 */
export function createErasureProver(dependencies: {
  database: Database;
  redis: Redis;
  queues: readonly Queue[];
  search: Pick<AuditSearch, 'erasureOf'>;
  workers: () => Promise<WorkerStatus[]>;
  /** Whether what is live – streams, labels, sightings that last – still tells of them. */
  isInMemory: (personId: string) => boolean;
  dataDir: string;
}): (personId: string) => Promise<ErasureProof> {
  const { database, redis, queues, search, workers, isInMemory, dataDir } = dependencies;

  /** Every column of every table that can hold an id: tables that come later are looked at by themselves. */
  const inDatabase = async (id: string): Promise<Finding[]> => {
    const columns = await database.query<{ table_name: string; column_name: string; data_type: string }>(
      `select table_name, column_name, data_type from information_schema.columns
       where table_schema = 'public' and data_type in ('uuid', 'text', 'json', 'jsonb', 'ARRAY')
         and table_name <> all ($1) order by table_name, column_name`,
      [KEEP_THE_ID],
    );
    const byTable = Map.groupBy(columns, ({ table_name }) => table_name);
    return Promise.all(
      [...byTable].map(async ([table, own]): Promise<Finding> => {
        const conditions = own.map(({ column_name, data_type }) =>
          data_type === 'uuid'
            ? `"${column_name}" = $1::uuid`
            : `position($1::text in "${column_name}"::text) > 0`,
        );
        const [row] = await database.query<{ count: number }>(
          `select count(*)::int as count from "${table}" where ${conditions.join(' or ')}`,
          [id],
        );
        return { area: 'database', place: table, found: row?.count ?? 0 };
      }),
    );
  };

  const inRedis = async (id: string): Promise<Finding[]> => {
    const [enrolled, keys] = await Promise.all([redis.hexists(redisKeys.gallery, id), countKeys(redis, id)]);
    return [
      { area: 'redis', place: 'gallery', found: enrolled },
      { area: 'redis', place: 'keys', found: keys },
    ];
  };

  const inQueues = (id: string): Promise<Finding[]> =>
    Promise.all(
      queues.map(async (queue): Promise<Finding> => {
        const jobs: (Job | undefined)[] = await queue.getJobs(
          ['waiting', 'prioritized', 'active', 'delayed', 'failed', 'completed'],
          0,
          9999,
        );
        const found = jobs.filter((job) => job && JSON.stringify([job.id, job.data]).includes(id)).length;
        return { area: 'queues', place: queue.name, found };
      }),
    );

  /** A replica that has taken in the removal no longer knows the person. */
  const inWorkers = async (id: string): Promise<Finding[]> => {
    const [removal] = await database.query<{ version: number }>(
      "select max(version) as version from gallery_log where person_id = $1 and op = 'remove'",
      [id],
    );
    const removed = removal?.version ?? undefined;
    return (await workers()).map(({ host, pid, galleryVersion }) => ({
      area: 'workers',
      place: `${host}/${pid}`,
      found: removed !== undefined && galleryVersion < removed ? 1 : 0,
    }));
  };

  const inFiles = async (id: string): Promise<Finding> => {
    const names = await readdir(dataDir, { recursive: true });
    // The database's own files are looked at by its tables.
    const own = names.filter((name) => !name.startsWith(join('db', '/'))).slice(0, FILES_AT_MOST);
    return { area: 'files', place: 'data', found: own.filter((name) => name.includes(id)).length };
  };

  return async (personId) => {
    const looked = await Promise.all([
      settled('database', 'tables', inDatabase(personId)),
      settled('redis', 'keys', inRedis(personId)),
      settled('queues', 'jobs', inQueues(personId)),
      settled('workers', 'replicas', inWorkers(personId)),
      settled(
        'files',
        'data',
        inFiles(personId).then((finding) => [finding]),
      ),
    ]);
    const inMemory: Finding = { area: 'memory', place: 'live', found: isInMemory(personId) ? 1 : 0 };
    const findings = [...looked.flat(), inMemory];
    return {
      personId,
      checkedAt: new Date().toISOString(),
      erasure: (await search.erasureOf(personId)) ?? null,
      gone: findings.every(({ found, unknown }) => found === 0 && unknown === undefined),
      looked: findings,
    };
  };
}

/** Where it cannot be looked, that is said, and nothing is proven. */
async function settled(area: Finding['area'], place: string, work: Promise<Finding[]>): Promise<Finding[]> {
  return work.catch((error: unknown) => [
    { area, place, found: 0, unknown: error instanceof Error ? error.message : String(error) },
  ]);
}

async function countKeys(redis: Redis, id: string): Promise<number> {
  let found = 0;
  for (let cursor = '0'; ; ) {
    const [next, keys] = await redis.scan(cursor, 'MATCH', `fw:*${id}*`, 'COUNT', 1000);
    found += keys.length;
    if (next === '0') return found;
    cursor = next;
  }
}
