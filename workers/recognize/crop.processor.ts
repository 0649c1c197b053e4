import type { Redis } from 'ioredis';
import type { Logger } from '../../config/logger.ts';
import {
  type CropAnswer,
  type CropJob,
  cropJobSchema,
  redisKeys,
  sealPurposes,
} from '../../protocol/jobs.ts';
import type { Vault } from '../../vault/vault.ts';
import { floatsOf, toBase64 } from '../runtime/float-bytes.ts';
import type { OperatingPointReplica } from '../runtime/operating-point.ts';
import type { Runtime, Serving } from '../runtime/serving.ts';
import { decide } from './decide.ts';
import { decodeCropImage, UndecodableCropError } from './decode.ts';
import { namedCandidates } from './named-candidates.ts';
import type { Probe, Recognizer } from './recognizer.ts';
import type { Trials } from './trial.ts';

type Result = CropAnswer['result'];
/** And the decoded crop, when there is a decision. */
type Outcome = Pick<CropAnswer, 'result' | 'timings'> & { crop?: Uint8Array };
type DropReason = Extract<Result, { outcome: 'dropped' }>['reason'];

/**
 * Processes one crop job: fetch, open, decode, embed, match, decide, answer. Every job that can be read is
 * answered exactly once, by a decision or by the reason why there is none.
 * @returns a processor that rejects only when the job cannot be read or the answer cannot be published
 */
export function createCropProcessor(dependencies: {
  redis: Redis;
  vault: Vault;
  serving: Pick<Serving<{ recognizer: Recognizer }>, 'use'>;
  operatingPoint: Pick<OperatingPointReplica, 'ruleFor'>;
  trials: Trials;
  worker: string;
  logger: Logger;
  now: () => number;
  /** Is told how long each embedding took, ms. */
  onEmbedded?: (ms: number) => void;
}): (data: unknown) => Promise<void> {
  const { redis, vault, serving, operatingPoint, trials, worker, logger, now, onEmbedded } = dependencies;
  let failing = false;

  /** Sums of two embedders have nothing in common, even when they are of one length. */
  const evidenceOf = (job: CropJob, model: string): Probe['evidence'] => {
    if (job.evidence === undefined || job.evidenceModel !== model) return undefined;
    const sum = floatsOf(vault.open(sealPurposes.evidence, Buffer.from(job.evidence, 'base64')));
    return { sum, weight: job.evidenceWeight, student: job.evidenceStudent };
  };

  const recognize = (job: CropJob, takenAt: number): Promise<Outcome> =>
    serving.use((runtime) => recognizeBy(runtime, job, takenAt));

  const recognizeBy = async (
    { entry, gallery, recognizer }: Runtime & { recognizer: Recognizer },
    job: CropJob,
    takenAt: number,
  ): Promise<Outcome> => {
    const timings = { queue: Math.max(0, takenAt - job.enqueuedAt), embed: 0, match: 0 };
    const dropped = (reason: DropReason) => ({ result: { outcome: 'dropped', reason } as const, timings });
    if (takenAt > job.deadlineAt) return dropped('deadline');
    const sealed = await redis.getBuffer(job.key);
    if (!sealed) return dropped('expired');

    const crop = decodeCropImage({ codec: job.codec, bytes: vault.open(sealPurposes.crop, sealed) });
    const before = evidenceOf(job, entry.name);
    const recognition = await recognizer.recognize({
      crop,
      quality: job.quality,
      evidence: before,
      student: job.student,
      deadlineAt: job.deadlineAt,
    });
    if (recognition.kind === 'late') return dropped('deadline');
    if (recognition.kind === 'no-embedding') return dropped('failed');

    const { student, evidence, evidenceReset, matches, embeddedAt, matchedAt } = recognition;
    const rule = operatingPoint.ruleFor(entry);
    const decision = decide({
      candidates: namedCandidates({ matches, gallery }),
      fpir: rule.fpir,
      // A student has a table of its own: its scores are distributed otherwise.
      entry: student?.entry ?? rule.entry,
      student: student?.id,
      gallerySize: gallery.size,
      galleryVersion: gallery.version,
    });
    return {
      crop,
      result: {
        outcome: 'decided',
        decision,
        evidence: toBase64(evidence.sum),
        evidenceWeight: evidence.weight,
        evidenceReset: evidenceReset || (job.evidence !== undefined && before === undefined),
      },
      timings: { ...timings, embed: embeddedAt - takenAt, match: matchedAt - embeddedAt },
    };
  };

  const failed = (error: unknown, job: CropJob): Result => {
    if (error instanceof UndecodableCropError) {
      logger.debug({ job: job.id, reason: error.message }, 'crop dropped');
      return { outcome: 'dropped', reason: 'undecodable' };
    }
    // Said once until a crop succeeds again: whatever it is, it is likely to meet every crop.
    if (!failing) logger.error({ err: error, job: job.id }, 'a crop could not be recognised');
    failing = true;
    return { outcome: 'dropped', reason: 'failed' };
  };

  return async (data) => {
    const takenAt = now();
    const job = cropJobSchema.parse(data);
    const { crop, ...outcome } = await recognize(job, takenAt).catch(
      (error: unknown): Outcome => ({
        result: failed(error, job),
        timings: { queue: Math.max(0, takenAt - job.enqueuedAt), embed: now() - takenAt, match: 0 },
      }),
    );
    if (outcome.result.outcome === 'decided') {
      failing = false;
      onEmbedded?.(outcome.timings.embed);
    }
    const answer: CropAnswer = { kind: 'crop', id: job.id, worker, ...outcome };
    await redis.publish(
      redisKeys.answers(job.server),
      vault.seal(sealPurposes.answer, Buffer.from(JSON.stringify(answer))),
    );
    if (crop && job.trial) trials.consider({ crop, serving: job.student, trial: job.trial });
  };
}
