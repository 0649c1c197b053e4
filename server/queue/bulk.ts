import { randomUUID } from 'node:crypto';
import type { Queue } from 'bullmq';
import type { Redis } from 'ioredis';
import { FacewireError } from '../../protocol/errors.ts';
import {
  BULK_JOBS,
  CROPS_PER_EMBED_JOB,
  type Decision,
  type EmbedAnswer,
  type EmbedJob,
  type PhotoAnswer,
  type PhotoJob,
  QUERIES_PER_SEARCH_JOB,
  redisKeys,
  type SearchAnswer,
  type SearchJob,
  sealPurposes,
} from '../../protocol/jobs.ts';
import type { Vault } from '../../vault/vault.ts';
import { embeddingFromBytes, embeddingToBytes } from '../people/template.ts';
import { type Answers, AnswerTimeout } from './answers.ts';
import { createPlaces } from './places.ts';

/** Bulk work waits for live crops, so it may take its time. */
const DEADLINE_MS = 10 * 60_000;
/** Jobs of one process that lie in Redis at once: a photo has 15 MB at most. */
const IN_FLIGHT = 8;
/** How often a job is looked after. One that is gone without an answer is missed after two looks. */
const LOOK_MS = 3000;

type ResultOf = {
  photo: PhotoAnswer['result'];
  embed: EmbedAnswer['result'];
  search: SearchAnswer['result'];
};

/** A picture that was analysed, or refused with the reason. */
export type BulkAnalysis = Exclude<PhotoAnswer['result'], { outcome: 'dropped' }>;

/** A job of the bulk lane gave no result; `message` says why. Whether it is worth another try is in `retryable`. */
export class BulkError extends FacewireError {
  override readonly name = 'BulkError';
  /**
   * `model`: a worker cannot run the model. `failed`: a worker gave up, or died of it twice. `timeout`: no worker
   * took it in time. `cancelled`: by the caller's signal. `redis`: the queue cannot be reached.
   */
  readonly reason: 'model' | 'failed' | 'timeout' | 'cancelled' | 'redis';
  readonly retryable: boolean;

  constructor(reason: BulkError['reason'], message: string, options: { cause?: unknown } = {}) {
    const codes = {
      model: 'bad-state',
      failed: 'workers-unavailable',
      timeout: 'workers-unavailable',
      cancelled: 'shutting-down',
      redis: 'redis-unavailable',
    } as const;
    super(codes[reason], message, options);
    this.reason = reason;
    this.retryable = reason === 'timeout' || reason === 'redis';
  }
}

/**
 * Work for the workers that nobody waits for within seconds: they take it while no live crop waits. Calls may be
 * made in any number; a bounded number of jobs is in the queue at once. Usable in any process that has Redis and the
 * data key.
 */
export type BulkLane = {
  /**
   * Finds, aligns, judges and embeds the faces of a photo.
   * @param input.model embedder to use; the serving one where absent
   * @param input.match also search the gallery for each face
   * @param input.live also give each face's embedding as a kiosk's crop would have it
   * @throws {BulkError}
   */
  analyse(input: {
    bytes: Uint8Array;
    model?: string | undefined;
    match?: boolean | undefined;
    live?: boolean | undefined;
    signal?: AbortSignal | undefined;
  }): Promise<BulkAnalysis>;
  /**
   * Embeds aligned crops as templates are: averaged over the mirror image.
   * @param input.crops JPEGs of 112 × 112, any number
   * @returns in their order: float32 of length 1; `undefined` for a crop that cannot be decoded
   * @throws {BulkError} also when some of the crops were embedded already
   */
  embedCrops(input: {
    crops: readonly Uint8Array[];
    model: string;
    signal?: AbortSignal | undefined;
  }): Promise<(Float32Array | undefined)[]>;
  /**
   * Searches the gallery.
   * @param input.embeddings of length 1 or less, made by `model`
   * @returns in their order, what each search means at the operating point
   * @throws {BulkError} `model` when another one serves
   */
  search(input: { embeddings: readonly Float32Array[]; model: string }): Promise<Decision[]>;
};

