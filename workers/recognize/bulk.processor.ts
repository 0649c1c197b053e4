import { z } from 'zod';
import { CROP_MAX_BYTES } from '../../protocol/crop.ts';
import {
  BULK_JOBS,
  CROPS_PER_EMBED_JOB,
  type EmbedAnswer,
  type EmbedJob,
  embedJobSchema,
  sealPurposes,
} from '../../protocol/jobs.ts';
import { toBase64 } from '../runtime/float-bytes.ts';
import type { IdleGate } from '../runtime/idle-gate.ts';
import { answerOnce } from './answer-once.ts';
import { createPhotoProcessor } from './photo.processor.ts';
import { createSearchProcessor } from './search.processor.ts';

/** Crops embedded before looking again whether live work has come: some 30 ms on a CPU. */
const CROPS_PER_PIECE = 1;

const cropListSchema = z
  .array(z.base64().max(Math.ceil(CROP_MAX_BYTES / 3) * 4))
  .min(1)
  .max(CROPS_PER_EMBED_JOB);

type Result = EmbedAnswer['result'];

/**
 * Processes the jobs of the bulk lane – photos, crops, searches – in pieces that wait until no live work is in hand.
 * @returns a processor that takes a job's name and data; it rejects only when the job cannot be read or the
 *   answer cannot be published
 */
export function createBulkProcessor(
  dependencies: Omit<Parameters<typeof createPhotoProcessor>[0], 'turn'> & { gate: Pick<IdleGate, 'idle'> },
): (name: string, data: unknown) => Promise<void> {
  const { redis, vault, thread, gate, worker, logger } = dependencies;
  const photo = createPhotoProcessor({ ...dependencies, turn: gate.idle });
  const search = createSearchProcessor({ ...dependencies, turn: gate.idle });

  const embed = async (job: EmbedJob): Promise<Result> => {
    if (Date.now() > job.deadlineAt) return { outcome: 'dropped', reason: 'deadline' };
    const sealed = await redis.getBuffer(job.key);
    if (!sealed) return { outcome: 'dropped', reason: 'expired' };
    const list = JSON.parse(vault.open(sealPurposes.bulkCrops, sealed).toString('utf8')) as unknown;
    const crops = cropListSchema.parse(list).map((crop) => Buffer.from(crop, 'base64'));
    const embeddings: (string | null)[] = [];
    for (let at = 0; at < crops.length; at += CROPS_PER_PIECE) {
      const piece = crops.slice(at, at + CROPS_PER_PIECE);
      const outcome = await gate.idle(() => thread.call('embedCrops', { crops: piece, model: job.model }));
      if (outcome.outcome === 'no-model') return { outcome: 'refused', message: outcome.message };
      embeddings.push(...outcome.embeddings.map((embedding) => embedding && toBase64(embedding)));
    }
    return { outcome: 'embedded', model: job.model, embeddings };
  };

  return async (name, data) => {
    if (name === BULK_JOBS.photo) return photo(data);
    if (name === BULK_JOBS.search) return search(data);
    const job = embedJobSchema.parse(data);
    const result = await embed(job).catch((error: unknown): Result => {
      logger.error({ err: error, job: job.id }, 'crops could not be embedded');
      return { outcome: 'dropped', reason: 'failed' };
    });
    await answerOnce({ redis, vault, job, answer: { kind: 'embed', id: job.id, worker, result } });
  };
}
