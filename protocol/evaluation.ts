import { z } from 'zod';

/** What an evaluation measures: the JSON of `npm run evaluate --json`, of the REST API and of the console. */

/** A share with its 95 % interval, and what was counted out of how many. */
const rateSchema = z.object({
  value: z.number(),
  low: z.number(),
  high: z.number(),
  count: z.number(),
  of: z.number(),
});
export type EvaluationRate = z.infer<typeof rateSchema>;

/** 95 %. */
const intervalSchema = z.object({ low: z.number(), high: z.number() });
const ratesByKey = z.record(z.string(), z.number());
const intervalsByKey = z.record(z.string(), intervalSchema);

const confusionSchema = z.object({
  truePositive: z.int(),
  falseNegative: z.int(),
  falsePositive: z.int(),
  trueNegative: z.int(),
});

const verificationSchema = z.object({
  same: z.int(),
  different: z.int(),
  /** Pairs in which a face was not found: wrong in accuracy, F1 and confusion, no match in the error rates. */
  withoutFace: z.object({ same: z.int(), different: z.int() }),
  /** The same figures of those pairs alone in which both faces were found; null without any. */
  bothFound: z
    .object({
      pairs: z.int(),
      accuracy: rateSchema,
      auc: z.number().nullable(),
      eer: z.number().nullable(),
    })
    .nullable(),
  /** What the threshold was chosen on: never the pairs that it decides. */
  chosenOn: z.enum(['training pairs', 'other folds', 'other tenths of the pairs']),
  trainingPairs: z.int(),
  accuracy: rateSchema,
  confusion: confusionSchema,
  folds: z.array(z.object({ threshold: z.number(), accuracy: z.number() })),
  tarAtFar: z.array(
    z.object({
      far: z.number(),
      threshold: z.number(),
      tar: rateSchema,
      falseAccepts: z.int(),
      /** False where there are too few pairs of different people for this rate (rule of 3). */
      supported: z.boolean(),
    }),
  ),
  curves: z.object({
    roc: z.array(z.object({ threshold: z.number(), far: z.number(), tar: z.number() })),
    precisionRecall: z.array(z.object({ threshold: z.number(), precision: z.number(), recall: z.number() })),
    histogram: z.object({
      from: z.number(),
      width: z.number(),
      same: z.array(z.int()),
      different: z.array(z.int()),
    }),
    thresholds: z.array(z.object({ threshold: z.number(), accuracy: z.number(), f1: z.number() })),
  }),
});

const atFpirSchema = z.object({
  fpir: z.number(),
  threshold: z.number(),
  tpir: rateSchema,
  /** Strangers who were given a name at that threshold. */
  measuredFpir: rateSchema,
  /** False where there are too few searches of strangers for this rate (rule of 3). */
  supported: z.boolean(),
});

const openSetSchema = z.object({
  /** Photos that a person is enrolled by, and frames that are averaged into one search. */
  enrolled: z.int(),
  frames: z.int(),
  gallerySize: z.number(),
  probes: z.int(),
  strangers: z.int(),
  probePeople: z.int(),
  strangerPeople: z.int(),
  failedToEnrol: z.int(),
  rank1: rateSchema,
  cmc: z.array(z.object({ rank: z.int(), rate: z.number() })),
  /** Threshold measured on the strangers of the other splits. */
  atFpir: z.array(atFpirSchema),
  /** Threshold of the model's table for that promise. */
  promised: z.array(atFpirSchema),
  curve: z.array(z.object({ threshold: z.number(), tpir: z.number(), fpir: z.number() })),
});
export type OpenSetRow = z.infer<typeof openSetSchema>;

/** A decision that was wrong, or nearly: two photos and their cosine. */
const mistakeSchema = z.object({
  kind: z.enum(['missed', 'confused']),
  score: z.number().nullable(),
  a: z.string(),
  b: z.string(),
});
export type Mistake = z.infer<typeof mistakeSchema>;

export const PROBLEM_KINDS = [
  'malformed-line',
  'missing-image',
  'broken-file',
  'not-a-picture',
  'empty-folder',
  'same-name',
  'same-picture',
  'not-analysed',
] as const;

export const problemsSchema = z.object({
  total: z.int(),
  byKind: z.partialRecord(z.enum(PROBLEM_KINDS), z.int()),
  /** The first ones of each kind. */
  listed: z.array(z.object({ kind: z.enum(PROBLEM_KINDS), subject: z.string(), message: z.string() })),
});
export type EvaluationProblems = z.infer<typeof problemsSchema>;

