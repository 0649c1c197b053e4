import { z } from 'zod';
import { stageTimingsSchema } from './stages.ts';

export const LABEL_CHANNEL = 'labels';

/** What is known of a track. A name is shown in state `identified` only. */
export const LABEL_STATES = [
  'looking',
  'identified',
  'unknown',
  'ambiguous',
  'poor-quality',
  'spoof-suspect',
] as const;
export type LabelState = (typeof LABEL_STATES)[number];

/** The label message: JSON on the data channel `labels`, one for each crop that was answered. */
export const labelSchema = z.object({
  track: z.int().min(0).max(0xffffffff),
  /** Sequence of the crop that this answers. */
  sequence: z.int().min(0).max(0xffffffff),
  state: z.enum(LABEL_STATES),
  personId: z.uuid().optional(),
  name: z.string().max(200).optional(),
  /** Cosine similarity of the track's embedding to the best candidate. */
  score: z.number().min(-1).max(1).optional(),
  /** Calibrated probability that the name is right. */
  confidence: z.number().min(0).max(1).optional(),
  /** Capture time of that crop, ms since the session's epoch. */
  captureTime: z.number(),
  stages: stageTimingsSchema,
});
export type Label = z.infer<typeof labelSchema>;
