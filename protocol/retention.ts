import { z } from 'zod';

/** How long sightings are kept after they ended. */
export const retentionSchema = z.object({
  unknownHours: z
    .number()
    .min(0.01)
    .max(8760)
    .describe('Sightings of people who are not enrolled, in hours.'),
  sightingDays: z.number().min(0.01).max(3650).describe('Sightings of enrolled people, in days.'),
});
export type Retention = z.infer<typeof retentionSchema>;
export const setRetentionSchema = retentionSchema.strict();

const hidden = z.object({
  unknown: z.int().describe('Sightings of unknown people.'),
  identified: z.int().describe('Sightings of enrolled people.'),
});

export const retentionResponseSchema = z.object({
  retention: retentionSchema,
  /** What the configuration says, which holds until an admin sets something else. */
  configured: retentionSchema,
  /** Sightings that are kept now. */
  kept: hidden,
});
export type RetentionResponse = z.infer<typeof retentionResponseSchema>;

export const retentionPreviewQuerySchema = z.strictObject({
  unknownHours: z.coerce.number().pipe(retentionSchema.shape.unknownHours),
  sightingDays: z.coerce.number().pipe(retentionSchema.shape.sightingDays),
});
/** What these times would delete at once. */
export const retentionPreviewSchema = hidden;
