import type { Redis } from 'ioredis';
import type { Logger } from '../../config/logger.ts';
import type { EmbedderEntry } from '../../models/manifest.schema.ts';
import {
  type PhotoAnswer,
  type PhotoFace,
  type PhotoJob,
  photoJobSchema,
  redisKeys,
  sealPurposes,
} from '../../protocol/jobs.ts';
import type { Vault } from '../../vault/vault.ts';
import type { Engine } from '../runtime/engine.ts';
import { toBase64 } from '../runtime/float-bytes.ts';
import type { Gallery } from '../runtime/gallery.ts';
import type { Thread } from '../runtime/thread.ts';
import { decide } from './decide.ts';
import { namedCandidates } from './named-candidates.ts';
import type { AnalysedFace } from './photo-analysis.ts';
import type { PhotoMethods } from './photo-thread.ts';

/** Longer than any job lives, re-runs included. */
const CLAIM_TTL_MS = 300_000;

type Result = PhotoAnswer['result'];

/**
 * Processes one photo job: fetch, open, analyse on the photo thread, search if asked, answer. The worker
 * that claims the job answers it; one that runs it again after a death in between finds the claim taken.
 * @returns a processor that rejects only when the job cannot be read or the answer cannot be published
 */
export function createPhotoProcessor(dependencies: {
  redis: Redis;
  vault: Vault;
  thread: Pick<Thread<PhotoMethods>, 'call'>;
  engine: Pick<Engine, 'match'>;
  gallery: Pick<Gallery, 'size' | 'version' | 'nameOf'>;
  entry: EmbedderEntry;
  fpir: number;
  worker: string;
  logger: Logger;
}): (data: unknown) => Promise<void> {
  const { redis, vault, thread, engine, gallery, entry, fpir, worker, logger } = dependencies;

  const analyse = async (job: PhotoJob): Promise<Result> => {
    if (Date.now() > job.deadlineAt) return { outcome: 'dropped', reason: 'deadline' };
    const sealed = await redis.getBuffer(job.key);
    if (!sealed) return { outcome: 'dropped', reason: 'expired' };
    const analysis = await thread.call('analyse', {
      bytes: vault.open(sealPurposes.photo, sealed),
      live: job.live ?? false,
    });
    if (analysis.outcome === 'refused') return analysis;
    const { width, height, timings } = analysis;
    const faces = await Promise.all(analysis.faces.map((face) => finish(face, job.match)));
    return { outcome: 'analysed', model: entry.name, width, height, faces, timings };
  };

  const finish = async ({ liveEmbedding, ...face }: AnalysedFace, match: boolean): Promise<PhotoFace> => ({
    ...face,
    embedding: toBase64(face.embedding),
    ...(liveEmbedding ? { liveEmbedding: toBase64(liveEmbedding) } : {}),
    crop: Buffer.from(face.crop).toString('base64'),
    ...(match ? { decision: await decisionOn(face) } : {}),
  });

  const decisionOn = async ({ embedding }: Pick<AnalysedFace, 'embedding'>) => {
    const [matches = []] = await engine.match(embedding.slice(), 1);
    return decide({
      candidates: namedCandidates({ matches, gallery }),
      entry,
      fpir,
      gallerySize: gallery.size,
      galleryVersion: gallery.version,
    });
  };

  return async (data) => {
    const job = photoJobSchema.parse(data);
    const result = await analyse(job).catch((error: unknown): Result => {
      logger.error({ err: error, job: job.id }, 'a photo could not be analysed');
      return { outcome: 'dropped', reason: 'failed' };
    });
    const claimed = await redis.set(redisKeys.photoClaim(job.id), worker, 'PX', CLAIM_TTL_MS, 'NX');
    if (!claimed) return;
    const answer: PhotoAnswer = { kind: 'photo', id: job.id, worker, result };
    await redis.publish(
      redisKeys.answers(job.server),
      vault.seal(sealPurposes.answer, Buffer.from(JSON.stringify(answer))),
    );
  };
}
