import { setTimeout as sleep } from 'node:timers/promises';
import type { Redis } from 'ioredis';
import { FacewireError } from '../../protocol/errors.ts';
import { studentKeys } from '../../protocol/students.ts';
import { liveWorkers } from '../observability/health.ts';
import type { VersionStore } from './version.store.ts';

const READY_TIMEOUT_MS = 5000;
const LOOK_MS = 50;

/** Puts versions where workers fetch them. */
export type StudentPublisher = {
  /** Has workers hold exactly these ready; writes again what a Redis that lost data misses. */
  publish(versions: readonly string[]): Promise<void>;
  /** Whether this server has published it, when last it looked. */
  has(version: string): boolean;
  /**
   * Waits until every worker that is there has the version ready.
   * @throws {FacewireError} `bad-state` with a worker's reason, or when it takes too long
   */
  untilReady(version: string): Promise<void>;
};

export function createStudentPublisher(dependencies: {
  redis: Redis;
  versions: Pick<VersionStore, 'sealed'>;
}): StudentPublisher {
  const { redis, versions } = dependencies;
  let published = new Set<string>();
  return {
    async publish(ids) {
      const wanted = new Set(ids);
      for (const id of wanted) {
        if ((await redis.exists(studentKeys.version(id))) > 0) continue;
        const sealed = await versions.sealed(id);
        if (!sealed) continue;
        await redis.hset(studentKeys.version(id), sealed);
      }
      const text = JSON.stringify({ versions: [...wanted].sort() });
      if ((await redis.get(studentKeys.wanted)) !== text) await redis.set(studentKeys.wanted, text);
      const unused = [...published].filter((id) => !wanted.has(id));
      if (unused.length > 0) await redis.del(...unused.map((id) => studentKeys.version(id)));
      published = wanted;
    },
    has: (version) => published.has(version),
    async untilReady(version) {
      const until = Date.now() + READY_TIMEOUT_MS;
      for (;;) {
        const workers = await liveWorkers(redis);
        const failed = workers
          .flatMap(({ studentFailures }) => studentFailures ?? [])
          .find(({ id }) => id === version);
        if (failed) {
          throw new FacewireError('bad-state', `A worker cannot run this version: ${failed.message}`);
        }
        if (workers.every(({ students }) => students?.includes(version))) return;
        if (Date.now() > until) {
          throw new FacewireError(
            'bad-state',
            'Not every worker has made this version ready within 5 s. See the workers’ log; then try again.',
          );
        }
        await sleep(LOOK_MS);
      }
    },
  };
}
