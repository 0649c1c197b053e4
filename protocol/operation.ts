import { z } from 'zod';

/** The state of the parts, and of the queues between them. */

const state = z.enum(['ok', 'warning', 'error']);
/** How a part is, and what is wrong with it where something is. */
const part = { state, problem: z.string().optional() };
const quantiles = z.object({ p50: z.number(), p99: z.number() });

export const queueCountsSchema = z.object({
  name: z.string(),
  paused: z.boolean(),
  waiting: z.int(),
  active: z.int(),
  delayed: z.int(),
  failed: z.int(),
});
export type QueueCounts = z.infer<typeof queueCountsSchema>;

export const partsSchema = z.object({
  at: z.iso.datetime(),
  server: z.object({
    ...part,
    version: z.string(),
    node: z.string(),
    host: z.string(),
    pid: z.int(),
    uptimeS: z.number(),
    memoryBytes: z.number(),
    /** Share of one core, since the last look. */
    cpu: z.number(),
    /** How late the event loop came to its work, in ms, since the last look. */
    eventLoopDelayMs: quantiles,
  }),
  sfu: z.object({
    ...part,
    pid: z.int().optional(),
    peers: z.int(),
    transports: z.int().optional(),
    memoryBytes: z.number().optional(),
    /** Share of one core, since the last look. */
    cpu: z.number().optional(),
  }),
  redis: z.object({
    ...part,
    version: z.string().optional(),
    memoryBytes: z.number().optional(),
    clients: z.int().optional(),
    /** Whether what is in Redis outlives its process. */
    persistence: z.enum(['append-only file', 'snapshots', 'none']).optional(),
    answerMs: z.number().optional(),
  }),
  database: z.object({
    ...part,
    kind: z.enum(['pglite', 'postgres']),
    sizeBytes: z.number().optional(),
    answerMs: z.number().optional(),
  }),
  disk: z.object({ ...part, freeBytes: z.number().optional(), totalBytes: z.number().optional() }),
  queues: z.array(queueCountsSchema),
  workers: z.array(
    z.object({
      ...part,
      id: z.string(),
      host: z.string(),
      pid: z.int(),
      provider: z.string(),
      model: z.string(),
      gallerySize: z.int(),
      galleryVersion: z.int(),
      /** Since it last told of itself. */
      ageMs: z.number(),
      cropsPerSecond: z.number().optional(),
      embedMs: quantiles.optional(),
    }),
  ),
});
export type Parts = z.infer<typeof partsSchema>;

/** A job that failed, without what it carried. */
export const failedJobSchema = z.object({
  id: z.string(),
  kind: z.string(),
  reason: z.string(),
  attempts: z.int(),
  createdAt: z.iso.datetime(),
  failedAt: z.iso.datetime().nullable(),
});
export type FailedJob = z.infer<typeof failedJobSchema>;

export const queuesResponseSchema = z.object({
  queues: z.array(
    queueCountsSchema.extend({
      /** Whether it may be paused: nobody waits for its jobs. */
      pausable: z.boolean(),
      oldestWaitingMs: z.number().nullable(),
      /** Jobs in each of the last minutes, oldest first; the last one is not over yet. */
      completed: z.array(z.int()),
      failedByMinute: z.array(z.int()),
      /** Newest first, 50 at most. */
      failures: z.array(failedJobSchema),
    }),
  ),
});
export type QueueReport = z.infer<typeof queuesResponseSchema>['queues'][number];
export const pauseQueueSchema = z.strictObject({ paused: z.boolean() });