const stageSchema = z.object({ mean: z.number(), p95: z.number() });

export const evaluationResultSchema = z.object({
  /** Null, and so below, where the protocol was not run: no pairs, or no folder of people. */
  accuracy: z.number().nullable(),
  accuracyStdErr: z.number().nullable(),
  auc: z.number().nullable(),
  eer: z.number().nullable(),
  /** Cosine that the accuracy was measured at. */
  threshold: z.number().nullable(),
  f1: z.number().nullable(),
  /** False accept rate → true accept rate. */
  tarAtFar: ratesByKey.nullable(),
  /** Open set with one photo enrolled and one frame searched: the hardest row of `openSet`. */
  rank1: z.number().nullable(),
  /** FPIR → TPIR, of the same row. */
  tpirAtFpir: ratesByKey.nullable(),
  /** Share of readable photos in which no face was found. */
  failureToDetect: z.number().nullable(),
  /** Pairs that were decided. */
  pairs: z.int(),
  /** Photos that could be read. */
  images: z.int(),
  /** Null when every photo had been analysed by an earlier run. */
  imagesPerSecond: z.number().nullable(),
  model: z.string(),

  intervals: z.object({
    accuracy: intervalSchema.nullable(),
    auc: intervalSchema.nullable(),
    eer: intervalSchema.nullable(),
    f1: intervalSchema.nullable(),
    tarAtFar: intervalsByKey.nullable(),
    rank1: intervalSchema.nullable(),
    tpirAtFpir: intervalsByKey.nullable(),
    failureToDetect: intervalSchema.nullable(),
  }),
  verification: verificationSchema.nullable(),
  openSet: z.array(openSetSchema).nullable(),
  /** Random identity-disjoint halves in the open set. */
  splits: z.int(),
  people: z.int(),
  face: z.enum(['middle', 'largest']),
  /** Photos taken from the journal of an earlier run. */
  resumed: z.int(),
  /** ms a photo. */
  timings: z
    .object({ read: stageSchema, detect: stageSchema, align: stageSchema, embed: stageSchema })
    .nullable(),
  /** Faces that enrolment would turn down, by reason; they are measured all the same. */
  refusedByQuality: z.record(z.string(), z.int()),
  /** The first photos in which no face was found. */
  undetected: z.array(z.string()).max(50),
  mistakes: z.array(mistakeSchema),
  problems: problemsSchema,
  createdAt: z.string(),
});
export type EvaluationResult = z.infer<typeof evaluationResultSchema>;

export const EVALUATION_LIMITS = {
  photos: 5000,
  bytes: 2 * 1024 * 1024 * 1024,
  pathLength: 300,
  pairFileBytes: 2 * 1024 * 1024,
  /** One request of photos. */
  batchPhotos: 20,
  history: 50,
} as const;

export const createEvaluationSchema = z.object({
  name: z.string().trim().min(1, 'may not be empty').max(200).describe('What it is called in the list.'),
  face: z
    .enum(['middle', 'largest'])
    .default('largest')
    .describe('Which face counts in photos that show several.'),
});

export const evaluationStateSchema = z.enum(['uploading', 'running', 'done', 'failed', 'cancelled']);
export const evaluationSchema = z.object({
  id: z.uuid(),
  name: z.string(),
  state: evaluationStateSchema,
  createdAt: z.string(),
  /** Photos received, and while it runs those that have been analysed. */
  photos: z.int(),
  analysed: z.int(),
  secondsLeft: z.number().nullable(),
  error: z.string().nullable(),
  result: evaluationResultSchema.nullable(),
});
export type Evaluation = z.infer<typeof evaluationSchema>;

/** A line of the history: the figures without curves. */
export const evaluationSummarySchema = evaluationSchema.omit({ result: true }).extend({
  model: z.string().nullable(),
  accuracy: z.number().nullable(),
  eer: z.number().nullable(),
  rank1: z.number().nullable(),
  /** At an FPIR of 1 %. */
  tpir: z.number().nullable(),
});
export type EvaluationSummary = z.infer<typeof evaluationSummarySchema>;
export const evaluationsResponseSchema = z.object({ evaluations: z.array(evaluationSummarySchema) });

/** JSON list in the field `paths` of the upload: the path of each photo below the chosen folder, in order. */
export const uploadPathsSchema = z.array(z.string().min(1).max(EVALUATION_LIMITS.pathLength)).min(1).max(20);
export const uploadReceiptSchema = z.object({ received: z.int(), photos: z.int() });
