import { z } from 'zod';
import { trainingReasonSchema } from './training-reasons.ts';

/** Bodies of the REST API. The OpenAPI document is derived from these schemas. */

export const ROLES = ['kiosk', 'guard', 'operator', 'admin'] as const;
export type Role = (typeof ROLES)[number];

/** Roles of people and programs, each may do what those before it may. A guard watches, and changes nothing. */
export const CONSOLE_ROLES = ['guard', 'operator', 'admin'] as const satisfies readonly Role[];
export type ConsoleRole = (typeof CONSOLE_ROLES)[number];

export const LIMITS = {
  photosPerRequest: 20,
  photoBytes: 15 * 1024 * 1024,
  /** All photos of one request together. */
  requestBytes: 120 * 1024 * 1024,
  photoPixels: 50_000_000,
  nameLength: 200,
  facesPerPhoto: 20,
  templatesPerPerson: 20,
} as const;

const name = z.string().trim().min(1, 'may not be empty').max(LIMITS.nameLength);

export const enrollFieldsSchema = z.object({
  name: name.describe('The person’s name, as it is shown on kiosks.'),
  externalId: z.string().trim().min(1).max(200).optional().describe('Your own id of the person; unique.'),
  consent: z
    .enum(['true', 'false'])
    .transform((value) => value === 'true')
    .optional()
    .describe('Whether the person has agreed to be enrolled.'),
  duplicates: z
    .enum(['refuse', 'allow'])
    .default('refuse')
    .describe('Whether somebody who seems to be enrolled already may be enrolled again.'),
  /** For photos with several faces: JSON `{"0": 1}` takes face 1 of photo 0. */
  faces: z
    .string()
    .max(2000)
    .transform((text, context) => {
      try {
        return JSON.parse(text) as unknown;
      } catch {
        context.addIssue({ code: 'custom', message: 'is not JSON; accepted is for example {"0": 1}' });
        return z.NEVER;
      }
    })
    .pipe(z.record(z.string().regex(/^\d+$/), z.int().min(0).max(LIMITS.facesPerPhoto)))
    .optional()
    .describe('Which face to take in photos with several: JSON object, photo index → face index.'),
});
export type EnrollFields = z.infer<typeof enrollFieldsSchema>;

export const addPhotosFieldsSchema = enrollFieldsSchema.pick({ faces: true });

const pixelBox = z.object({ x: z.number(), y: z.number(), width: z.number(), height: z.number() });

export const qualitySchema = z.object({
  score: z.number(),
  interEyePx: z.number(),
  sharpness: z.number(),
  brightness: z.number(),
  yaw: z.number(),
  pitch: z.number(),
});

export const PHOTO_REFUSALS = [
  'no-face',
  'several-faces',
  'too-small',
  'blurred',
  'too-dark',
  'too-bright',
  'turned-away',
  'unreadable',
  'too-large',
  'unlike-the-others',
  /** Hardly like the person's other photos, and like somebody else who is enrolled. */
  'looks-like-another',
  /** The same picture as another one. */
  'repeats-another',
  /** The person has as many templates as are kept. */
  'too-many',
] as const;

export const photoReportSchema = z.object({
  /** Position among the uploaded photos, from 0. */
  photo: z.int(),
  filename: z.string(),
  accepted: z.boolean(),
  reason: z.enum(PHOTO_REFUSALS).optional(),
  message: z.string().optional(),
  quality: qualitySchema.optional(),
  /** Boxes of the faces found, in pixels of the upright photo, largest first. */
  faces: z.array(pixelBox).optional(),
});
export type PhotoReport = z.infer<typeof photoReportSchema>;

export const personSchema = z.object({
  id: z.uuid(),
  name: z.string(),
  externalId: z.string().nullable(),
  consent: z.boolean().nullable(),
  /** Left out of lists and pickers; recognised as ever. */
  hidden: z.boolean(),
  /** Templates kept, one for each accepted photo. */
  templates: z.int(),
  createdAt: z.string(),
  updatedAt: z.string(),
});
export type Person = z.infer<typeof personSchema>;

