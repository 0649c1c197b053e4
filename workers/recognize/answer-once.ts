import type { Redis } from 'ioredis';
import {
  type EmbedAnswer,
  type PhotoAnswer,
  redisKeys,
  type SearchAnswer,
  sealPurposes,
} from '../../protocol/jobs.ts';
import type { Vault } from '../../vault/vault.ts';

/** A claim outlives its job by this time, so that a run of it that was forgotten finds the claim taken. */
const CLAIM_OUTLIVES_MS = 300_000;

/** Claim and answer as one: a worker that dies has given both or neither. */
const CLAIM_AND_PUBLISH = `
if redis.call('set', KEYS[1], ARGV[1], 'PX', ARGV[2], 'NX') then
  return redis.call('publish', ARGV[3], ARGV[4])
end
return -1`;

/**
 * Publishes the answer to a job that may have been run before, by a worker that died or was too slow: the first
 * answer counts, and there is no second.
 */
export async function answerOnce(options: {
  redis: Redis;
  vault: Vault;
  job: { server: string; deadlineAt: number };
  answer: PhotoAnswer | EmbedAnswer | SearchAnswer;
}): Promise<void> {
  const { redis, vault, job, answer } = options;
  const claimMs = Math.max(0, job.deadlineAt - Date.now()) + CLAIM_OUTLIVES_MS;
  const sealed = vault.seal(sealPurposes.answer, Buffer.from(JSON.stringify(answer)));
  await redis.eval(
    CLAIM_AND_PUBLISH,
    1,
    redisKeys.photoClaim(answer.id),
    answer.worker,
    Math.ceil(claimMs),
    redisKeys.answers(job.server),
    sealed,
  );
}
