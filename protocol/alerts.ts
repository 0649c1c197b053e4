import { z } from 'zod';
import { alertSchema } from './events.ts';

/** The watch list over REST, and the alerts that it raises. */

export const ALERT_LIMITS = { page: 200, noteLength: 500 } as const;

/** That a person is on the watch list. */
export const watchSchema = z.object({
  note: z.string().nullable(),
  /** Subject of whoever put them there. */
  by: z.string(),
  /** ISO 8601. */
  at: z.string(),
});
export type Watch = z.infer<typeof watchSchema>;

export const setWatchSchema = z.strictObject({
  note: z
    .string()
    .trim()
    .max(ALERT_LIMITS.noteLength)
    .nullable()
    .default(null)
    .describe('What whoever sees the alert should know or do.'),
});

/** Who is on the watch list; by name. */
export const watchListSchema = z.object({
  people: z.array(z.object({ id: z.uuid(), name: z.string(), watch: watchSchema })),
});

export const alertsQuerySchema = z.strictObject({
  state: z.enum(['open', 'acknowledged']).optional(),
  limit: z.coerce.number().int().min(1).max(ALERT_LIMITS.page).default(50),
  after: z
    .string()
    .regex(/^\d{1,16}_[0-9a-f-]{36}$/, 'is not a `next` that an answer gave')
    .optional()
    .describe('`next` of the answer before: goes on with older ones.'),
});

/** Newest first. */
export const alertsResponseSchema = z.object({
  alerts: z.array(alertSchema),
  /** Absent when there are no older ones. */
  next: z.string().optional(),
});
