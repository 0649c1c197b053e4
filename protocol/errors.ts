import { z } from 'zod';

/**
 * Every error that crosses a boundary: its stable code, the HTTP status it answers with,
 * whether trying the same again can help, and its title.
 */
export const ERRORS = {
  'bad-request': { status: 400, retryable: false, title: 'The request is not understood' },
  validation: { status: 422, retryable: false, title: 'A field is missing or wrong' },
  unauthenticated: { status: 401, retryable: false, title: 'A valid token or link is needed' },
  'no-such-code': { status: 404, retryable: false, title: 'No kiosk shows this code' },
  'code-used': { status: 401, retryable: false, title: 'This link was already used, or has expired' },
  'wrong-password': { status: 401, retryable: false, title: 'The name or the password is wrong' },
  forbidden: { status: 403, retryable: false, title: 'This role may not do that' },
  'bad-origin': { status: 403, retryable: false, title: 'The page was not served by this server' },
  'not-found': { status: 404, retryable: false, title: 'There is nothing here' },
  'method-not-allowed': { status: 405, retryable: false, title: 'This address does not take that method' },
  conflict: { status: 409, retryable: false, title: 'It exists already' },
  'likely-duplicate': { status: 409, retryable: false, title: 'This person seems to be enrolled already' },
  'too-large': { status: 413, retryable: false, title: 'Too large' },
  'unsupported-media': { status: 415, retryable: false, title: 'Not a picture that can be read' },
  'no-usable-photo': { status: 422, retryable: false, title: 'None of the photos can be used' },
  'client-too-old': { status: 426, retryable: false, title: 'This page is older than the server' },
  'server-too-old': { status: 426, retryable: false, title: 'This page is newer than the server' },
  'rate-limited': { status: 429, retryable: true, title: 'Too many requests' },
  'bad-state': { status: 409, retryable: false, title: 'Not possible now' },
  'bad-crop': { status: 400, retryable: false, title: 'A crop message was refused' },
  full: { status: 503, retryable: true, title: 'The server serves as many streams as it can' },
  'workers-unavailable': { status: 503, retryable: true, title: 'No worker answered in time' },
  'redis-unavailable': { status: 503, retryable: true, title: 'The queue cannot be reached' },
  'database-unavailable': { status: 503, retryable: true, title: 'The database cannot be reached' },
  'shutting-down': { status: 503, retryable: true, title: 'The server is shutting down' },
  'no-connection': { status: 503, retryable: true, title: 'There is no connection to the server' },
  internal: { status: 500, retryable: true, title: 'Something went wrong in the server' },
} as const satisfies Record<string, { status: number; retryable: boolean; title: string }>;

export type ErrorCode = keyof typeof ERRORS;

const errorCodes = Object.keys(ERRORS) as [ErrorCode, ...ErrorCode[]];

/** An error as it travels on the signalling socket. */
export const wireErrorSchema = z.object({
  code: z.enum(errorCodes),
  message: z.string().max(2000),
  retryable: z.boolean(),
});
export type WireError = z.infer<typeof wireErrorSchema>;

/** An error meant for the person or program at the other end. `message` says what was wrong and how to fix it. */
export class FacewireError extends Error {
  readonly code: ErrorCode;
  /** Extra members of the problem+json body, for example `errors` of a failed validation. */
  readonly details: Record<string, unknown> | undefined;

  constructor(
    code: ErrorCode,
    message: string,
    options: { cause?: unknown; details?: Record<string, unknown> } = {},
  ) {
    super(message, { cause: options.cause });
    this.name = 'FacewireError';
    this.code = code;
    this.details = options.details;
  }

  get status(): number {
    return ERRORS[this.code].status;
  }

  toWire(): WireError {
    return { code: this.code, message: this.message, retryable: ERRORS[this.code].retryable };
  }
}
