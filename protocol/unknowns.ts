import { z } from 'zod';
import { sightingSchema } from './events.ts';
import { enrollResponseSchema, LIMITS, personSchema } from './rest.ts';

/** Unknown people over REST: sightings that seem to show one person are a group, until somebody says who it is. */

export const UNKNOWN_LIMITS = {
  page: 200,
  /** Sightings that a group in a list is shown by. */
  shown: 6,
  /** Sightings of one group that are listed, the newest. */
  sightings: 500,
  /** People suggested for a group. */
  suggestions: 3,
} as const;

/** Somebody enrolled who may be the person of a group. */
export const suggestionSchema = z.object({
  person: z.object({ id: z.uuid(), name: z.string() }),
  /** Cosine of the group's mean embedding and the person's template. */
  score: z.number(),
  /** Calibrated probability that it is this person. */
  probability: z.number().min(0).max(1),
});
export type Suggestion = z.infer<typeof suggestionSchema>;

/** A sighting in a group. */
export const unknownSightingSchema = sightingSchema.extend({
  /** Of its crop, 0 to 1. */
  quality: z.number().min(0).max(1),
});
export type UnknownSighting = z.infer<typeof unknownSightingSchema>;

export const unknownGroupSchema = z.object({
  /** Stays the same while the group grows. */
  id: z.uuid(),
  /** How many sightings it has. */
  sightings: z.int(),
  /** ISO 8601: when its first sighting that is kept began, and when its last one ended, as far as it is known. */
  firstAt: z.string(),
  lastAt: z.string(),
  /** Where it was seen, most often first. */
  streams: z.array(z.object({ id: z.uuid(), name: z.string() })),
  /** Who set it aside, and when; null unless it is ignored. */
  ignored: z.object({ by: z.string(), at: z.string() }).nullable(),
  /** Best first; without the people whom an operator ruled out. */
  suggestions: z.array(suggestionSchema),
  /** The sightings of the best crops. */
  best: z.array(unknownSightingSchema),
});
export type UnknownGroup = z.infer<typeof unknownGroupSchema>;

export const unknownGroupDetailsSchema = unknownGroupSchema.extend({
  /** Newest first. */
  list: z.array(unknownSightingSchema),
  /** Who it is not, as operators said. */
  denied: z.array(z.object({ id: z.uuid(), name: z.string() })),
});
export type UnknownGroupDetails = z.infer<typeof unknownGroupDetailsSchema>;

export const unknownsQuerySchema = z.strictObject({
  ignored: z.enum(['true', 'false']).default('false').describe('The groups that were set aside instead.'),
  limit: z.coerce.number().int().min(1).max(UNKNOWN_LIMITS.page).default(50),
  offset: z.coerce.number().int().min(0).default(0),
});

/** Those seen last first. */
export const unknownsResponseSchema = z.object({
  groups: z.array(unknownGroupSchema),
  total: z.int(),
  /** How many are set aside. */
  ignored: z.int(),
  /** How long sightings of unknown people are kept, hours. */
  retentionHours: z.number(),
});

const sightings = z
  .array(z.uuid())
  .min(1, 'names no sighting')
  .max(UNKNOWN_LIMITS.sightings)
  .describe('Ids of sightings of this group.');
const photos = z
  .array(z.uuid())
  .max(LIMITS.photosPerRequest)
  .describe('Ids of those sightings whose crops become photos of the person.');

/** Says who a group is. */
export const assignUnknownSchema = z.strictObject({
  person: z.uuid().describe('Id of the person it is.'),
  sightings: sightings.optional().describe('Only these sightings of the group; all where absent.'),
  photos: photos.default([]),
});

/** Enrols the person of a group. */
export const enrolUnknownSchema = z.strictObject({
  name: z.string().trim().min(1, 'may not be empty').max(LIMITS.nameLength),
  externalId: z.string().trim().min(1).max(200).optional(),
  consent: z.boolean().optional(),
  duplicates: z.enum(['refuse', 'allow']).default('refuse'),
  sightings: sightings.optional(),
  photos: photos.min(1, 'names no sighting: nobody is enrolled without a photo'),
});

/** What came of it. `assignment` is what is undone. */
export const unknownAssignedSchema = enrollResponseSchema.extend({
  assignment: z.uuid(),
  /** Sightings that are the person’s now. */
  sightings: z.int(),
});
export type UnknownAssigned = z.infer<typeof unknownAssignedSchema>;

export const assignmentUndoneSchema = z.object({
  /** Sightings that are unknown again. */
  sightings: z.int(),
  /** Photos that were deleted. */
  photos: z.int(),
  /** The person as they are now; null when they had been created for it, and were erased. */
  person: personSchema.nullable(),
});

/** The person is not this one; null takes all such answers back. */
export const denyUnknownSchema = z.strictObject({ person: z.uuid().describe('Id of the person it is not.') });

export const ignoreUnknownSchema = z.strictObject({ ignored: z.boolean() });

/** Sightings that show somebody else: to another group, or to one of their own. */
export const moveUnknownSchema = z.strictObject({
  sightings,
  to: z.union([z.uuid(), z.literal('new')]).describe('Id of another group, or "new" for one of their own.'),
});
export const unknownMovedSchema = z.object({
  /** The group where they are now. */
  group: z.uuid(),
});

/** What was erased. */
export const unknownErasedSchema = z.object({ sightings: z.int() });
