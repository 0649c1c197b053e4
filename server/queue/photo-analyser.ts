import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Queue } from 'bullmq';
import type { Redis } from 'ioredis';
import { FacewireError } from '../../protocol/errors.ts';
import {
  PHOTO_QUEUE,
  type PhotoAnswer,
  type PhotoJob,
  redisKeys,
  sealPurposes,
} from '../../protocol/jobs.ts';
import type { Vault } from '../../vault/vault.ts';
import type { Answers } from './answers.ts';
import type { BulkLane } from './bulk.ts';

const DEADLINE_MS = 60_000;
const MAX_WAITING = 200;
/** Workers take a change of the model up within a second or two. */
const CHANGE_MS = 10_000;
const CHANGE_RETRY_MS = 200;

export type PhotoAnalysis = PhotoAnswer['result'];

/** Has the workers find, align, judge and embed the faces of an uploaded photo. */
export type PhotoAnalyser = {
  /**
   * @param input.bytes the file as it was uploaded
   * @param input.match whether to search the gallery for each face
   * @throws {FacewireError} `workers-unavailable`, `redis-unavailable`, or `rate-limited` when too many wait
   */
  analyse(input: { bytes: Uint8Array; match: boolean }): Promise<PhotoAnalysis>;
};

export function createPhotoAnalyser(dependencies: {
  redis: Redis;
  queue: Queue;
  answers: Answers;
  vault: Vault;
  /** Name of the model that serves; an answer by another, in the moment of a change, is asked for again. */
  servingModel?: () => string;
}): PhotoAnalyser {
  const { redis, queue, answers, vault, servingModel } = dependencies;
  let waiting = 0;

  const analyseOnce: PhotoAnalyser['analyse'] = async ({ bytes, match }) => {
    if (waiting >= MAX_WAITING) {
      throw new FacewireError('rate-limited', `${waiting} photos wait already. Try again in a few seconds.`);
    }
    waiting += 1;
    const id = `photo-${randomUUID()}`;
    const key = redisKeys.photo(id);
    const deadlineAt = Date.now() + DEADLINE_MS;
    const answer = answers.expect({ id, kind: 'photo', timeoutMs: DEADLINE_MS });
    try {
      const job: PhotoJob = { id, server: answers.server, key, match, deadlineAt };
      await Promise.all([
        redis.set(key, vault.seal(sealPurposes.photo, bytes), 'PX', DEADLINE_MS),
        queue.add(PHOTO_QUEUE, job, { jobId: id }),
      ]);
    } catch (cause) {
      answer.cancel();
      waiting -= 1;
      throw new FacewireError(
        'redis-unavailable',
        'The queue cannot be reached. Nothing was stored; try again.',
        {
          cause,
        },
      );
    }
    try {
      return (await answer.promise).result;
    } catch (cause) {
      throw new FacewireError(
        'workers-unavailable',
        `No worker has answered within ${DEADLINE_MS / 1000} s. Nothing was stored; see /readyz, and try again.`,
        { cause },
      );
    } finally {
      waiting -= 1;
      redis.del(key).catch(() => {}); // It expires by itself when Redis is away.
    }
  };

  return untilServing(analyseOnce, servingModel);
}

/** The same over the bulk lane: nobody waits for it within seconds, and it gives way to live crops. */
export function createBulkPhotoAnalyser(dependencies: {
  lane: Pick<BulkLane, 'analyse'>;
  servingModel?: () => string;
}): PhotoAnalyser {
  return untilServing((input) => dependencies.lane.analyse(input), dependencies.servingModel);
}

/** Asks again while an answer is by another model than the one that serves: the moment of a change. */
function untilServing(
  analyse: PhotoAnalyser['analyse'],
  servingModel: (() => string) | undefined,
): PhotoAnalyser {
  const isByServing = (analysis: PhotoAnalysis) =>
    analysis.outcome !== 'analysed' || !servingModel || analysis.model === servingModel();
  return {
    async analyse(input) {
      const until = Date.now() + CHANGE_MS;
      for (;;) {
        const analysis = await analyse(input);
        if (isByServing(analysis)) return analysis;
        if (Date.now() > until) {
          throw new FacewireError(
            'workers-unavailable',
            'The model is being changed, and the workers have not taken it up yet. Nothing was stored; try again.',
          );
        }
        await sleep(CHANGE_RETRY_MS);
      }
    },
  };
}