/** How well a person's templates recognise them; every figure is 0..1. */
export const templateQualitySchema = z.object({
  mean: z.number(),
  weakest: z.number(),
  /** Mean quality, less with fewer than three photos: `mean · min(photos, 3) / 3`. */
  strength: z.number(),
});

export const listedPersonSchema = personSchema.extend({
  /** Id of the photo of best quality: `/people/{id}/photos/{bestPhoto}.jpg`. */
  bestPhoto: z.uuid().nullable(),
  /** End of the latest sighting that is kept. */
  lastSeen: z.string().nullable(),
  quality: templateQualitySchema.nullable(),
});
export type ListedPerson = z.infer<typeof listedPersonSchema>;

/** The person as they are now, and what became of each photo of the request. */
export const enrollResponseSchema = z.object({ person: personSchema, photos: z.array(photoReportSchema) });

export const PEOPLE_SORTS = ['name', 'last-seen', 'newest', 'weakest'] as const;
/** From so many photos on, one more adds little. */
export const ENOUGH_PHOTOS = 3;

export const peopleQuerySchema = z.object({
  q: z.string().trim().max(200).optional().describe('Part of the name, or the external id.'),
  limit: z.coerce.number().int().min(1).max(500).default(100),
  offset: z.coerce.number().int().min(0).default(0),
  sort: z
    .enum(PEOPLE_SORTS)
    .default('name')
    .describe('By name; last seen, newest or weakest templates first.'),
  hidden: z
    .enum(['exclude', 'include', 'only'])
    .default('exclude')
    .describe('Whether hidden people are listed. An external id finds them always.'),
  lacks: z
    .enum(['consent', 'photos'])
    .optional()
    .describe('Only people whose consent is not noted, or who have fewer than three photos.'),
});
export type PeopleQuery = z.infer<typeof peopleQuerySchema>;
export const peopleResponseSchema = z.object({
  people: z.array(listedPersonSchema),
  total: z.int(),
  /** How many more match, but are hidden. */
  hiddenToo: z.int().default(0),
});
export type PeopleResponse = z.infer<typeof peopleResponseSchema>;

/** What erasing a person would delete, as the receipt counts it. */
export const erasurePreviewSchema = z.object({
  templates: z.int(),
  referenceCrops: z.int(),
  sightings: z.int(),
  confirmations: z.int(),
  /** People who were merged into the person, and whose entries are kept to part them again. */
  merges: z.int(),
});
export type ErasurePreview = z.infer<typeof erasurePreviewSchema>;

/** What was erased, for the person who asked. */
export const erasureReceiptSchema = z.object({
  personId: z.uuid(),
  name: z.string(),
  erasedAt: z.string(),
  templates: z.int(),
  referenceCrops: z.int(),
  sightings: z.int(),
  /** Answers of operators about sightings. */
  confirmations: z.int(),
  /**
   * Versions of students that learnt from the person, or were made of such a version: none is promoted (again), and
   * the files of all but one that `serves` are deleted. That one goes with the next promotion or rollback.
   */
  studentVersions: z.array(
    z.object({ id: z.uuid(), group: z.string(), number: z.int(), serves: z.boolean() }),
  ),
  /** Gallery version from which no worker knows the person. */
  galleryVersion: z.int(),
});

export const identifiedFaceSchema = z.object({
  box: pixelBox,
  quality: qualitySchema,
  state: z.enum(['identified', 'unknown', 'ambiguous', 'poor-quality']),
  message: z.string().optional(),
  person: z.object({ id: z.uuid(), name: z.string() }).optional(),
  confidence: z.number().optional(),
  threshold: z.number(),
  candidates: z.array(z.object({ personId: z.uuid(), name: z.string(), score: z.number() })),
});
export const identifyResponseSchema = z.object({
  model: z.string(),
  photos: z.array(
    z.object({
      photo: z.int(),
      filename: z.string(),
      width: z.int().optional(),
      height: z.int().optional(),
      error: z.object({ reason: z.enum(PHOTO_REFUSALS), message: z.string() }).optional(),
      faces: z.array(identifiedFaceSchema),
    }),
  ),
});

/** False match rates that a comparison of two photos can be made at. */
export const VERIFY_FMRS = [1e-2, 1e-3, 1e-4, 1e-5] as const;