/** @param dependencies.redis the connection that `queue` is on, so that a payload is there before its job */
export function createBulkLane(dependencies: {
  redis: Redis;
  queue: Queue;
  answers: Answers;
  vault: Vault;
  inFlight?: number;
}): BulkLane {
  const { redis, queue, answers, vault, inFlight = IN_FLIGHT } = dependencies;
  const places = createPlaces(inFlight);

  /** Puts a job into the lane when there is a place, and waits for its answer. */
  const run = async <K extends keyof ResultOf>(work: {
    kind: K;
    /** Sealed only when there is a place, so that what waits is not held twice. */
    seal: () => Buffer;
    job: K extends 'photo' ? Pick<PhotoJob, 'match' | 'model' | 'live'> : Pick<EmbedJob, 'model'>;
    signal: AbortSignal | undefined;
  }): Promise<ResultOf[K]> => {
    const { kind, signal } = work;
    const leave = await places.take(signal).catch((cause: unknown) => {
      throw cancelled(cause);
    });
    const id = `bulk-${kind}-${randomUUID()}`;
    const key = redisKeys.photo(id);
    const answer = answers.expect({ id, kind, timeoutMs: DEADLINE_MS });
    const watch = watchJob({ queue, id, onLost: answer.cancel });
    signal?.addEventListener('abort', answer.cancel, { once: true });
    try {
      const deadlineAt = Date.now() + DEADLINE_MS;
      const job = { id, server: answers.server, key, deadlineAt, ...work.job } satisfies
        | PhotoJob
        | EmbedJob
        | SearchJob;
      await Promise.all([
        redis.set(key, work.seal(), 'PX', DEADLINE_MS),
        queue.add(BULK_JOBS[kind], job, { jobId: id }),
      ]).catch((cause: unknown) => {
        throw new BulkError('redis', 'The queue cannot be reached. Try again when Redis is back.', { cause });
      });
      watch.start();
      return (await answer.promise).result as ResultOf[K];
    } catch (cause) {
      if (!(cause instanceof AnswerTimeout)) throw cause;
      if (signal?.aborted) throw cancelled(signal.reason);
      if (watch.lost)
        throw new BulkError('failed', 'No worker has finished the job; each that took it has ended.');
      throw new BulkError(
        'timeout',
        `No worker has answered within ${DEADLINE_MS / 60_000} minutes; see /readyz.`,
      );
    } finally {
      watch.stop();
      answer.cancel();
      signal?.removeEventListener('abort', answer.cancel);
      leave();
      // It expires by itself when Redis is away; a worker that meets the job without it answers to nobody.
      redis.del(key).catch(() => {});
      if (signal?.aborted) queue.remove(id).catch(() => {});
    }
  };

  const embedSome = async (crops: readonly Uint8Array[], model: string, signal: AbortSignal | undefined) => {
    const list = () => JSON.stringify(crops.map((crop) => Buffer.from(crop).toString('base64')));
    const seal = () => vault.seal(sealPurposes.bulkCrops, Buffer.from(list()));
    const result = await run({ kind: 'embed', seal, job: { model }, signal });
    if (result.outcome === 'refused') throw new BulkError('model', result.message);
    if (result.outcome === 'dropped') throw dropped(result.reason);
    if (result.embeddings.length !== crops.length) throw dropped('failed');
    return result.embeddings.map((embedding) =>
      embedding === null ? undefined : embeddingFromBytes(Buffer.from(embedding, 'base64')),
    );
  };

  const searchSome = async (embeddings: readonly Float32Array[], model: string) => {
    const list = () => embeddings.map((embedding) => embeddingToBytes(embedding).toString('base64'));
    const seal = () => vault.seal(sealPurposes.bulkQueries, Buffer.from(JSON.stringify(list())));
    const result = await run({ kind: 'search', seal, job: { model }, signal: undefined });
    if (result.outcome === 'refused') throw new BulkError('model', result.message);
    if (result.outcome === 'dropped') throw dropped(result.reason);
    if (result.decisions.length !== embeddings.length) throw dropped('failed');
    return result.decisions;
  };

  return {
    async analyse({ bytes, model, match = false, live, signal }) {
      const seal = () => vault.seal(sealPurposes.photo, bytes);
      const job = { match, ...(model ? { model } : {}), ...(live ? { live } : {}) };
      const result = await run({ kind: 'photo', seal, job, signal });
      if (result.outcome !== 'dropped') return result;
      if (result.reason === 'model')
        throw new BulkError('model', result.message ?? 'A worker lacks the model.');
      throw dropped(result.reason);
    },
    async embedCrops({ crops, model, signal }) {
      const jobs: Promise<(Float32Array | undefined)[]>[] = [];
      for (let at = 0; at < crops.length; at += CROPS_PER_EMBED_JOB) {
        jobs.push(embedSome(crops.slice(at, at + CROPS_PER_EMBED_JOB), model, signal));
      }
      return (await Promise.all(jobs)).flat();
    },
    async search({ embeddings, model }) {
      const decisions: Decision[] = [];
      for (let at = 0; at < embeddings.length; at += QUERIES_PER_SEARCH_JOB) {
        const some = embeddings.slice(at, at + QUERIES_PER_SEARCH_JOB);
        decisions.push(...(await searchSome(some, model)));
      }
      return decisions;
    },
  };
}

/** Looks after a job: one that is gone, or failed for good, will not be answered. */
function watchJob(options: { queue: Queue; id: string; onLost: () => void }) {
  const { queue, id, onLost } = options;
  const watch = { lost: false, start: () => {}, stop: () => {} };
  let missed = 0;
  watch.start = () => {
    const timer = setInterval(() => {
      queue.getJobState(id).then(
        (state) => {
          missed = state === 'failed' || state === 'unknown' ? missed + 1 : 0;
          if (missed < 2) return;
          watch.lost = true;
          onLost();
        },
        () => {}, // Without Redis nothing is known of the job.
      );
    }, LOOK_MS);
    watch.stop = () => clearInterval(timer);
  };
  return watch;
}

function cancelled(cause: unknown): BulkError {
  return new BulkError('cancelled', 'Cancelled before a worker had answered.', { cause });
}

function dropped(reason: 'deadline' | 'expired' | 'failed' | 'model'): BulkError {
  return reason === 'failed'
    ? new BulkError('failed', 'A worker took the job up and failed; its log says why.')
    : new BulkError('timeout', 'The job was taken up too late.');
}
