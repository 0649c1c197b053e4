import { Transformer } from '@napi-rs/image';
import type { Queue } from 'bullmq';
import type { Redis } from 'ioredis';
import { CROP_SIDE, type CropCodec } from '../../protocol/crop.ts';
import { CROP_QUEUE, type CropAnswer, type CropJob, redisKeys, sealPurposes } from '../../protocol/jobs.ts';
import type { Vault } from '../../vault/vault.ts';
import type { Answers } from './answers.ts';

/** rgb8 crops are always 112 × 112; see protocol/crop.ts. */
async function rgbToJpeg(rgb: Buffer): Promise<Buffer> {
  const rgba = Buffer.alloc(CROP_SIDE * CROP_SIDE * 4, 255);
  for (let pixel = 0; pixel < CROP_SIDE * CROP_SIDE; pixel++)
    rgb.copy(rgba, pixel * 4, pixel * 3, pixel * 3 + 3);
  return Transformer.fromRgbaPixels(rgba, CROP_SIDE, CROP_SIDE).jpeg(90);
}

/** Of a camera's crops, one in so many is judged by the student on trial too. */
const TRIAL_EVERY = 4;

/** How long a crop can be looked at on a console. */
export const CROP_TTL_MS = 30_000;

/**
 * What a track has shown so far: the sum of its weighted embeddings (float32), of one model or one student of it,
 * and of the weights.
 */
export type Evidence = { sum: Uint8Array; weight: number; model: string; student: string | undefined };

export type CropSubmission = {
  stream: string;
  track: number;
  sequence: number;
  codec: CropCodec;
  payload: Uint8Array;
  quality: number;
  evidence: Evidence | undefined;
  /** Server clock, ms. */
  deadlineAt: number;
};

export type CropQueue = {
  /**
   * Stores the sealed crop and queues it.
   * @returns when it was queued (server clock, ms) and the answer to come; that rejects with AnswerTimeout at the deadline
   * @throws when Redis cannot be reached
   */
  submit(crop: CropSubmission): Promise<{ enqueuedAt: number; answer: Promise<CropAnswer> }>;
  /** The JPEG of a crop that is not older than half a minute. */
  read(stream: string, track: number, sequence: number): Promise<Buffer | undefined>;
};

export function createCropQueue(dependencies: {
  redis: Redis;
  queue: Queue;
  answers: Answers;
  vault: Vault;
  /** The student that serves a camera, and the one that is tried out beside it. */
  studentsOf?: (stream: string) => { serving: string | undefined; trial: string | undefined };
  now: () => number;
}): CropQueue {
  const { redis, queue, answers, vault, studentsOf, now } = dependencies;
  return {
    async submit(crop) {
      const id = `${crop.stream}-${crop.track}-${crop.sequence}`;
      const key = redisKeys.crop(crop.stream, crop.track, crop.sequence);
      const enqueuedAt = now();
      const students = studentsOf?.(crop.stream);
      const job: CropJob = {
        id,
        server: answers.server,
        key,
        codec: crop.codec,
        quality: crop.quality,
        evidence: crop.evidence && vault.seal(sealPurposes.evidence, crop.evidence.sum).toString('base64'),
        evidenceWeight: crop.evidence?.weight ?? 0,
        evidenceModel: crop.evidence?.model,
        evidenceStudent: crop.evidence?.student,
        student: students?.serving,
        trial: crop.sequence % TRIAL_EVERY === 0 ? students?.trial : undefined,
        enqueuedAt,
        deadlineAt: crop.deadlineAt,
      };
      const answer = answers.expect({
        id,
        kind: 'crop',
        timeoutMs: Math.max(1, crop.deadlineAt - enqueuedAt),
      });
      try {
        await Promise.all([
          redis.set(key, vault.seal(sealPurposes.crop, crop.payload), 'PX', CROP_TTL_MS),
          queue.add(CROP_QUEUE, job, { jobId: id }),
        ]);
      } catch (error) {
        answer.cancel();
        throw error;
      }
      return { enqueuedAt, answer: answer.promise };
    },
    async read(stream, track, sequence) {
      const sealed = await redis.getBuffer(redisKeys.crop(stream, track, sequence));
      if (!sealed) return undefined;
      const image = vault.open(sealPurposes.crop, sealed);
      return image[0] === 0xff ? image : rgbToJpeg(image);
    },
  };
}
