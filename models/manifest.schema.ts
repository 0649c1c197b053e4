import { z } from 'zod';

/** How a model wants its pixels: `(value − mean) / std` per channel, value 0 to 255. */
const input = z.strictObject({
  name: z.string().min(1),
  shape: z.array(z.union([z.int().positive(), z.literal('N')])).min(1),
  layout: z.enum(['NCHW', 'NHWC']),
  colour: z.enum(['rgb', 'bgr']),
  mean: z.tuple([z.number(), z.number(), z.number()]),
  std: z.tuple([z.number().positive(), z.number().positive(), z.number().positive()]),
});

const file = z.strictObject({
  name: z.string().regex(/^[a-z0-9][a-z0-9-]*$/),
  file: z.string().regex(/^[a-z0-9][a-z0-9.-]*\.onnx$/),
  /** True for a model that does not come with the project: it is fetched, or put in place by hand. */
  optional: z.boolean().optional(),
  /** Where the file can be fetched from as it is. */
  url: z.url({ protocol: /^https$/ }).optional(),
  bytes: z.int().positive(),
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
  /** Where the weights come from, precisely enough to fetch them again. */
  source: z.string().min(1),
  /** SPDX identifier of the weights' licence, and what it rests on. */
  licence: z.strictObject({ spdx: z.string().min(1), note: z.string().min(1) }),
  /** What the weights were trained on, as far as it is known. */
  trainingData: z.string().min(1),
  input,
});

const threshold = z.strictObject({
  /** False match rate: the share of comparisons of two strangers that reach `cosine`. */
  fmr: z.number().positive().max(1),
  cosine: z.number().min(-1).max(1),
  /** True where the rate lies beyond what the data could show and a fitted tail was used. */
  extrapolated: z.boolean(),
  /** False non-match rate: the share of comparisons of one person's photos, one against one, that miss `cosine`. */
  fnmr: z.number().min(0).max(1).optional(),
});

export const embedderSchema = file.extend({
  task: z.literal('embed'),
  output: z.string().min(1),
  embeddingSize: z.int().positive(),
  /** False for a model whose thresholds were not measured: its table then names nobody, and it must not serve. */
  calibrated: z.boolean().optional(),
  /** Base64 of the L2-normalised little-endian float32 embedding of the golden crop. */
  golden: z.base64().min(1),
  /** From the highest false match rate to the lowest, cosine rising. */
  thresholds: z
    .array(threshold)
    .min(2)
    .refine(
      (rows) => rows.every((row, i) => i === 0 || isStricter(row, rows[i - 1] as Threshold)),
      'thresholds must have falling fmr and rising cosine',
    ),
  /** P(same person | cosine c) = 1 / (1 + exp(−(slope·c + intercept))), for a pair as likely same as not. */
  verification: z.strictObject({ slope: z.number().positive(), intercept: z.number() }),
});

const detector = file.extend({ task: z.literal('detect'), outputs: z.array(z.string().min(1)).min(1) });
const mesh = file.extend({ task: z.literal('mesh'), outputs: z.array(z.string().min(1)).min(1) });

export const manifestSchema = z.strictObject({
  version: z.literal(1),
  /** Names of the models used unless another is configured. */
  defaults: z.strictObject({ embed: z.string(), detect: z.string(), mesh: z.string() }),
  models: z.array(z.discriminatedUnion('task', [embedderSchema, detector, mesh])).min(1),
});

/** Embedders added to an installation. */
export const addedSchema = z.strictObject({
  version: z.literal(1),
  models: z.array(embedderSchema.extend({ optional: z.literal(true) })),
});

export type Threshold = z.infer<typeof threshold>;
export type ModelInput = z.infer<typeof input>;
export type Manifest = z.infer<typeof manifestSchema>;
export type ModelEntry = Manifest['models'][number];
export type ModelTask = ModelEntry['task'];
export type EmbedderEntry = Extract<ModelEntry, { task: 'embed' }>;

function isStricter(
  row: { fmr: number; cosine: number },
  previous: { fmr: number; cosine: number },
): boolean {
  return row.fmr < previous.fmr && row.cosine > previous.cosine;
}
