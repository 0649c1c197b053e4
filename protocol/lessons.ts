/** A kiosk's browser that teaches its camera's student: what it is given, and what it gives back. */
import { z } from 'zod';
import { learningBackendSchema, studentAccuracySchema } from './student-versions.ts';

/** Sightings that a kiosk may ask about at once: more than it holds. */
export const MOST_SIGHTINGS_ASKED = 64;
/** Of one lesson. */
export const MOST_LESSON_STEPS = 200;
/** From the checkpoint's leaving the server to its coming back. */
export const LESSON_LIFE_S = 3600;

const checkpointId = z.string().regex(/^[0-9a-f]{64}$/);

export const learnableSchema = z.object({
  /** Template of the person, float32 in base64. Never of anybody but those confirmed at this kiosk's camera. */
  targets: z.array(z.object({ sighting: z.uuid(), target: z.base64().min(4).max(20_000) })),
  /** Nobody has said yet who these show. */
  waiting: z.array(z.uuid()),
});
export type Learnable = z.infer<typeof learnableSchema>;

const modelInputSchema = z.object({
  name: z.string(),
  layout: z.enum(['NCHW', 'NHWC']),
  colour: z.enum(['rgb', 'bgr']),
  mean: z.array(z.number()).length(3),
  std: z.array(z.number()).length(3),
});

/** How the last checkpoint of this kiosk did. */
export const lessonResultSchema = z.object({
  /** On the people held out, at the server: what served as a base, and what the kiosk made of it. */
  before: studentAccuracySchema.nullable(),
  after: studentAccuracySchema.nullable(),
  /** Whether the kiosk's is the one that is gone on from. */
  used: z.boolean(),
  /** The same in words. */
  message: z.string().max(1000),
});
export type LessonResult = z.infer<typeof lessonResultSchema>;

export const lessonSchema = z.object({
  /** SHA-256 of the embedder's ONNX file, whose graph this is: GET /training/lesson/model. */
  model: checkpointId,
  input: modelInputSchema,
  /** What it makes of the golden crop, float32 in base64: a backend that makes something else of it is not used. */
  golden: z.base64().min(4).max(20_000),
  /** The checkpoint to begin with: GET /training/lesson/checkpoint. */
  base: checkpointId,
  /** Number of the version that it is; null: the embedder's own weights. */
  version: z.int().nullable(),
  steps: z.int().min(1).max(MOST_LESSON_STEPS),
});
export type Lesson = z.infer<typeof lessonSchema>;

/** `none`: no lesson is open; `open`: its checkpoint is waited for; `judging`: the workers measure it. */
export const lessonStateSchema = z.object({
  state: z.enum(['none', 'open', 'judging']),
  last: lessonResultSchema.nullable(),
});
export type LessonState = z.infer<typeof lessonStateSchema>;

const share = z.coerce.number().min(0).max(1);
/** What the browser says of its lesson, beside the checkpoint. */
export const taughtSchema = z.strictObject({
  /** Of TensorFlow.js. */
  backend: learningBackendSchema,
  part: z.enum(['full', 'tail']),
  steps: z.coerce.number().int().min(1).max(MOST_LESSON_STEPS),
  crops: z.coerce.number().int().min(1).max(10_000),
  /** Rank 1 on its own crops that it kept back, with the base and with what it learnt. */
  before: share,
  after: share,
});
export type Taught = z.infer<typeof taughtSchema>;
