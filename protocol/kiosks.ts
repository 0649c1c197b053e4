import { z } from 'zod';
import { LIMITS } from './rest.ts';

/** Kiosks: what they are called, what they may do, and how a device becomes one. */

const name = z.string().trim().min(1, 'may not be empty').max(LIMITS.nameLength);
const place = z.string().trim().max(LIMITS.nameLength);

/** What a kiosk's camera may do beyond sending crops of faces. Everything is off unless an admin allows it. */
export const kioskPolicySchema = z.object({
  video: z
    .boolean()
    .describe('Whether consoles may see the camera’s live video; the kiosk’s screen says so.'),
  training: z
    .boolean()
    .describe(
      'Whether the kiosk’s browser, while nobody is there, teaches the student of its group from its own confirmed crops.',
    ),
});
export type KioskPolicy = z.infer<typeof kioskPolicySchema>;

export const STRICTEST_POLICY: KioskPolicy = { video: false, training: false };

/** What a kiosk's page says of its pipeline: `stalled` when the camera is there and no frame of it was answered lately. */
export const PIPELINE_STATES = ['starting', 'running', 'stalled', 'no-camera', 'failed'] as const;
export type PipelineState = (typeof PIPELINE_STATES)[number];
/** ms between two such words; a page that misses three has stopped. */
export const PULSE_EVERY_MS = 500;

/** Who a kiosk is, for its own page and for consoles. */
export const kioskIdentitySchema = z.object({
  id: z.uuid(),
  name: z.string(),
  place: z.string(),
  policy: kioskPolicySchema,
});
export type KioskIdentity = z.infer<typeof kioskIdentitySchema>;

export const kioskSchema = kioskIdentitySchema.extend({ createdAt: z.string(), online: z.boolean() });
export const kiosksResponseSchema = z.object({ kiosks: z.array(kioskSchema) });

export const createKioskSchema = z.object({ name, place: place.default('') });
export const createKioskResponseSchema = z.object({ id: z.uuid(), url: z.string() });

/** What is not named stays as it is. */
export const changeKioskSchema = z
  .object({ name, place, policy: kioskPolicySchema.partial() })
  .partial()
  .refine(
    ({ name, place, policy }) =>
      [name, place, policy?.video, policy?.training].some((field) => field !== undefined),
    'name at least one of name, place, policy.video, policy.training',
  );

/** No 0, 1, I, L, O or U: nothing in a code looks like something else. */
export const PAIRING_ALPHABET = '23456789ABCDEFGHJKMNPQRSTVWXYZ';
export const PAIRING_CODE_LENGTH = 8;

const PAIRING_CODE = new RegExp(`^[${PAIRING_ALPHABET}]{${PAIRING_CODE_LENGTH}}$`);

/** A code as people type it: any case, with or without the hyphen in its middle. */
export const pairingCodeSchema = z
  .string()
  .max(40)
  .transform((text) => text.toUpperCase().replace(/[\s-]/g, ''))
  .refine(
    (code) => PAIRING_CODE.test(code),
    `is not a pairing code: it has ${PAIRING_CODE_LENGTH} letters and digits, without 0, 1, I, L, O and U`,
  );

/** A page without a login: `code` is for people to read and type, `secret` never leaves the page but to claim. */
export const pairingSchema = z.object({
  id: z.uuid(),
  code: z.string(),
  secret: z.string(),
  expiresAt: z.string(),
});
export type Pairing = z.infer<typeof pairingSchema>;
export const claimPairingSchema = z.object({ secret: z.string().min(1).max(100) });
/** While nobody has typed the code; afterwards a claim is answered by the session. */
export const waitingPairingSchema = z.object({ state: z.literal('waiting'), expiresAt: z.string() });

export const pairKioskSchema = z.object({
  code: pairingCodeSchema,
  name,
  place: place.default(''),
  policy: z
    .object({
      video: kioskPolicySchema.shape.video.default(false),
      training: kioskPolicySchema.shape.training.default(false),
    })
    .default(STRICTEST_POLICY),
});

/** `ABCDEFGH` → `ABCD-EFGH`. */
export function readablePairingCode(code: string): string {
  return `${code.slice(0, PAIRING_CODE_LENGTH / 2)}-${code.slice(PAIRING_CODE_LENGTH / 2)}`;
}
