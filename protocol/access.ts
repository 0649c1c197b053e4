import { z } from 'zod';
import { CONSOLE_ROLES, LIMITS } from './rest.ts';

/** Who may use the console and the API: users, their sessions and passwords, tokens of programs. */

export const ACCESS_LIMITS = {
  users: 500,
  /** Browsers of one user that are logged in; the oldest makes room. */
  sessionsPerUser: 20,
  tokens: 100,
  passwordLength: { least: 10, most: 200 },
  /** A link lets its user set a password, without the one before, for so long after it was opened. */
  setPasswordMs: 15 * 60_000,
  tokenDays: 3650,
} as const;

const { least, most } = ACCESS_LIMITS.passwordLength;
const time = z.iso.datetime();
const name = z.string().trim().min(1, 'may not be empty').max(LIMITS.nameLength);
const role = z.enum(CONSOLE_ROLES);

export const userSchema = z.object({
  id: z.uuid(),
  name: z.string(),
  role,
  /** A disabled user is logged in nowhere, and cannot log in. */
  disabled: z.boolean(),
  hasPassword: z.boolean(),
  createdAt: time,
  lastSeenAt: time.nullable(),
  /** Browsers that are logged in. */
  sessions: z.int(),
});
export type User = z.infer<typeof userSchema>;
export const usersResponseSchema = z.object({ users: z.array(userSchema) });

export const createUserSchema = z.strictObject({
  name: name.describe('Unique; the user logs in by it.'),
  role,
});
export const createUserResponseSchema = z.object({
  user: userSchema,
  /** Logs one browser in as the user, once, within 24 hours. */
  url: z.string(),
});

export const changeUserSchema = z
  .strictObject({ name: name.optional(), role: role.optional(), disabled: z.boolean().optional() })
  .refine((change) => Object.values(change).some((value) => value !== undefined), 'names nothing to change');
export type ChangeUser = z.infer<typeof changeUserSchema>;

export const userSessionSchema = z.object({
  id: z.uuid(),
  startedBy: z.enum(['link', 'password']),
  /** The browser’s User-Agent. */
  browser: z.string(),
  createdAt: time,
  lastSeenAt: time,
  expiresAt: time,
  /** The one that asks. */
  current: z.boolean(),
});
export type UserSession = z.infer<typeof userSessionSchema>;
export const userSessionsResponseSchema = z.object({ sessions: z.array(userSessionSchema) });

export const passwordLoginSchema = z.strictObject({
  name: z.string().trim().min(1, 'may not be empty').max(LIMITS.nameLength),
  password: z.string().min(1, 'may not be empty').max(most),
});

export const setPasswordSchema = z.strictObject({
  password: z
    .string()
    .min(least, `has fewer than ${least} characters`)
    .max(most, `has more than ${most} characters`)
    .refine((text) => new Set(text).size >= 5, 'repeats the same few characters'),
  current: z
    .string()
    .max(most)
    .optional()
    .describe('The password until now. Not needed within 15 minutes after a link was opened.'),
});

/** Names of those whom the audit log and others know by a subject. */
export const actorsResponseSchema = z.object({
  actors: z.record(z.string(), z.object({ name: z.string(), gone: z.boolean() })),
});
export type Actors = z.infer<typeof actorsResponseSchema>['actors'];

export const apiTokenSchema = z.object({
  id: z.uuid(),
  name: z.string(),
  role,
  createdAt: time,
  /** Subject of whoever made it. */
  createdBy: z.string(),
  expiresAt: time.nullable(),
  lastUsedAt: time.nullable(),
});
export type ApiToken = z.infer<typeof apiTokenSchema>;
export const apiTokensResponseSchema = z.object({ tokens: z.array(apiTokenSchema) });

export const createApiTokenSchema = z.strictObject({
  name: name.describe('What it is for.'),
  role,
  expiresInDays: z
    .int()
    .min(1)
    .max(ACCESS_LIMITS.tokenDays)
    .optional()
    .describe('Without it, the token holds until it is revoked.'),
});
export const createApiTokenResponseSchema = z.object({
  token: apiTokenSchema,
  /** Shown this once; only its hash is kept. */
  secret: z.string(),
});
