import { statfs } from 'node:fs/promises';
import { hostname } from 'node:os';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import type { Redis } from 'ioredis';
import { redisKeys, workerStatusSchema } from '../../protocol/jobs.ts';
import type { Parts } from '../../protocol/operation.ts';
import type { Database } from '../db/client.ts';
import type { QueueDesk } from '../queue/queue-desk.ts';
import type { Sfu } from '../sfu/sfu.ts';

const CHECK_TIMEOUT_MS = 2000;
/** Beyond these a part is not well; the sentences below say so. */
const LATE_LOOP_MS = 100;
const LITTLE_DISK = 0.1;
const HARDLY_ANY_DISK = 0.02;
const WORKER_STALE_MS = 5000;
const GALLERY_LAG = 50;

/** Looks at every part of the installation. Calls are answered from one look a second at most. */
export type PartsMonitor = { look(): Promise<Parts>; close(): void };

export function createPartsMonitor(dependencies: {
  version: string;
  dataDir: string;
  redis: Redis;
  database: Database;
  sfu: Pick<Sfu, 'peers' | 'usage'>;
  queues: Pick<QueueDesk, 'counts'>;
}): PartsMonitor {
  const { version, dataDir, redis, database, sfu, queues } = dependencies;
  const delay = monitorEventLoopDelay({ resolution: 10 });
  delay.enable();
  const serverCpu = createShare();
  const sfuCpu = createShare();

  const server = (): Parts['server'] => {
    const { user, system } = process.cpuUsage();
    const ms = (nanoseconds: number) => Math.max(0, nanoseconds / 1e6 - 10);
    const eventLoopDelayMs = { p50: ms(delay.percentile(50)), p99: ms(delay.percentile(99)) };
    delay.reset();
    return {
      ...(eventLoopDelayMs.p99 > LATE_LOOP_MS
        ? { state: 'warning', problem: 'It comes to its work late: the machine is too busy.' }
        : { state: 'ok' }),
      version,
      node: process.version,
      host: hostname(),
      pid: process.pid,
      uptimeS: process.uptime(),
      memoryBytes: process.memoryUsage.rss(),
      cpu: serverCpu((user + system) / 1e6),
      eventLoopDelayMs,
    };
  };

  const media = async (): Promise<Parts['sfu']> => {
    const { peers } = sfu;
    const usage = await sfu.usage();
    if (!usage) return { state: 'error', problem: 'The media worker is being restarted.', peers };
    const { cpuS, ...rest } = usage;
    return { state: 'ok', peers, ...rest, cpu: sfuCpu(cpuS) };
  };

  const queueStore = async (): Promise<Parts['redis']> => {
    const asked = performance.now();
    const info = infoOf(await redis.info());
    const answerMs = performance.now() - asked;
    const snapshots = (await redis.config('GET', 'save').catch(() => [])) as string[];
    const persistence =
      info.aof_enabled === '1' ? 'append-only file' : snapshots[1] ? 'snapshots' : ('none' as const);
    const writes = info.aof_last_write_status === 'err' || info.rdb_last_bgsave_status === 'err';
    return {
      ...(writes
        ? { state: 'error', problem: 'It cannot write to its disk.' }
        : persistence === 'none'
          ? { state: 'warning', problem: 'What it holds is lost when it stops; webhooks that wait among it.' }
          : { state: 'ok' }),
      version: info.redis_version,
      memoryBytes: Number(info.used_memory),
      clients: Number(info.connected_clients),
      persistence,
      answerMs,
    };
  };

  const databasePart = async (): Promise<Parts['database']> => {
    const asked = performance.now();
    await database.query('select 1');
    const answerMs = performance.now() - asked;
    const [row] = await database.query<{ size: number }>(
      'select pg_database_size(current_database())::bigint as size',
    );
    return { state: 'ok', kind: database.kind, sizeBytes: Number(row?.size ?? 0), answerMs };
  };

  const disk = async (): Promise<Parts['disk']> => {
    const { bavail, blocks, bsize } = await statfs(dataDir);
    const free = bavail / blocks;
    return {
      ...(free < HARDLY_ANY_DISK
        ? { state: 'error', problem: 'The disk is nearly full: nothing can be stored soon.' }
        : free < LITTLE_DISK
          ? { state: 'warning', problem: 'Little space is left on the disk of the data folder.' }
          : { state: 'ok' }),
      freeBytes: bavail * bsize,
      totalBytes: blocks * bsize,
    };
  };

  const workers = async (): Promise<Parts['workers']> => {
    const [fields, published] = await Promise.all([
      redis.hgetall(redisKeys.workers),
      redis.get(redisKeys.galleryVersion),
    ]);
    const now = Date.now();
    return Object.values(fields)
      .flatMap((text) => workerStatusSchema.safeParse(parseJson(text)).data ?? [])
      .map(({ id, host, pid, provider, model, gallerySize, galleryVersion, at, load }) => {
        const ageMs = Math.max(0, now - at);
        const behind = Number(published ?? 0) - galleryVersion;
        return {
          ...(ageMs > WORKER_STALE_MS
            ? { state: 'error' as const, problem: 'It has stopped telling of itself: it ended, or hangs.' }
            : behind > GALLERY_LAG
              ? { state: 'warning' as const, problem: `It is ${behind} changes behind the gallery.` }
              : { state: 'ok' as const }),
          id,
          host,
          pid,
          provider,
          model,
          gallerySize,
          galleryVersion,
          ageMs,
          ...(load ? { cropsPerSecond: load.cropsPerSecond } : {}),
          ...(load?.embedMs ? { embedMs: load.embedMs } : {}),
        };
      })
      .toSorted((a, b) => a.host.localeCompare(b.host) || a.pid - b.pid);
  };

  const look = async (): Promise<Parts> => {
    const failed = (error: unknown) => ({ state: 'error' as const, problem: sentenceOf(error) });
    const [sfuPart, redisPart, databaseLook, diskPart, counts, alive] = await Promise.all([
      within(media()).catch((error: unknown) => ({ ...failed(error), peers: sfu.peers })),
      within(queueStore()).catch(failed),
      within(databasePart()).catch((error: unknown) => ({ ...failed(error), kind: database.kind })),
      within(disk()).catch(failed),
      within(queues.counts()).catch(() => []),
      within(workers()).catch(() => []),
    ]);
    return {
      at: new Date().toISOString(),
      server: server(),
      sfu: sfuPart,
      redis: redisPart,
      database: databaseLook,
      disk: diskPart,
      queues: counts,
      workers: alive,
    };
  };

  let last: { at: number; parts: Promise<Parts> } | undefined;
  return {
    look() {
      if (!last || Date.now() - last.at >= 1000) last = { at: Date.now(), parts: look() };
      return last.parts;
    },
    close: () => delay.disable(),
  };
}

/** Turns seconds of CPU, as they add up, into the share of a core since the last look. */
function createShare(): (cpuS: number) => number {
  let before: { at: number; cpuS: number } | undefined;
  return (cpuS) => {
    const at = performance.now() / 1000;
    const share = before && cpuS >= before.cpuS ? (cpuS - before.cpuS) / (at - before.at) : 0;
    before = { at, cpuS };
    return share;
  };
}

function infoOf(text: string): Record<string, string> {
  return Object.fromEntries(
    text
      .split('\r\n')
      .filter((line) => line.includes(':'))
      .map((line) => [line.slice(0, line.indexOf(':')), line.slice(line.indexOf(':') + 1)]),
  );
}

async function within<T>(work: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const timeout = new Promise<never>((_, reject) => {
    timer = setTimeout(
      () => reject(new Error(`It does not answer within ${CHECK_TIMEOUT_MS} ms.`)),
      CHECK_TIMEOUT_MS,
    );
  });
  return Promise.race([work, timeout]).finally(() => clearTimeout(timer));
}

function sentenceOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
