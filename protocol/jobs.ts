import { z } from 'zod';
import { LABEL_STATES } from './label.ts';

/**
 * Between server and workers: BullMQ jobs over Redis, answers over pub/sub. Images and embeddings lie in
 * Redis only as sealed values (see vault/), under keys that expire.
 */

export const QUEUE_PREFIX = 'fw';
/** Live crops: skipped once past their deadline. */
export const CROP_QUEUE = 'crops';
/** Uploaded photos (enrol, identify, verify): never ahead of live crops. */
export const PHOTO_QUEUE = 'photos';
/** Photos and crops that nobody waits for within seconds (evaluation, re-embedding): taken while no live crop waits. */
export const BULK_QUEUE = 'bulk';
/** Names of the jobs in the bulk lane, which carries three kinds. */
export const BULK_JOBS = { photo: 'photo', embed: 'embed', search: 'search' } as const;

export const redisKeys = {
  /** Sealed image bytes of one crop, as the kiosk sent them. */
  crop: (stream: string, track: number, sequence: number) => `fw:crop:${stream}:${track}:${sequence}`,
  photo: (jobId: string) => `fw:photo:${jobId}`,
  /** Taken by the worker that answers a photo job, so that a job run twice is answered once. */
  photoClaim: (jobId: string) => `fw:photo:${jobId}:claim`,
  /** Pub/sub channel on which one server process waits for answers: sealed JSON of `answerSchema`. */
  answers: (server: string) => `fw:answers:${server}`,
  /** Hash person id → sealed gallery record; the stream tells what changed since. */
  gallery: 'fw:gallery',
  galleryLog: 'fw:gallery:log',
  galleryVersion: 'fw:gallery:version',
  /** Installation whose gallery it is. */
  gallerySource: 'fw:gallery:source',
  /** Name of the embedder that serves; written together with a gallery that was made by it. */
  servingModel: 'fw:model',
  /** Name of the embedder that is about to serve: workers get it ready, and tell so in their status. */
  nextModel: 'fw:model:next',
  /** JSON of `operatingPointSchema`: what the operator promised and which cosines keep it. */
  operatingPoint: 'fw:operating-point',
  /** Hash worker id → JSON of its status (`workerStatusSchema`), renewed every second; one older than 5 s is dead. */
  workers: 'fw:workers',
} as const;

/** Names of what is sealed, bound into the ciphertext so that one kind cannot pass for another. */
export const sealPurposes = {
  crop: 'crop',
  evidence: 'evidence',
  answer: 'answer',
  photo: 'photo',
  gallery: 'gallery',
  template: 'template',
  reference: 'reference-crop',
  bulkCrops: 'bulk-crops',
  bulkQueries: 'bulk-queries',
  evaluation: 'evaluation',
  sighting: 'sighting-crop',
  unknown: 'unknown-embedding',
} as const;

const base64 = z.string().max(1_000_000);

export const cropJobSchema = z.object({
  id: z.string().max(120),
  /** Server process that waits for the answer. */
  server: z.string().max(64),
  key: z.string().max(200),
  codec: z.enum(['jpeg', 'rgb8']),
  /** Quality of this crop, 0..1: its weight in the track's evidence. */
  quality: z.number().min(0).max(1),
  /** The track's evidence so far: float32 sum of its weighted embeddings, sealed (purpose `evidence`), base64. */
  evidence: base64.optional(),
  /** Sum of the weights in that evidence. */
  evidenceWeight: z.number().min(0),
  /** Embedder that made the evidence; one of another is dropped. */
  evidenceModel: z.string().max(100).optional(),
  /** Student that made it; absent: the embedder itself. */
  evidenceStudent: z.uuid().optional(),
  /** Student of the camera, which is to embed this crop; the embedder itself where absent. */
  student: z.uuid().optional(),
  /** Student on trial: judges the crop once it is answered, and changes nothing. */
  trial: z.uuid().optional(),
  /** Server clock, ms. */
  enqueuedAt: z.number(),
  /** After this time nobody waits for the answer any more. */
  deadlineAt: z.number(),
});
export type CropJob = z.infer<typeof cropJobSchema>;

export const candidateSchema = z.object({
  personId: z.uuid(),
  name: z.string(),
  /** Cosine similarity. */
  score: z.number().min(-1.001).max(1.001),
});
export type Candidate = z.infer<typeof candidateSchema>;

/** What a match means at the operating point: `ambiguous` when two people are within the margin. */
export const decisionSchema = z.object({
  state: z.enum(LABEL_STATES).extract(['identified', 'unknown', 'ambiguous']),
  /** Best first, at most five. */
  candidates: z.array(candidateSchema).max(5),
  /** Cosine threshold that was applied. */
  threshold: z.number(),
  /** Calibrated probability that the best candidate is right. */
  confidence: z.number().min(0).max(1).optional(),
  gallerySize: z.int(),
  galleryVersion: z.int(),
  model: z.string(),
  /** Student whose embeddings and thresholds decided; absent: the embedder's own. */
  student: z.uuid().optional(),
});
export type Decision = z.infer<typeof decisionSchema>;

