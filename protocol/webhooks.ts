import { z } from 'zod';

/** Events to other systems: what they hold, and how their receivers are configured over REST. */

export const WEBHOOK_LIMITS = {
  /** Receivers in all. */
  webhooks: 20,
  /** Events of one receiver that wait; those beyond are lost, and their numbers are missing. */
  waiting: 1000,
  urlLength: 2000,
  /** An event that was not delivered by then never is. */
  eventLifeMs: 600_000,
} as const;

const time = z.iso.datetime();
const aboutSchema = z.enum(['known', 'unknown']);
const momentSchema = z.enum(['began', 'ended', 'alert']);
export type SightingMoment = z.infer<typeof momentSchema>;

/** What is told of a sighting. No image: only where its crop is, for whoever may see it. */
const sightingNewsSchema = z.object({
  id: z.uuid(),
  state: z.enum(['identified', 'unknown']),
  /** Present when the state is `identified`. */
  person: z.object({ id: z.uuid(), name: z.string() }).optional(),
  kiosk: z.object({ id: z.uuid(), name: z.string() }),
  beganAt: time,
  endedAt: time.optional(),
  confidence: z.number().optional(),
  /** Address of the best crop; it takes a login or the API key. */
  cropUrl: z.string(),
});

/** One event. A receiver takes each `id` once, and none after `expiresAt`. */
export const sightingEventSchema = z.object({
  id: z.uuid(),
  type: z.enum(['sighting.began', 'sighting.ended', 'alert.raised']),
  issuedAt: time,
  expiresAt: time,
  /** With `alert.raised`: the person of the sighting is on the watch list. */
  alert: z.object({ id: z.uuid(), note: z.string().optional() }).optional(),
  sighting: sightingNewsSchema,
});
/** The moment of a sighting that an event tells of. */
export const MOMENTS = {
  'sighting.began': 'began',
  'sighting.ended': 'ended',
  'alert.raised': 'alert',
} as const satisfies Record<SightingEvent['type'], SightingMoment>;
export type SightingEvent = z.infer<typeof sightingEventSchema>;

const receiver = {
  webhook: z.uuid(),
  /** 1, 2, 3 … for each webhook; a number that never comes is an event that was lost, expired, or about somebody erased. */
  sequence: z.int().min(1),
};

/** The body that a webhook receives. */
export const webhookEventSchema = z.discriminatedUnion('type', [
  sightingEventSchema.extend(receiver),
  sightingEventSchema.omit({ sighting: true, alert: true }).extend({ type: z.literal('test'), ...receiver }),
]);
export type WebhookEvent = z.infer<typeof webhookEventSchema>;

const urlSchema = z
  .url({ protocol: /^https?$/, error: 'must be an http:// or https:// address' })
  .max(WEBHOOK_LIMITS.urlLength)
  .refine((url) => !URL.canParse(url) || (new URL(url).username === '' && new URL(url).password === ''), {
    error: 'must not hold a user name or password: check the signature instead',
  });
const unique = (values: unknown[]) => new Set(values).size === values.length;
const aboutList = z.array(aboutSchema).min(1).refine(unique, { error: 'names one twice' });
const momentList = z.array(momentSchema).min(1).refine(unique, { error: 'names one twice' });

export const createWebhookSchema = z.strictObject({
  url: urlSchema,
  about: aboutList.default(['known', 'unknown']).describe('Whose sightings.'),
  moments: momentList
    .default(['began', 'ended', 'alert'])
    .describe('Which moments of a sighting; `alert`: somebody on the watch list appeared.'),
  enabled: z.boolean().default(true),
});
export type CreateWebhook = z.infer<typeof createWebhookSchema>;

export const changeWebhookSchema = z.strictObject({
  url: urlSchema.optional(),
  about: aboutList.optional(),
  moments: momentList.optional(),
  enabled: z.boolean().optional(),
});
export type ChangeWebhook = z.infer<typeof changeWebhookSchema>;

export const webhookSchema = z.object({
  id: z.uuid(),
  url: z.string(),
  about: z.array(aboutSchema),
  moments: z.array(momentSchema),
  enabled: z.boolean(),
  createdAt: time,
  /** Number of the last event. */
  sequence: z.int().min(0),
  lastSuccessAt: time.nullable(),
  lastFailure: z.object({ at: time, reason: z.string() }).nullable(),
  /** Events that are still to be delivered; null while the queue cannot be asked. */
  waiting: z.int().min(0).nullable(),
});
export type Webhook = z.infer<typeof webhookSchema>;

export const webhooksResponseSchema = z.object({ webhooks: z.array(webhookSchema) });

export const createWebhookResponseSchema = z.object({
  webhook: webhookSchema,
  /** Key of the signature. It is shown this once. */
  secret: z.string(),
});

/** What came of one try. */
export const testWebhookResponseSchema = z.object({
  delivered: z.boolean(),
  /** Why not. */
  reason: z.string().optional(),
});
