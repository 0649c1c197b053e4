import { z } from 'zod';

/** A model as the REST API tells of it. */
export const modelSchema = z.object({
  name: z.string(),
  task: z.enum(['embed', 'detect', 'mesh']),
  /** Whether it is in use; of the embedders, one is. */
  serving: z.boolean(),
  file: z.enum(['present', 'missing', 'damaged']).describe('Whether its file is there and is the right one.'),
  /** Whether its thresholds were measured: without, it cannot serve. */
  calibrated: z.boolean(),
  /** Numbers in an embedding. */
  dimensions: z.int().optional(),
  bytes: z.int(),
  sha256: z.string(),
  licence: z.object({ spdx: z.string(), note: z.string() }),
  trainingData: z.string(),
  source: z.string(),
});
export type ModelDescription = z.infer<typeof modelSchema>;

/** A change of the embedder that is under way. */
export const modelSwitchSchema = z.object({
  model: z.string(),
  from: z.string(),
  /** `embedding` and `preparing` go on by themselves; `stopped` waits: `message` says for what. */
  state: z.enum(['embedding', 'preparing', 'stopped']),
  message: z.string().optional(),
  startedAt: z.iso.datetime(),
  /** Enrolled photos: in all, those that have an embedding by the new model or cannot have one, and the latter. */
  total: z.int(),
  done: z.int(),
  failed: z.int(),
  /** Photos a second, and how long it will take at that rate. */
  perSecond: z.number().optional(),
  secondsLeft: z.number().optional(),
  /** When stopped: people who would not be recognised any more; at most 100. */
  lost: z.array(z.object({ id: z.uuid(), name: z.string() })).optional(),
});
export type ModelSwitchStatus = z.infer<typeof modelSwitchSchema>;

export const modelsResponseSchema = z.object({
  models: z.array(modelSchema),
  switch: modelSwitchSchema.nullable(),
});
export type ModelsResponse = z.infer<typeof modelsResponseSchema>;

export const useModelSchema = z.object({
  force: z
    .boolean()
    .default(false)
    .describe('Change over although people would be lost whose photos the new model cannot embed.'),
});
