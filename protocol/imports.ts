import { z } from 'zod';
import { enrollFieldsSchema, LIMITS, likelyDuplicateSchema, photoReportSchema } from './rest.ts';

/** Import of many people: one person over REST, and the report of all. */

/** What became of a person of an import. */
export const IMPORT_OUTCOMES = [
  'enrolled',
  'already-there',
  'likely-duplicate',
  'refused',
  'failed',
] as const;
export type ImportOutcome = (typeof IMPORT_OUTCOMES)[number];

export const IMPORT_LIMITS = {
  keyLength: 300,
  pathLength: 500,
  /** People asked about at once. */
  checked: 100,
  photosPerPerson: LIMITS.photosPerRequest,
  /** Of one plan: a folder that a browser holds. */
  paths: 20_000,
  tables: 10,
} as const;

const key = z
  .string()
  .trim()
  .min(1)
  .max(IMPORT_LIMITS.keyLength)
  .describe(
    'What tells the person from all others of your list: with the same key nobody is enrolled twice.',
  );

export const importFieldsSchema = enrollFieldsSchema
  .pick({ name: true, externalId: true, consent: true })
  .extend({
    key,
    duplicates: z
      .enum(['skip', 'allow'])
      .default('skip')
      .describe('Whether somebody who seems to be enrolled already is left out, or enrolled all the same.'),
    face: z
      .enum(['only', 'largest'])
      .default('only')
      .describe('What to do with a photo of several faces: refuse it, or take the largest one.'),
  });
export type ImportFields = z.infer<typeof importFieldsSchema>;

export const refusedPhotoSchema = photoReportSchema.pick({ filename: true, reason: true, message: true });
export type RefusedPhoto = z.infer<typeof refusedPhotoSchema>;

/** One person of the report. */
export const importedSchema = z.object({
  key: z.string(),
  name: z.string(),
  outcome: z.enum(IMPORT_OUTCOMES),
  /** Who is enrolled now, or was before. */
  person: z.object({ id: z.uuid(), name: z.string() }).optional(),
  /** Why the person is not enrolled. */
  message: z.string().optional(),
  /** With `likely-duplicate`: best first. */
  people: z.array(likelyDuplicateSchema).optional(),
  /** Photos that were taken. */
  accepted: z.int(),
  /** Photos that were not. */
  refused: z.array(refusedPhotoSchema),
  /** Photos beyond those that are kept of a person, which were not looked at. */
  unused: z.int(),
});
export type Imported = z.infer<typeof importedSchema>;

export const importCheckSchema = z.strictObject({
  people: z
    .array(z.object({ key, externalId: enrollFieldsSchema.shape.externalId }))
    .min(1)
    .max(IMPORT_LIMITS.checked),
});
/** Those who are enrolled already, by their key. */
export const importCheckResponseSchema = z.object({
  there: z.array(z.object({ key: z.string(), person: z.object({ id: z.uuid(), name: z.string() }) })),
});

/** Paths of the files in a folder, below it, with `/` between the parts. */
export const importPathsSchema = z
  .array(z.string().min(1).max(IMPORT_LIMITS.pathLength))
  .min(1)
  .max(IMPORT_LIMITS.paths);
/** Who is to be imported, by the folders and tables of a list of files. */
export const importPlanSchema = z.object({
  people: z.array(
    z.object({
      key: z.string(),
      name: z.string(),
      externalId: z.string().optional(),
      consent: z.boolean().optional(),
      /** Paths out of the list. */
      photos: z.array(z.string()),
    }),
  ),
  problems: z.array(z.object({ subject: z.string(), message: z.string() })),
});
export type ImportPlan = z.infer<typeof importPlanSchema>;

export const importCountsSchema = z.record(z.enum(IMPORT_OUTCOMES), z.int());
export type ImportCounts = z.infer<typeof importCountsSchema>;

/** What an import leaves behind: the JSON of `npm run import -- --report`, and of the console. */
export const importReportSchema = z.object({
  startedAt: z.string(),
  endedAt: z.string(),
  /** False when it was cut off before everybody's turn had come. */
  complete: z.boolean(),
  counts: importCountsSchema,
  people: z.array(importedSchema),
  /** What was passed over: files that are no picture, lines that cannot be read, paths that lead elsewhere. */
  problems: z.array(z.object({ subject: z.string(), message: z.string() })),
  problemCount: z.int(),
});
export type ImportReport = z.infer<typeof importReportSchema>;
