/** What a training run keeps in Redis: sealed, bounded, and gone after a day. */
import type { Redis } from 'ioredis';
import { MOST_CHECKPOINT_BYTES } from '../../models/training/checkpoint.ts';
import { TRAINING_LIFE_S, trainingKeys, trainingPurposes } from '../../protocol/training.ts';
import type { Vault } from '../../vault/vault.ts';

/** A sealed value is a little longer than what it holds. */
const SEAL_BYTES = 64;
const MOST_SAMPLES_BYTES = 512 * 1024 * 1024;

/** What a job needs is not in Redis (any more), or longer than it may be. */
export class TrainingStoreError extends Error {
  override readonly name = 'TrainingStoreError';
  readonly code = 'training-store';
}

export type RoundStore = ReturnType<typeof createRoundStore>;

/**
 * Values are read only when their length is within bounds, and come from someone with the data key.
 * @param options.isOver whether a run has ended; what was written for it too late is removed again
 */
export function createRoundStore(options: {
  redis: Redis;
  vault: Vault;
  isOver?: (run: string) => Promise<boolean>;
}) {
  const { redis, vault, isOver } = options;
  const put = async (run: string, key: string, purpose: string, plain: Uint8Array) => {
    await redis.set(key, vault.seal(purpose, plain), 'EX', TRAINING_LIFE_S);
    if (await isOver?.(run)) await redis.del(key);
  };
  const find = async (key: string, purpose: string, most: number): Promise<Buffer | undefined> => {
    const length = await redis.strlen(key);
    if (length === 0) return undefined;
    if (length > most + SEAL_BYTES)
      throw new TrainingStoreError(`${key} holds ${length} bytes; ${most} are accepted.`);
    const sealed = await redis.getBuffer(key);
    return sealed ? vault.open(purpose, sealed) : undefined;
  };
  const get = async (key: string, purpose: string, most: number): Promise<Buffer> => {
    const found = await find(key, purpose, most);
    if (!found) throw new TrainingStoreError(`${key} is not there: the run is over, or too old.`);
    return found;
  };
  const { weights, samples } = trainingPurposes;
  return {
    putCheckpoint: (run: string, id: string, bytes: Uint8Array) =>
      put(run, trainingKeys.checkpoint(run, id), weights, bytes),
    checkpoint: (run: string, id: string) =>
      get(trainingKeys.checkpoint(run, id), weights, MOST_CHECKPOINT_BYTES),
    putStep: (run: string, id: string, bytes: Uint8Array) =>
      put(run, trainingKeys.step(run, id), weights, bytes),
    step: (run: string, id: string) => find(trainingKeys.step(run, id), weights, MOST_CHECKPOINT_BYTES),
    putOuter: (run: string, id: string, what: 'velocity' | 'residual', bytes: Uint8Array) =>
      put(run, trainingKeys.outer(run, id, what), weights, bytes),
    outer: (run: string, id: string, what: 'velocity' | 'residual') =>
      find(trainingKeys.outer(run, id, what), weights, MOST_CHECKPOINT_BYTES),
    dropOuter: (run: string, id: string) =>
      redis.del(trainingKeys.outer(run, id, 'velocity'), trainingKeys.outer(run, id, 'residual')),
    putDelta: (run: string, round: number, shard: number, bytes: Uint8Array) =>
      put(run, trainingKeys.delta(run, round, shard), weights, bytes),
    delta: (run: string, round: number, shard: number) =>
      get(trainingKeys.delta(run, round, shard), weights, MOST_CHECKPOINT_BYTES),
    /** A round that is closed has no use for them. */
    dropDeltas: (run: string, round: number, shards: number) =>
      redis.del(...Array.from({ length: shards }, (_, shard) => trainingKeys.delta(run, round, shard))),
    samples: (run: string, shard: number) =>
      get(trainingKeys.samples(run, shard), samples, MOST_SAMPLES_BYTES),
    putFile: (run: string, id: string, bytes: Uint8Array) =>
      put(run, trainingKeys.file(run, id), weights, bytes),
    validation: (run: string) => get(trainingKeys.validation(run), samples, MOST_SAMPLES_BYTES),
  };
}
