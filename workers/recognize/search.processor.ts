import type { Redis } from 'ioredis';
import { z } from 'zod';
import type { Logger } from '../../config/logger.ts';
import {
  QUERIES_PER_SEARCH_JOB,
  type SearchAnswer,
  type SearchJob,
  sealPurposes,
  searchJobSchema,
} from '../../protocol/jobs.ts';
import type { Vault } from '../../vault/vault.ts';
import { floatsOf } from '../runtime/float-bytes.ts';
import type { OperatingPointReplica } from '../runtime/operating-point.ts';
import type { Runtime, Serving } from '../runtime/serving.ts';
import { answerOnce } from './answer-once.ts';
import { decide } from './decide.ts';
import { namedCandidates } from './named-candidates.ts';

const queriesSchema = z.array(z.base64().max(100_000)).min(1).max(QUERIES_PER_SEARCH_JOB);

type Result = SearchAnswer['result'];

/**
 * Processes one search job: fetch, open, search, answer.
 * @param dependencies.turn has the search wait until no live work is in hand
 * @returns a processor that rejects only when the job cannot be read or the answer cannot be published
 */
export function createSearchProcessor(dependencies: {
  redis: Redis;
  vault: Vault;
  serving: Pick<Serving, 'use'>;
  operatingPoint: Pick<OperatingPointReplica, 'ruleFor'>;
  worker: string;
  logger: Logger;
  turn: <T>(work: () => Promise<T>) => Promise<T>;
}): (data: unknown) => Promise<void> {
  const { redis, vault, serving, operatingPoint, worker, logger, turn } = dependencies;

  const searchBy = async ({ entry, engine, gallery }: Runtime, job: SearchJob): Promise<Result> => {
    if (Date.now() > job.deadlineAt) return { outcome: 'dropped', reason: 'deadline' };
    if (job.model !== entry.name) {
      return {
        outcome: 'refused',
        message: `${entry.name} serves by now, and its gallery cannot be searched by ${job.model}.`,
      };
    }
    const sealed = await redis.getBuffer(job.key);
    if (!sealed) return { outcome: 'dropped', reason: 'expired' };
    const list = queriesSchema.parse(JSON.parse(vault.open(sealPurposes.bulkQueries, sealed).toString()));
    const size = entry.embeddingSize;
    const queries = new Float32Array(list.length * size);
    for (const [i, query] of list.entries()) {
      const values = floatsOf(Buffer.from(query, 'base64'));
      if (values.length !== size)
        throw new RangeError(`a query has ${values.length} values, the model ${size}`);
      queries.set(values, i * size);
    }
    // Before the search: whoever asks may rely on all that was in the gallery by this version.
    const { version } = gallery;
    const found = await turn(() => engine.match(queries, list.length));
    const decisions = found.map((matches) =>
      decide({
        candidates: namedCandidates({ matches, gallery }),
        ...operatingPoint.ruleFor(entry),
        gallerySize: gallery.size,
        galleryVersion: version,
      }),
    );
    return { outcome: 'searched', decisions };
  };

  return async (data) => {
    const job = searchJobSchema.parse(data);
    const result = await serving
      .use((runtime) => searchBy(runtime, job))
      .catch((error: unknown): Result => {
        logger.error({ err: error, job: job.id }, 'the gallery could not be searched');
        return { outcome: 'dropped', reason: 'failed' };
      });
    await answerOnce({ redis, vault, job, answer: { kind: 'search', id: job.id, worker, result } });
  };
}