export const verifyFieldsSchema = enrollFieldsSchema.pick({ faces: true }).extend({
  fmr: z
    .string()
    .default('1e-4')
    .transform(Number)
    .refine(
      (fmr) => VERIFY_FMRS.some((accepted) => accepted === fmr),
      `is not accepted; accepted are ${VERIFY_FMRS.map((fmr) => fmr.toString()).join(', ')}`,
    )
    .describe('Share of pairs of strangers who may be taken for one person: 0.01, 0.001, 0.0001 or 0.00001.'),
});

export const verifyResponseSchema = z.object({
  /** Whether the score reaches the threshold. */
  same: z.boolean(),
  /**
   * `unsure` where the probability lies between 5 % and 95 %, or where the threshold says no and the probability is
   * not below 5 %.
   */
  verdict: z.enum(['same', 'unsure', 'different']),
  /** Cosine similarity of the two embeddings. */
  score: z.number(),
  /** Calibrated probability that the photos show one person, when that was as likely as not before. */
  probability: z.number(),
  threshold: z.number(),
  /** False match rate that the threshold stands for. */
  fmr: z.number(),
  /** Share of pairs of one person's photos that miss the threshold; null where the model has not been measured. */
  fnmr: z.number().nullable(),
  model: z.string(),
  /** The two photos: what was found in each and taken. */
  photos: z.array(
    photoReportSchema.extend({
      width: z.int(),
      height: z.int(),
      /** Position of the face that was compared. */
      face: z.int(),
      /** The aligned face as the model sees it: JPEG, base64. */
      crop: z.string(),
      /** What would make the comparison surer. */
      hint: z.string().optional(),
    }),
  ),
});

/** Asks for a link that logs a browser in, once. */
export const createLinkSchema = z.discriminatedUnion('role', [
  z.object({ role: z.literal('kiosk'), kioskId: z.uuid() }),
  z.object({ role: z.literal('guard') }),
  z.object({ role: z.literal('operator') }),
  z.object({ role: z.literal('admin') }),
]);
export const linkSchema = z.object({ url: z.string() });

export const codeLoginSchema = z.object({ code: z.string().min(1).max(200) });
export const sessionSchema = z.object({
  role: z.enum(ROLES),
  kiosk: z.object({ id: z.uuid(), name: z.string(), place: z.string() }).optional(),
  /** Who uses this console; absent for a link that was made for nobody by name, and for programs. */
  user: z
    .object({
      id: z.uuid(),
      name: z.string(),
      hasPassword: z.boolean(),
      /** A password may be set without the one before: the session was started by a link, just now. */
      maySetPassword: z.boolean(),
    })
    .optional(),
  /** ISO 8601; absent for the API key, which does not expire. */
  expiresAt: z.string().optional(),
});
export const sessionQuerySchema = z.object({
  client: z.enum(['kiosk', 'console']).optional().describe('Which page asks; each has a session of its own.'),
});

export const readinessSchema = z.object({
  ready: z.boolean(),
  checks: z.record(
    z.enum(['redis', 'database', 'sfu', 'workers']),
    z.object({ ok: z.boolean(), detail: z.string() }),
  ),
});

/** Somebody enrolled whom the photos of an enrolment resemble. */
export const likelyDuplicateSchema = z.object({
  personId: z.uuid(),
  name: z.string(),
  /** Cosine of the two templates. */
  score: z.number(),
});
export type LikelyDuplicate = z.infer<typeof likelyDuplicateSchema>;

/** problem+json (RFC 9457). */
export const problemSchema = z.object({
  type: z.string(),
  title: z.string(),
  status: z.int(),
  code: z.string(),
  detail: z.string(),
  retryable: z.boolean(),
  errors: z.array(z.object({ field: z.string(), message: z.string() })).optional(),
  photos: z.array(photoReportSchema).optional(),
  /** With `likely-duplicate`: best first. */
  people: z.array(likelyDuplicateSchema).optional(),
  /** Where training was asked for: why nothing can train now. */
  reason: trainingReasonSchema.optional().catch(undefined),
});
