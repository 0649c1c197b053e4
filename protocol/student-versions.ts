/** REST: groups of cameras that share a student, their versions, and how each does. */
import { z } from 'zod';
import {
  leftOutReasonSchema,
  retirementReasonSchema,
  runReasonSchema,
  trainingReasonSchema,
} from './training-reasons.ts';

export const STUDENT_STATES = ['candidate', 'shadow', 'promoted', 'retired'] as const;
/** Groups that one installation may have. */
export const MOST_STUDENT_GROUPS = 64;

const share = z.number().min(0).max(1);

/** On people whom the version did not learn from: one photo enrolled, the camera's crops searched for. */
export const studentAccuracySchema = z.object({
  rank1: share,
  /** At an FPIR of 1 %. */
  tpirAtFpir: share,
  /** Mean over several FPIR. */
  meanTpir: share,
});

/** Where a kiosk's browser works its gradients out. */
export const learningBackendSchema = z.enum(['webgpu', 'webgl', 'wasm']);

/** Where a version comes from. */
export const lineageSchema = z.object({
  /** The run of training that made it. */
  run: z.string().max(64),
  rounds: z.int().min(0),
  steps: z.int().min(0),
  /** Whom it learnt from, and whom it was measured on. */
  people: z.object({ trained: z.int().min(0), heldOut: z.int().min(0) }),
  /** Crops: of enrolment as the camera would see them, and live ones that an operator confirmed. */
  crops: z.object({ enrolled: z.int().min(0), confirmed: z.int().min(0) }),
  /** What served when it was made, and the version itself, on the same people held out. */
  before: studentAccuracySchema,
  after: studentAccuracySchema,
  /** Cosine that keeps FPIR 0.3 % among 1,000 people: the embedder's and its own. */
  threshold: z.object({ before: z.number(), after: z.number() }),
  /** Of a version that a kiosk's browser made: which, and its rank 1 on its own crops that it kept back. */
  kiosk: z
    .object({
      id: z.uuid(),
      name: z.string(),
      backend: learningBackendSchema.optional(),
      part: z.enum(['full', 'tail']),
      before: share,
      after: share,
    })
    .optional(),
});
export type Lineage = z.infer<typeof lineageSchema>;

/** Live crops that both the serving version and the one on trial have judged, each by itself. */
export const trialSchema = z.object({
  compared: z.int().min(0),
  /** Both gave the same name, or both none. */
  same: z.int().min(0),
  onlyServing: z.int().min(0),
  onlyTrial: z.int().min(0),
  /** Both gave a name, but not the same. */
  different: z.int().min(0),
  /** Mean cosine of the best candidate. */
  score: z.object({ serving: z.number(), trial: z.number() }).nullable(),
});
export type Trial = z.infer<typeof trialSchema>;

/** Tracks at a group's cameras while a version served. */
export const watchSchema = z.object({
  tracks: z.int().min(0),
  named: z.int().min(0),
  /** Mean cosine of the named ones. */
  score: z.number().nullable(),
});
export type Watch = z.infer<typeof watchSchema>;

export const studentVersionSchema = z.object({
  id: z.uuid(),
  group: z.uuid(),
  /** Counted within the group. */
  number: z.int().min(1),
  state: z.enum(STUDENT_STATES),
  model: z.string(),
  parent: z.uuid().nullable(),
  sha256: z.string(),
  lineage: lineageSchema,
  trial: trialSchema.nullable(),
  /** ISO 8601, as all times here. */
  createdAt: z.string(),
  promotedAt: z.string().nullable(),
  promotedBy: z.string().nullable(),
  /** Which version it took the place of; null: the embedder itself. */
  replaced: z.uuid().nullable(),
  retiredAt: z.string().nullable(),
  retiredBy: z.string().nullable(),
  retiredBecause: z.string().nullable(),
  /** The same as a code with its facts; null where it is in other words. */
  retiredReason: retirementReasonSchema.nullable(),
  /** Somebody whom it learnt from was erased: it is not promoted (again). */
  excludedAt: z.string().nullable(),
  /** Whether its file is still there. */
  kept: z.boolean(),
});
export type StudentVersion = z.infer<typeof studentVersionSchema>;

