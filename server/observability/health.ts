import type { Redis } from 'ioredis';
import type { z } from 'zod';
import { redisKeys, type WorkerStatus, workerStatusSchema } from '../../protocol/jobs.ts';
import type { readinessSchema } from '../../protocol/rest.ts';
import type { Database } from '../db/client.ts';
import type { Sfu } from '../sfu/sfu.ts';

/** A worker tells of itself every second; after this it is taken for dead. */
const WORKER_STALE_MS = 5000;
const CHECK_TIMEOUT_MS = 2000;

export type Readiness = z.infer<typeof readinessSchema>;
type Check = Readiness['checks']['redis'];

export type Health = { readiness(): Promise<Readiness>; workers(): Promise<WorkerStatus[]> };

export function createHealth(dependencies: { redis: Redis; database: Database; sfu: Sfu }): Health {
  const { redis, database, sfu } = dependencies;

  const workers = () => liveWorkers(redis);

  return {
    workers,
    async readiness() {
      const [redisCheck, databaseCheck, workersCheck] = await Promise.all([
        check(async () => `answers ${await redis.ping()}`),
        check(async () => {
          await database.query('select 1');
          return database.kind;
        }),
        check(async () => {
          const alive = await workers();
          if (alive.length === 0)
            throw new Error('no worker is running; set WORKERS, or run `npm run worker`');
          return alive
            .map(({ host, pid, provider, model }) => `${host}/${pid}: ${model} on ${provider}`)
            .join('; ');
        }),
      ]);
      const sfuCheck: Check = sfu.alive
        ? { ok: true, detail: `${sfu.peers} peers` }
        : { ok: false, detail: 'the media worker is being restarted' };
      const checks = { redis: redisCheck, database: databaseCheck, sfu: sfuCheck, workers: workersCheck };
      return { ready: Object.values(checks).every(({ ok }) => ok), checks };
    },
  };
}

/** The workers that have told of themselves within the last seconds. */
export async function liveWorkers(redis: Redis): Promise<WorkerStatus[]> {
  const fields = await redis.hgetall(redisKeys.workers);
  return Object.values(fields)
    .flatMap((text) => workerStatusSchema.safeParse(parseJson(text)).data ?? [])
    .filter(({ at }) => Date.now() - at < WORKER_STALE_MS);
}

async function check(work: () => Promise<string>): Promise<Check> {
  let timer: NodeJS.Timeout | undefined;
  const timeout = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`no answer within ${CHECK_TIMEOUT_MS} ms`)), CHECK_TIMEOUT_MS);
  });
  try {
    return { ok: true, detail: await Promise.race([work(), timeout]) };
  } catch (error) {
    return { ok: false, detail: (error as Error).message };
  } finally {
    clearTimeout(timer);
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
