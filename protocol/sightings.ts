import { z } from 'zod';
import { sightingSchema } from './events.ts';

/** Sightings over REST: how they are searched for, and how they are given. */

export const SIGHTING_LIMITS = {
  page: 500,
  /** Rows of one export. */
  exported: 100_000,
} as const;

const time = z.iso.datetime({ offset: true });

/** What sightings are wanted. All that is given must hold. */
export const sightingFilterSchema = z.object({
  q: z.string().trim().max(200).optional().describe('Part of the person’s name.'),
  person: z.uuid().optional().describe('Id of a person.'),
  stream: z.uuid().optional().describe('Id of a kiosk.'),
  state: z.enum(['identified', 'unknown']).optional(),
  from: time.optional().describe('Those that had not ended before; ISO 8601.'),
  to: time.optional().describe('Those that had begun by then; ISO 8601.'),
});
export type SightingFilter = z.infer<typeof sightingFilterSchema>;

export const sightingsQuerySchema = sightingFilterSchema.extend({
  limit: z.coerce.number().int().min(1).max(SIGHTING_LIMITS.page).default(100),
  after: z
    .string()
    .regex(/^\d{1,16}_[0-9a-f-]{36}$/, 'is not a `next` that an answer gave')
    .optional()
    .describe('`next` of the answer before: goes on with older ones.'),
});

/** The file of `GET /sightings.json`, newest first. */
export const sightingsExportSchema = z.object({
  exportedAt: z.string(),
  sightings: z.array(sightingSchema),
});

/** Newest first. */
export const sightingsResponseSchema = z.object({
  sightings: z.array(sightingSchema),
  /** Absent when there are no older ones. */
  next: z.string().optional(),
});
