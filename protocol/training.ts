/** What server and workers say to each other while students are trained. */
import { z } from 'zod';
import { leftOutReasonSchema } from './training-reasons.ts';

/** Children of a round: a worker takes some steps on one shard. */
export const SHARD_QUEUE = 'training-shards';
/** Their parents: a worker puts together what was learnt, and judges it. */
export const ROUND_QUEUE = 'training-rounds';
/** A worker makes a file of a checkpoint and measures it, as it would serve. */
export const APPRAISAL_QUEUE = 'training-appraisals';

const run = z.string().regex(/^[\w-]{1,64}$/);
const checkpointId = z.string().regex(/^[0-9a-f]{64}$/);
const accuracySchema = z.strictObject({ rank1: z.number(), tpirAtFpir: z.number(), meanTpir: z.number() });
const round = z.int().min(1).max(10_000);
const shard = z.int().min(0).max(255);
const steps = z.int().min(1).max(40_000);
const bytes = z.int().min(0);
const group = z.int().min(0).max(1000);

export const shardJobSchema = z.strictObject({
  run,
  round,
  shard,
  /** Checkpoint that the steps begin from. */
  base: checkpointId,
  part: z.enum(['full', 'tail']),
  steps,
  /** People of this group and of earlier ones are there to learn from. */
  arrived: group,
  /** How what was learnt is stored: in a round as small as it can be, exactly where it is compared. */
  dtype: z.enum(['f32', 'q4']),
  seed: z.int(),
  /** Share of the run's steps that lie before these, and after them. */
  progress: z.strictObject({ from: z.number().min(0).max(1), to: z.number().min(0).max(1) }),
});
export type ShardJob = z.infer<typeof shardJobSchema>;

export const shardResultSchema = z.strictObject({
  shard,
  /** Crops of the shard, each way of seeing one counted. */
  samples: z.int().min(0),
  /** Mean of 1 − cosine in the first and in the last step. */
  firstLoss: z.number(),
  lastLoss: z.number(),
  /** When the worker took up the version that it learnt from, by its clock; how long it took from there. */
  startedAt: z.number(),
  ms: z.number(),
  /** Weights that were fetched, what was learnt that was sent. */
  bytes: z.strictObject({ down: bytes, up: bytes }),
});
export type ShardResult = z.infer<typeof shardResultSchema>;

export const roundJobSchema = z.strictObject({
  run,
  round,
  base: checkpointId,
  /** Which serves so far, and how it does on the people of the validation; null where nobody has measured it. */
  serving: z.strictObject({ id: checkpointId, accuracy: accuracySchema.nullable() }),
  part: z.enum(['full', 'tail']),
  /** Of each shard: nobody learns more than so many steps can bring. */
  steps,
  /** The children's jobs, by shard: one whose delta cannot be used is done again. */
  work: z.array(shardJobSchema).min(1).max(256),
});
export type RoundJob = z.infer<typeof roundJobSchema>;

export const roundResultSchema = z.strictObject({
  round,
  candidate: checkpointId,
  /** Of the candidate, on people that the validation holds back. */
  accuracy: accuracySchema,
  /** Of the version that served before. */
  serving: accuracySchema,
  promoted: z.boolean(),
  /** Shards whose deltas counted, and why the others did not. */
  accepted: z.array(shard),
  rejected: z.array(
    z.strictObject({
      shard,
      reason: leftOutReasonSchema,
      /** Whether the worker that put the round together learnt the shard again, and that counts. */
      again: z.boolean(),
    }),
  ),
  loss: z.number().nullable(),
  /** What each shard told. */
  results: z.array(shardResultSchema),
  /** When the deltas were put together, by that worker's clock. */
  joinedAt: z.number(),
  /** What went between the workers and Redis: deltas up, weights or steps down, and the jobs of both. */
  bytes: z.strictObject({ up: bytes, down: bytes }),
});
export type RoundResult = z.infer<typeof roundResultSchema>;

