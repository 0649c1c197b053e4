/**
 * Why nothing trains right now, or what does; why a worker was left out of a round; how a run ended; why a version is
 * retired. Each is a code with the facts of its sentence, so that each language can say it.
 */
import { z } from 'zod';

const name = z.string().max(200);
const people = z.int().min(0);
/** Characters of an error that a reason tells. */
export const MOST_WORDS = 1000;
const words = z.string().max(MOST_WORDS);
const round = {
  round: z.int().min(1),
  /** Rounds that the run has at most; null for the runs of older servers. */
  planned: z.int().min(1).nullable(),
};
/** People with two photos that are enough, about. */
const needed = z.int().min(1);
const reason = <Code extends string, Facts extends z.core.$ZodLooseShape>(code: Code, facts: Facts) =>
  z.strictObject({ code: z.literal(code), ...facts });

const switchedOffSchema = reason('switched-off', {});
const partsUnknownSchema = reason('model-parts-unknown', { model: name });
/** What is not as it has to be in the model's graph, in the words of whoever looked. */
const modelRefusedSchema = reason('model-refused', { model: name, words });
/** Of those enrolled; `several`: held out, with two photos or more. */
export const fewUsableSchema = reason('few-usable', { people, several: people, needed });

export const trainingReasonSchema = z.discriminatedUnion('code', [
  reason('round-running', round),
  reason('round-gives-way', round),
  reason('round-without-worker', round),
  switchedOffSchema,
  reason('group-paused', {}),
  reason('no-cameras', {}),
  partsUnknownSchema,
  modelRefusedSchema,
  reason('few-enrolled', { people, needed }),
  fewUsableSchema,
  reason('no-worker', {}),
  /** The name of the one that trains. */
  reason('other-group', { group: name }),
  reason('lesson-measured', {}),
  reason('nothing-new', {}),
  /** At the earliest. */
  reason('next-run', { at: z.iso.datetime() }),
  reason('run-begins', {}),
]);
export type TrainingReason = z.infer<typeof trainingReasonSchema>;
export type ModelProblem = z.infer<typeof partsUnknownSchema | typeof modelRefusedSchema>;
export type FewUsable = z.infer<typeof fewUsableSchema>;

/** Of a version, within its group. */
const version = z.int().min(1);
/** How a run ended; what fails in other words is told by these alone. */
export const runReasonSchema = z.discriminatedUnion('code', [
  reason('no-better', {}),
  reason('on-trial', { version }),
  reason('by-hand', { version }),
  reason('not-tried', { version, words }),
  reason('person-erased', {}),
  reason('group-deleted', {}),
  reason('group-paused', {}),
  reason('other-server', {}),
  reason('server-stopped', {}),
  reason('cut-off', {}),
  reason('redis-lost', {}),
  reason('file-lost', {}),
  reason('file-changed', {}),
]);
export type RunReason = z.infer<typeof runReasonSchema>;

const crops = z.int().min(0);
const percent = z.int().min(0).max(100);
const cosine = z.number().min(-1).max(1);
export const retirementReasonSchema = z.discriminatedUnion('code', [
  /** The one that serves now. */
  reason('replaced', { version }),
  reason('by-hand', {}),
  reason('person-erased', {}),
  reason('trial-other-names', { different: crops, compared: crops }),
  reason('trial-fewer-names', { fewer: crops, compared: crops }),
  /** Of the tracks, while the version before it served and while this one did. */
  reason('more-unknown', { before: percent, now: percent }),
  /** Mean cosine of those who were named, likewise. */
  reason('lower-scores', { before: cosine, now: cosine }),
]);
export type RetirementReason = z.infer<typeof retirementReasonSchema>;

/** Why what a worker sent in a round does not count. */
export const leftOutReasonSchema = z.discriminatedUnion('code', [
  /** In the words of whoever opened it. */
  reason('missing', { words }),
  reason('malformed', { words }),
  reason('other-version', {}),
  /** Euclidean length of the delta, and of the longest that Adam can have made in these steps. */
  reason('too-long', { length: z.number(), most: z.number(), steps: z.int().min(1) }),
  reason('stray', {}),
]);
export type LeftOutReason = z.infer<typeof leftOutReasonSchema>;