const refusalSchema = z.object({ code: z.string().max(50), message: z.string().max(500) });

export const cropAnswerSchema = z.object({
  kind: z.literal('crop'),
  id: z.string(),
  worker: z.string(),
  result: z.discriminatedUnion('outcome', [
    z.object({
      outcome: z.literal('decided'),
      decision: decisionSchema,
      /** The track's embedding sum after this crop (float32, base64) and its weight: the next job's evidence. */
      evidence: base64,
      evidenceWeight: z.number(),
      /** True when this crop did not look like the track so far, and the evidence began anew. */
      evidenceReset: z.boolean(),
    }),
    z.object({
      outcome: z.literal('dropped'),
      reason: z.enum(['deadline', 'expired', 'undecodable', 'failed']),
    }),
  ]),
  /** ms: queue = enqueued → taken up, embed = fetch, decode, wait for the batch and inference, match. */
  timings: z.object({ queue: z.number(), embed: z.number(), match: z.number() }),
});
export type CropAnswer = z.infer<typeof cropAnswerSchema>;

export const photoJobSchema = z.object({
  id: z.string().max(120),
  server: z.string().max(64),
  key: z.string().max(200),
  /** Search the gallery for each face. */
  match: z.boolean(),
  /** Embedder to use; the serving one where absent. */
  model: z.string().max(100).optional(),
  /** Also give each face's `liveEmbedding`. */
  live: z.boolean().optional(),
  deadlineAt: z.number(),
});
export type PhotoJob = z.infer<typeof photoJobSchema>;

const pixel = z.number();

export const photoFaceSchema = z.object({
  /** Pixels of the upright photo. */
  box: z.object({ x: pixel, y: pixel, width: pixel, height: pixel }),
  landmarks: z.array(z.object({ x: pixel, y: pixel })).length(5),
  score: z.number(),
  quality: z.object({
    score: z.number(),
    interEyePx: z.number(),
    sharpness: z.number(),
    brightness: z.number(),
    yaw: z.number(),
    pitch: z.number(),
  }),
  /** Present when the face is not good enough to enrol. */
  refusal: refusalSchema.optional(),
  /** float32, L2-normalised, averaged over the mirror image; base64. */
  embedding: base64,
  /** What a kiosk's crop of this face would give: through JPEG at quality 90, without the mirror image. */
  liveEmbedding: base64.optional(),
  /** The aligned 112 × 112 crop as JPEG; base64. */
  crop: base64,
  decision: decisionSchema.optional(),
});
export type PhotoFace = z.infer<typeof photoFaceSchema>;

export const photoAnswerSchema = z.object({
  kind: z.literal('photo'),
  id: z.string(),
  worker: z.string(),
  result: z.discriminatedUnion('outcome', [
    z.object({
      outcome: z.literal('analysed'),
      model: z.string(),
      width: z.int(),
      height: z.int(),
      /** Largest first. */
      faces: z.array(photoFaceSchema).max(64),
      /** ms; embed covers all faces and both their embeddings. */
      timings: z.object({ read: z.number(), detect: z.number(), align: z.number(), embed: z.number() }),
    }),
    /** The bytes are not a picture that can be used; `message` is for the person. */
    z.object({
      outcome: z.literal('refused'),
      code: z.enum(['unreadable', 'too-large', 'too-small']),
      message: z.string(),
    }),
    z.object({
      outcome: z.literal('dropped'),
      /** `model`: the worker cannot run the job's model, and `message` says why. */
      reason: z.enum(['deadline', 'expired', 'failed', 'model']),
      message: z.string().optional(),
    }),
  ]),
});
export type PhotoAnswer = z.infer<typeof photoAnswerSchema>;

/** Most crops in one embed job. */
export const CROPS_PER_EMBED_JOB = 64;

/** Aligned crops to be embedded as templates are, by a named model: in the bulk lane only. */
export const embedJobSchema = z.object({
  id: z.string().max(120),
  server: z.string().max(64),
  /** Of the sealed list of crops (purpose `bulkCrops`): JSON array of base64 JPEGs, 112 × 112. */
  key: z.string().max(200),
  model: z.string().max(100),
  deadlineAt: z.number(),
});
export type EmbedJob = z.infer<typeof embedJobSchema>;