const groupFields = {
  name: z.string().trim().min(1, 'is empty').max(100),
  /** Named recipe of what the cameras make of a face; null: they see it as enrolment does. */
  shift: z.string().min(1).max(60).nullable(),
  /** Kiosk ids. A camera in another group leaves that one. */
  cameras: z.array(z.uuid()).max(1000),
  paused: z.boolean(),
  automatic: z.boolean(),
};
export const createGroupSchema = z.strictObject({
  ...groupFields,
  shift: groupFields.shift.default(null),
  cameras: groupFields.cameras.default([]),
  paused: groupFields.paused.default(false),
  automatic: groupFields.automatic.default(true),
});
export type CreateGroup = z.infer<typeof createGroupSchema>;
export const changeGroupSchema = z
  .strictObject(groupFields)
  .partial()
  .refine((change) => Object.keys(change).length > 0, 'Give at least one field to change.');
export type ChangeGroup = z.infer<typeof changeGroupSchema>;

/** One round of a run, as the console shows it. */
export const trainingRoundSchema = z.object({
  round: z.int(),
  shards: z.array(
    z.object({
      shard: z.int(),
      /** Mean of 1 − cosine at the first step and at the last. */
      first: z.number(),
      last: z.number(),
      /** From taking up the version to having sent what was learnt. */
      seconds: z.number(),
      /** Crops that the shard learns from, each way of seeing one counted. Not told of the runs of older servers. */
      samples: z.int().optional(),
      /**
       * How old the version was that it learnt from when the round was put together: seconds since the shard took it
       * up. All shards of a round learn from the same version; what was learnt from another one is left out.
       */
      age: z.number().optional(),
    }),
  ),
  /** Shards that were left out, and why. */
  rejected: z.array(
    z.object({
      shard: z.int(),
      /** In English. */
      message: z.string(),
      /** The same as a code with its facts; null in the runs of older servers. */
      reason: leftOutReasonSchema.nullable(),
      /** Whether the shard was learnt again by whoever put the round together, and that counts. */
      again: z.boolean(),
    }),
  ),
  /** Of what came of it, on the people held out. */
  accuracy: studentAccuracySchema,
  /** Whether it is the best so far. */
  kept: z.boolean(),
  bytes: z.object({ up: z.number(), down: z.number() }),
  seconds: z.number(),
});
export type TrainingRound = z.infer<typeof trainingRoundSchema>;

export const trainingRunSchema = z.object({
  id: z.uuid(),
  state: z.enum(['running', 'done', 'failed', 'stopped']),
  /** How it ended, in English words. */
  message: z.string().nullable(),
  /** The same as a code with its facts; null where it is in other words. */
  reason: runReasonSchema.nullable(),
  by: z.string(),
  model: z.string(),
  /** What there was to learn from. */
  counts: z.object({ people: z.int(), photos: z.int(), confirmed: z.int() }),
  rounds: z.array(trainingRoundSchema),
  /** Rounds that it was to have; null for the runs of older servers. */
  planned: z.int().nullable(),
  /** Whether it ended before, because the last rounds did worse on the people held out than the best before them. */
  stoppedEarly: z.boolean(),
  /** The version that came of it. */
  version: z.uuid().nullable(),
  startedAt: z.string(),
  endedAt: z.string().nullable(),
});
export type TrainingRun = z.infer<typeof trainingRunSchema>;

/** Why nothing trains right now, or what does. */
export const TRAINING_STATES = [
  'running',
  'held-back',
  'off',
  'paused',
  'no-cameras',
  'model',
  'too-few-people',
  'no-worker',
  'nothing-new',
  'waiting',
  'other-group',
] as const;
export const trainingStatusSchema = z.object({
  state: z.enum(TRAINING_STATES),
  /** More exactly, with the facts. */
  reason: trainingReasonSchema,
  /** The same in English words. */
  message: z.string(),
});
export type TrainingStatus = z.infer<typeof trainingStatusSchema>;

export const studentGroupSchema = z.object({
  id: z.uuid(),
  name: z.string(),
  shift: z.string().nullable(),
  cameras: z.array(z.object({ id: z.uuid(), name: z.string() })),
  paused: z.boolean(),
  automatic: z.boolean(),
  createdAt: z.string(),
  /** Newest first. */
  versions: z.array(studentVersionSchema),
  /** While the version in force serves, and while the one before it did; by version id, `embedder` for the embedder. */
  watch: z.record(z.string(), watchSchema),
  /** Workers that cannot run the version in force, with the reason: the embedder serves there. */
  notReady: z.array(z.object({ worker: z.string(), message: z.string() })),
  status: trainingStatusSchema,
  /** The last ones, newest first. */
  runs: z.array(trainingRunSchema),
});
export type StudentGroup = z.infer<typeof studentGroupSchema>;

export const promoteSchema = z.strictObject({
  /** Also a version that did no better on people held out. */
  force: z.boolean().default(false),
});

export const trainingResponseSchema = z.object({ groups: z.array(studentGroupSchema) });
