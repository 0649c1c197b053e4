import type { Redis } from 'ioredis';
import type { Logger } from '../../config/logger.ts';
import {
  type PhotoAnswer,
  type PhotoFace,
  type PhotoJob,
  photoJobSchema,
  sealPurposes,
} from '../../protocol/jobs.ts';
import type { Vault } from '../../vault/vault.ts';
import { toBase64 } from '../runtime/float-bytes.ts';
import type { OperatingPointReplica } from '../runtime/operating-point.ts';
import type { Runtime, Serving } from '../runtime/serving.ts';
import type { Thread } from '../runtime/thread.ts';
import { answerOnce } from './answer-once.ts';
import { decide } from './decide.ts';
import { namedCandidates } from './named-candidates.ts';
import type { AnalysedFace } from './photo-analysis.ts';
import type { PhotoMethods } from './photo-thread.ts';

type Result = PhotoAnswer['result'];

/**
 * Processes one photo job: fetch, open, analyse on the photo thread, search if asked, answer. A face is searched
 * for by the serving model only; a job that names another gets no decisions.
 * @param dependencies.turn has the analysis wait for its turn on the thread
 * @returns a processor that rejects only when the job cannot be read or the answer cannot be published
 */
export function createPhotoProcessor(dependencies: {
  redis: Redis;
  vault: Vault;
  thread: Pick<Thread<PhotoMethods>, 'call'>;
  serving: Pick<Serving, 'use'>;
  operatingPoint: Pick<OperatingPointReplica, 'ruleFor'>;
  worker: string;
  logger: Logger;
  turn?: <T>(work: () => Promise<T>) => Promise<T>;
}): (data: unknown) => Promise<void> {
  const { redis, vault, thread, serving, operatingPoint, worker, logger } = dependencies;
  const turn = dependencies.turn ?? ((work) => work());

  const analyse = (job: PhotoJob): Promise<Result> => serving.use((runtime) => analyseBy(runtime, job));

  const analyseBy = async (runtime: Runtime, job: PhotoJob): Promise<Result> => {
    if (Date.now() > job.deadlineAt) return { outcome: 'dropped', reason: 'deadline' };
    const sealed = await redis.getBuffer(job.key);
    if (!sealed) return { outcome: 'dropped', reason: 'expired' };
    const model = job.model ?? runtime.entry.name;
    const bytes = vault.open(sealPurposes.photo, sealed);
    const analysis = await turn(() => thread.call('analyse', { bytes, model, live: job.live ?? false }));
    if (analysis.outcome === 'refused') return analysis;
    if (analysis.outcome === 'no-model') {
      return { outcome: 'dropped', reason: 'model', message: analysis.message };
    }
    const { width, height, timings } = analysis;
    const match = job.match && model === runtime.entry.name;
    const faces = await Promise.all(analysis.faces.map((face) => finish(face, match ? runtime : undefined)));
    return { outcome: 'analysed', model, width, height, faces, timings };
  };

  const finish = async (
    { liveEmbedding, ...face }: AnalysedFace,
    matchBy: Runtime | undefined,
  ): Promise<PhotoFace> => ({
    ...face,
    embedding: toBase64(face.embedding),
    ...(liveEmbedding ? { liveEmbedding: toBase64(liveEmbedding) } : {}),
    crop: Buffer.from(face.crop).toString('base64'),
    ...(matchBy ? { decision: await decisionOn(face, matchBy) } : {}),
  });

  const decisionOn = async (
    { embedding }: Pick<AnalysedFace, 'embedding'>,
    { entry, engine, gallery }: Runtime,
  ) => {
    const [matches = []] = await engine.match(embedding.slice(), 1);
    return decide({
      candidates: namedCandidates({ matches, gallery }),
      ...operatingPoint.ruleFor(entry),
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
    const answer: PhotoAnswer = { kind: 'photo', id: job.id, worker, result };
    await answerOnce({ redis, vault, job, answer });
  };
}
