import { z } from 'zod';

/** Bodies of GET and PUT /operating-point and of GET /gallery-check. */

export const FPIR_LIMITS = { least: 0.00001, most: 0.2 } as const;

export const setOperatingPointSchema = z.strictObject({
  fpir: z
    .number('is not a number; accepted is a share from 0.00001 to 0.2, such as 0.003 for 0.3 %')
    .min(FPIR_LIMITS.least, 'is below 0.00001: no gallery could show that such a promise is kept')
    .max(
      FPIR_LIMITS.most,
      'is above 0.2: every fifth stranger would be given a name; accepted is 0.00001 to 0.2',
    )
    .describe('Share of strangers who may be given a name, per search: 0.003 is 0.3 %.'),
});

const interval = z.object({ low: z.number(), high: z.number() });

/** A share with its 95 % interval. */
const rateSchema = z.object({ value: z.number(), low: z.number(), high: z.number() });

/** What a promise would cost at the gallery's size. */
const choiceSchema = z.object({
  fpir: z.number(),
  /** Cosine from which a stranger would be given a name. */
  threshold: z.number(),
  /** Share of enrolled people who are recognised at first look; from the model's own photographs without interval. */
  recognised: rateSchema.partial({ low: true, high: true }).nullable(),
});

export const operatingPointResponseSchema = z.object({
  /** Promised share of strangers who are given a name, per search. */
  fpir: z.number(),
  /** The promise in words. */
  promise: z.string(),
  model: z.string(),
  gallerySize: z.int(),
  /** Cosine in force. */
  threshold: z.number(),
  /** 95 %: the cosine that keeps the promise lies in here. */
  thresholdInterval: interval,
  /** 95 %: the share of strangers who are given a name at the threshold in force. */
  expectedFpir: interval,
  /** `measured`: the model's table has scores there; `extrapolated`: it is the fitted tail. */
  basis: z.enum(['measured', 'extrapolated']),
  gallery: z.object({
    /** Threshold of the shipped table alone. */
    shippedThreshold: z.number(),
    /** What the scores of the enrolled people among themselves changed. */
    effect: z.enum(['none', 'raised']),
    /** Such scores counted. */
    comparisons: z.int(),
    /** How many times more often they reach the shipped threshold than the table says. */
    factor: z.number(),
    /** Pairs of people who are likely to be one, left out. */
    likelyDuplicates: z.int(),
  }),
  /** Presets, and the promise in force. */
  choices: z.array(choiceSchema),
  /** Whether `recognised` was measured on the gallery (people with two photos or more), or comes with the model. */
  recognisedBasis: z.enum(['gallery', 'model', 'none']),
  computedAt: z.string(),
  /** The gallery, the model or the promise has changed since, and this is being computed anew. */
  stale: z.boolean(),
});
export type OperatingPointResponse = z.infer<typeof operatingPointResponseSchema>;

export const FPIR_PRESETS = [0.01, 0.003, 0.001, 0.0001] as const;

const personRef = z.object({ personId: z.uuid(), name: z.string() });
const pairSchema = z.object({
  a: personRef,
  b: personRef,
  score: z.number(),
  /** Pairs as alike that chance alone would make in a gallery of this size. */
  expectedByChance: z.number(),
});

export const weakPhotoSchema = z.object({
  personId: z.uuid(),
  name: z.string(),
  photoId: z.uuid(),
  cropUrl: z.string(),
  reason: z.enum(['like-another', 'unlike-own', 'low-quality']),
  /** The reason in words, with what to do. */
  message: z.string(),
  quality: z.number(),
  /** Cosine to the template that the person's other photos make. */
  own: z.number().nullable(),
  /** The person whom it is most like otherwise. */
  other: personRef.extend({ score: z.number() }).nullable(),
});
export type WeakPhoto = z.infer<typeof weakPhotoSchema>;

export const galleryCheckResponseSchema = z.object({
  model: z.string(),
  fpir: z.number(),
  people: z.int(),
  photos: z.int(),
  /** Fewer than `people` in a large gallery: evenly spaced people. */
  checkedPeople: z.int(),
  /** People with one photo only. */
  singlePhoto: z.object({ count: z.int(), people: z.array(personRef) }),
  threshold: z.number(),
  /** Cosine that the gallery's own scores ask for; the threshold in force follows it by itself. */
  suggestedThreshold: z.number(),
  suggestedInterval: interval,
  /** Leave-one-out: each photo searched among everybody else, as if its person were not enrolled. */
  strangers: z.object({
    /** Share of them given a name at the threshold. */
    fpir: rateSchema.nullable(),
    highest: z.object({ score: z.number(), person: personRef, other: personRef }).nullable(),
  }),
  /** Leave-one-photo-out: each photo of people with two or more, searched with the others enrolled. */
  recognised: rateSchema.nullable(),
  closestPair: pairSchema.nullable(),
  /** Pairs who are likely to be one person enrolled twice. */
  duplicates: z.array(pairSchema),
  weakest: z.array(weakPhotoSchema),
  weakCount: z.int(),
  /** Shares of the scores in steps of cosine, for the plot. */
  histogram: z.object({
    from: z.number(),
    step: z.number(),
    strangers: z.array(z.number()),
    own: z.array(z.number()),
  }),
  computedAt: z.string(),
});
export type GalleryCheckResponse = z.infer<typeof galleryCheckResponseSchema>;
