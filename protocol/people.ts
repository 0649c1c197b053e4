import { z } from 'zod';
import { REFUSALS } from '../models/quality.ts';
import { confirmationSchema } from './confirmations.ts';
import { sightingEvidenceSchema } from './events.ts';
import { enrollFieldsSchema, listedPersonSchema, personSchema } from './rest.ts';

/** One person over REST: what is kept of them, and how it is changed. */

const { name } = enrollFieldsSchema.shape;

export const personPhotoSchema = z.object({
  id: z.uuid(),
  /** 0..1. */
  quality: z.number(),
  /** What lowers the quality most; null where nothing does, and for photos of before this was kept. */
  weakness: z.enum(REFUSALS).nullable(),
  /** The embedder of its template. */
  model: z.string(),
  createdAt: z.string(),
});
export type PersonPhoto = z.infer<typeof personPhotoSchema>;

/** Somebody who was merged into the person, and can be parted again. */
export const mergeSchema = z.object({
  id: z.uuid(),
  /** Who was merged; the id counts again once the merge is undone. */
  person: z.object({ id: z.uuid(), name: z.string() }),
  /** Theirs of what the person has now. */
  photos: z.int(),
  sightings: z.int(),
  mergedAt: z.string(),
});
export type PersonMerge = z.infer<typeof mergeSchema>;

/** A person with photos, best first, and merges, latest first. */
export const personDetailsSchema = listedPersonSchema.extend({
  photos: z.array(personPhotoSchema),
  merges: z.array(mergeSchema),
});
export type PersonDetails = z.infer<typeof personDetailsSchema>;

/** What is left out stays as it is; null takes it away. */
export const changePersonSchema = z
  .strictObject({
    name: name.optional(),
    externalId: z
      .string()
      .trim()
      .min(1)
      .max(200)
      .nullable()
      .optional()
      .describe('Your own id of the person; unique.'),
    consent: z.boolean().nullable().optional().describe('Whether the person has agreed to be enrolled.'),
    hidden: z.boolean().optional().describe('Whether lists leave the person out. Recognition goes on.'),
  })
  .refine((changes) => Object.values(changes).some((value) => value !== undefined), {
    message: 'names nothing to change; accepted are name, externalId, consent and hidden',
  });
export type PersonChange = z.infer<typeof changePersonSchema>;

export const movePhotoSchema = z.strictObject({
  to: z
    .union([z.uuid(), z.strictObject({ name })], {
      error: 'is not the id of a person, and not {"name": …} for a new one',
    })
    .describe('Id of a person, or the name of a new one.'),
});
export const photoMovedSchema = z.object({ from: personSchema, to: personSchema });

export const mergePersonSchema = z.strictObject({ into: z.uuid().describe('Id of the person who stays.') });
/** The person who stays, and the merge, by whose id it can be undone. */
export const mergedSchema = z.object({ person: personSchema, merge: mergeSchema });
/** The person who stayed, and the one who is back. */
export const mergeUndoneSchema = z.object({ person: personSchema, restored: personSchema });

export const exportQuerySchema = z.strictObject({
  templates: z.enum(['true', 'false']).default('false').describe('Whether to add the face templates.'),
});
/** Everything that is kept of a person. */
export const personExportSchema = z.object({
  exportedAt: z.string(),
  person: personSchema,
  mergedFrom: z.array(mergeSchema),
  photos: z.array(
    personPhotoSchema.extend({
      /** The aligned face: JPEG, base64. */
      crop: z.string(),
      /** L2-normalised. */
      template: z.array(z.number()).optional(),
    }),
  ),
  sightings: z.array(
    z.object({
      id: z.uuid(),
      from: z.string(),
      until: z.string().nullable(),
      kioskId: z.uuid(),
      kiosk: z.string(),
      confidence: z.number().nullable(),
      evidence: sightingEvidenceSchema.nullable(),
      confirmation: confirmationSchema.nullable(),
      /** JPEG, base64; null where none was kept. */
      crop: z.string().nullable(),
    }),
  ),
});

/** Changes of one person, newest first, as the audit has them. */
export const PERSON_ACTIONS = [
  'person.enrolled',
  'person.photos-added',
  'person.changed',
  'person.photo-removed',
  'person.photo-moved',
  'person.merged',
  'person.merge-undone',
  'person.exported',
] as const;
export const personHistorySchema = z.object({
  changes: z.array(
    z.object({
      sequence: z.int(),
      at: z.string(),
      by: z.string(),
      action: z.enum(PERSON_ACTIONS),
      /** Whether it was done to somebody else, from whom something came here. */
      fromAnother: z.boolean(),
      detail: z.record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.null()])),
    }),
  ),
});
export type PersonHistory = z.infer<typeof personHistorySchema>;