/** Where a run stands after a round, for a coordinator that begins anew. */
export const runProgressSchema = z.strictObject({
  base: checkpointId,
  serving: roundJobSchema.shape.serving,
  /** Which served when each group of people had been learnt from and the next one had not, in their order. */
  afterGroups: z.array(checkpointId).max(1000),
  history: z.array(roundResultSchema.extend({ seconds: z.number() })),
});
export type RunProgress = z.infer<typeof runProgressSchema>;
export const appraisalJobSchema = z.strictObject({
  run,
  checkpoint: checkpointId,
  part: z.enum(['full', 'tail']),
});
export type AppraisalJob = z.infer<typeof appraisalJobSchema>;

export const appraisalSchema = z.strictObject({
  /** Of the ONNX file, which lies sealed under `trainingKeys.file`. */
  sha256: checkpointId,
  /** Its embedding of the golden crop, base64. */
  golden: z.base64().max(20_000),
  accuracy: accuracySchema,
  /** Comparisons of different people, and how many of them reach the cosine of each row of the embedder's table. */
  impostors: z.strictObject({ comparisons: z.int().min(0), above: z.array(z.int().min(0)).max(50) }),
});
export type Appraisal = z.infer<typeof appraisalSchema>;

/** Where things of a run lie in Redis. Crops, targets, weights: all sealed. */
export const trainingKeys = {
  checkpoint: (run: string, id: string) => `fw:training:${run}:checkpoint:${id}`,
  /** The step from a checkpoint's parent to it, as small as it goes out. */
  step: (run: string, id: string) => `fw:training:${run}:step:${id}`,
  /** What the next common step needs of the last. */
  outer: (run: string, id: string, what: 'velocity' | 'residual') => `fw:training:${run}:${what}:${id}`,
  delta: (run: string, round: number, shard: number) => `fw:training:${run}:delta:${round}:${shard}`,
  samples: (run: string, shard: number) => `fw:training:${run}:samples:${shard}`,
  /** Which worker had a shard last. */
  home: (run: string, shard: number) => `fw:training:${run}:home:${shard}`,
  progress: (run: string) => `fw:training:${run}:progress`,
  validation: (run: string) => `fw:training:${run}:validation`,
  /** The ONNX file that an appraisal made. */
  file: (run: string, id: string) => `fw:training:${run}:file:${id}`,
  /** All of a run. */
  all: (run: string) => `fw:training:${run}:*`,
  /** The run that is under way: workers forget the crops of every other. */
  current: 'fw:training:current',
};

export const trainingPurposes = {
  weights: 'training-weights',
  samples: 'training-samples',
} as const;

/** Nothing of a run outlives it by more. */
export const TRAINING_LIFE_S = 24 * 3600;

const jpeg = z.base64().min(4).max(200_000);
const vector = z.base64().min(4).max(20_000);
/** Null: crops are taken as they are. */
const shift = z.string().min(1).max(60).nullable();
/** True for a crop that came from the camera itself: it is not shifted again. */
const live = z.boolean().optional();

/** A shard: crops of some people, and the embedding that is wanted for each. */
export const samplesSchema = z.strictObject({
  shift,
  /** In how many ways the camera sees each crop, and whether the crop as it is is learnt from too. */
  views: z.int().min(1).max(16),
  clean: z.boolean(),
  samples: z
    .array(
      z.strictObject({
        crop: jpeg,
        target: vector,
        seed: z.int(),
        /** What it counts beside the others. */
        weight: z.number().positive().max(100),
        /** When its person arrives; they stand in this order. */
        group,
        live,
      }),
    )
    .min(1)
    .max(20_000),
});
export type Samples = z.infer<typeof samplesSchema>;

/** People held back: `gallery` has one clean template each, probes and strangers are crops. */
export const heldOutSchema = z.strictObject({
  shift,
  /** In how many ways the camera sees each crop: one way says little about so few people. */
  views: z.int().min(1).max(16),
  gallery: z.array(vector).min(1).max(100_000),
  probes: z.array(z.strictObject({ crop: jpeg, seed: z.int(), person: z.int().min(0), live })).min(1),
  strangers: z.array(z.strictObject({ crop: jpeg, seed: z.int(), live })).min(1),
});
export type HeldOutPeople = z.infer<typeof heldOutSchema>;
