import { z } from 'zod';

/** What operators say of a sighting: whether recognition was right. Fine-tuning learns from these answers alone. */

export const CONFIRMATION_LIMITS = { page: 500 } as const;

/** Of whom recognition named: it is them, it is not, it is somebody else. */
export const VERDICTS = ['yes', 'no', 'other'] as const;
export type Verdict = (typeof VERDICTS)[number];

const named = z.object({ id: z.uuid(), name: z.string() });

export const confirmationSchema = z.object({
  id: z.uuid(),
  verdict: z.enum(VERDICTS),
  /** Who it is by this answer; null after `no`. */
  person: named.nullable(),
  /** Whom recognition named; null when nobody, or when that person was erased since. */
  recognised: named.nullable(),
  /** Subject of the operator. */
  by: z.string(),
  /** ISO 8601. */
  at: z.string(),
});
export type Confirmation = z.infer<typeof confirmationSchema>;

/** An answer with what became of it. */
export const listedConfirmationSchema = confirmationSchema.extend({
  sighting: z.uuid(),
  /** Who took it back or answered anew, and when; null while it counts. */
  takenBack: z.object({ by: z.string(), at: z.string() }).nullable(),
});
export type ListedConfirmation = z.infer<typeof listedConfirmationSchema>;

export const confirmSchema = z.discriminatedUnion(
  'verdict',
  [
    z.strictObject({ verdict: z.literal('yes') }),
    z.strictObject({ verdict: z.literal('no') }),
    z.strictObject({ verdict: z.literal('other'), person: z.uuid().describe('Id of the person it is.') }),
  ],
  { error: 'is not yes, no or other' },
);
export type Confirm = z.infer<typeof confirmSchema>;

export const confirmationsQuerySchema = z.strictObject({
  sighting: z.uuid().optional().describe('Answers about this sighting.'),
  person: z.uuid().optional().describe('Answers by which a sighting shows this person.'),
  counting: z.enum(['true', 'false']).optional().describe('Only those that count, or only those taken back.'),
  limit: z.coerce.number().int().min(1).max(CONFIRMATION_LIMITS.page).default(100),
  after: z
    .string()
    .regex(/^\d{1,16}_[0-9a-f-]{36}$/, 'is not a `next` that an answer gave')
    .optional()
    .describe('`next` of the answer before: goes on with older ones.'),
});

/** Newest first. */
export const confirmationsResponseSchema = z.object({
  confirmations: z.array(listedConfirmationSchema),
  /** Absent when there are no older ones. */
  next: z.string().optional(),
});
