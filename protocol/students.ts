/** Students that serve: embedders of single cameras, taught to give the base embedder's vectors for their crops. */
import { z } from 'zod';

export const studentKeys = {
  /** JSON of `studentsWantedSchema`: what workers hold ready. */
  wanted: 'fw:students',
  /** Hash of one version: `about` (sealed JSON of `studentAboutSchema`) and `onnx` (the sealed file). */
  version: (id: string) => `fw:students:${id}`,
  /** Hash of counts: how a version on trial judged live crops beside the one that serves. */
  trial: (id: string) => `fw:students:${id}:trial`,
  /** Hash of counts: the tracks of a group while each version served. */
  watch: (group: string) => `fw:students:watch:${group}`,
} as const;

/** Fields of a trial's hash. Cosines are summed in steps of 1/10,000. */
export const TRIAL_FIELDS = [
  'compared',
  'same',
  'onlyServing',
  'onlyTrial',
  'different',
  'scored',
  'servingScore',
  'trialScore',
] as const;
export type TrialField = (typeof TRIAL_FIELDS)[number];
export const SCORE_STEPS = 10_000;

export const studentPurposes = { about: 'student-about', onnx: 'student-onnx' } as const;

/** Students that one worker keeps open, 47 MB each; the one unused for longest makes room. */
export const MOST_OPEN_STUDENTS = 24;
/** Versions that serve or are on trial at one time: fewer, so that going to another and back finds room. */
export const MOST_LIVE_STUDENTS = 20;
/** Of the default embedder's file, 5.3 MB. */
export const MOST_STUDENT_BYTES = 32 * 1024 * 1024;

export const studentsWantedSchema = z.strictObject({ versions: z.array(z.uuid()).max(200) });

/** What makes one version, and never changes: weights and thresholds are one thing. */
export const studentAboutSchema = z.strictObject({
  id: z.uuid(),
  /** Embedder in whose space it answers. */
  model: z.string().min(1).max(100),
  /** Of the ONNX file. */
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
  /** Its own embedding of the golden crop: base64 as in the manifest. */
  golden: z.base64().min(4).max(20_000),
  /** From the highest false match rate to the lowest, cosine rising: measured on its camera's crops of people held out. */
  thresholds: z
    .array(
      z.strictObject({
        fmr: z.number().positive().max(1),
        cosine: z.number().min(-1).max(1),
        extrapolated: z.boolean(),
      }),
    )
    .min(2)
    .max(50),
});
export type StudentAbout = z.infer<typeof studentAboutSchema>;