export const embedAnswerSchema = z.object({
  kind: z.literal('embed'),
  id: z.string(),
  worker: z.string(),
  result: z.discriminatedUnion('outcome', [
    z.object({
      outcome: z.literal('embedded'),
      model: z.string(),
      /** In the order of the crops: float32, L2-normalised, averaged over the mirror image; base64. Null: undecodable. */
      embeddings: z.array(base64.nullable()).max(CROPS_PER_EMBED_JOB),
    }),
    /** The worker cannot run this model; `message` says why. */
    z.object({ outcome: z.literal('refused'), message: z.string() }),
    z.object({ outcome: z.literal('dropped'), reason: z.enum(['deadline', 'expired', 'failed']) }),
  ]),
});
export type EmbedAnswer = z.infer<typeof embedAnswerSchema>;

/** Most embeddings in one search job. */
export const QUERIES_PER_SEARCH_JOB = 256;

/** Embeddings to be searched for in the gallery of a named model: in the bulk lane only. */
export const searchJobSchema = z.object({
  id: z.string().max(120),
  server: z.string().max(64),
  /** Of the sealed list of embeddings (purpose `bulkQueries`): JSON array of float32 in base64, of length 1 or less. */
  key: z.string().max(200),
  model: z.string().max(100),
  deadlineAt: z.number(),
});
export type SearchJob = z.infer<typeof searchJobSchema>;

export const searchAnswerSchema = z.object({
  kind: z.literal('search'),
  id: z.string(),
  worker: z.string(),
  result: z.discriminatedUnion('outcome', [
    /** In the order of the embeddings. */
    z.object({
      outcome: z.literal('searched'),
      decisions: z.array(decisionSchema).max(QUERIES_PER_SEARCH_JOB),
    }),
    /** Another model serves on the worker; `message` says which. */
    z.object({ outcome: z.literal('refused'), message: z.string() }),
    z.object({ outcome: z.literal('dropped'), reason: z.enum(['deadline', 'expired', 'failed']) }),
  ]),
});
export type SearchAnswer = z.infer<typeof searchAnswerSchema>;

export const answerSchema = z.discriminatedUnion('kind', [
  cropAnswerSchema,
  photoAnswerSchema,
  embedAnswerSchema,
  searchAnswerSchema,
]);

/** The operator's promise, and the model's threshold table as the live gallery has refined it. */
export const operatingPointSchema = z.object({
  model: z.string(),
  /** Promised rate of strangers who are given a name, per search. */
  fpir: z.number().min(0.00001).max(0.2),
  /** From the highest false match rate to the lowest, cosine rising: as in the manifest. */
  thresholds: z
    .array(
      z.object({
        fmr: z.number().positive().max(1),
        cosine: z.number().min(-1).max(1),
        extrapolated: z.boolean(),
      }),
    )
    .min(2)
    .max(50),
});
export type OperatingPoint = z.infer<typeof operatingPointSchema>;

/** A person as the workers know them; sealed in the hash `fw:gallery`. */
export const galleryRecordSchema = z.object({
  personId: z.uuid(),
  name: z.string(),
  model: z.string(),
  /** float32, L2-normalised; base64. */
  template: base64,
});
export type GalleryRecord = z.infer<typeof galleryRecordSchema>;

/** Entries of the stream `fw:gallery:log`. On `reset`, a replica loads the whole hash again. */
export const galleryChangeSchema = z.discriminatedUnion('op', [
  z.object({ op: z.literal('upsert'), version: z.coerce.number().int(), personId: z.uuid() }),
  z.object({ op: z.literal('remove'), version: z.coerce.number().int(), personId: z.uuid() }),
  z.object({ op: z.literal('reset'), version: z.coerce.number().int() }),
]);
export type GalleryChange = z.infer<typeof galleryChangeSchema>;

/** What a worker tells of itself, every second, in the hash field of its id. */
export const workerStatusSchema = z.object({
  id: z.string(),
  pid: z.int(),
  host: z.string(),
  provider: z.string(),
  model: z.string(),
  /** The next embedder, once it is ready here; or why it cannot be made ready. */
  prepared: z.string().optional(),
  notPrepared: z.object({ model: z.string(), message: z.string().max(2000) }).optional(),
  /** Students that are ready here, and those that cannot be made ready. */
  students: z.array(z.uuid()).max(200).optional(),
  studentFailures: z
    .array(z.object({ id: z.uuid(), message: z.string().max(2000) }))
    .max(200)
    .optional(),
  /** Whether it trains students when no crop waits; `held-back`: crops come too often just now. */
  training: z.enum(['off', 'idle', 'working', 'held-back']).optional(),
  gallerySize: z.int(),
  galleryVersion: z.int(),
  /** Over the last ten seconds. */
  load: z
    .object({
      cropsPerSecond: z.number(),
      embedMs: z.object({ p50: z.number(), p99: z.number() }).optional(),
    })
    .optional(),
  at: z.number(),
});
export type WorkerStatus = z.infer<typeof workerStatusSchema>;
