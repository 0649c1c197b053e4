import type { ErrorRequestHandler, RequestHandler } from 'express';
import { MulterError } from 'multer';
import { z } from 'zod';
import type { Logger } from '../../config/logger.ts';
import { ERRORS, FacewireError } from '../../protocol/errors.ts';
import { LIMITS } from '../../protocol/rest.ts';
import { requestIdOf } from './request-id.ts';

/** The body of an error answer: problem+json (RFC 9457). */
export function toProblem(error: FacewireError): Record<string, unknown> {
  const { status, title, retryable } = ERRORS[error.code];
  return {
    type: `/docs#error-${error.code}`,
    title,
    status,
    code: error.code,
    detail: error.message,
    retryable,
    ...error.details,
  };
}

/** Answers every error, whoever threw it; what is not ours is logged, and told without its inner life. */
export function answerErrors({ logger }: { logger: Logger }): ErrorRequestHandler {
  return (thrown, request, response, next) => {
    const error = explain(thrown, requestIdOf(response));
    if (error.status >= 500) {
      logger.error(
        {
          err: error.cause ?? error,
          requestId: requestIdOf(response),
          method: request.method,
          path: request.path,
        },
        `request failed: ${error.code}`,
      );
    }
    if (response.headersSent) return next(thrown);
    const { retryAfter } = error.details ?? {};
    if (typeof retryAfter === 'number') response.set('Retry-After', String(retryAfter));
    if (error.status === 401) response.set('WWW-Authenticate', 'Bearer realm="facewire"');
    response
      .status(error.status)
      .type('application/problem+json')
      .send(JSON.stringify(toProblem(error)));
  };
}

export const nothingHere: RequestHandler = (request) => {
  throw new FacewireError(
    'not-found',
    `There is nothing at ${request.path}. The API is described at /docs; the pages are /kiosk and /console.`,
  );
};

/** Last handler of an address: names the methods that it takes. */
export function onlyMethods(...methods: string[]): RequestHandler {
  return (request, response) => {
    response.set('Allow', methods.join(', '));
    throw new FacewireError(
      'method-not-allowed',
      `${request.path} does not take ${request.method}; it takes ${methods.join(' and ')}.`,
    );
  };
}

/**
 * Parses a body, query or form by its schema.
 * @throws {FacewireError} `validation`, with a line for each wrong field
 */
export function parseInput<T extends z.ZodType>(schema: T, value: unknown): z.output<T> {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const errors = parsed.error.issues.map((issue) => ({
    field: issue.path.join('.') || (issue.code === 'unrecognized_keys' ? issue.keys.join(', ') : '(body)'),
    message: issue.message,
  }));
  throw new FacewireError(
    'validation',
    errors.map(({ field, message }) => `${field}: ${message}`).join('; '),
    {
      details: { errors },
    },
  );
}

function explain(thrown: unknown, requestId: string): FacewireError {
  if (thrown instanceof FacewireError) return thrown;
  if (thrown instanceof MulterError) return explainUpload(thrown);
  const known = httpErrorSchema.safeParse(thrown).data;
  if (known?.type === 'entity.parse.failed') {
    return new FacewireError('bad-request', 'The body is not valid JSON.');
  }
  if (known?.status === 413) {
    return new FacewireError(
      'too-large',
      `The body is larger than the ${known.limit ?? 0} bytes accepted here.`,
    );
  }
  if (known && known.status < 500) {
    return new FacewireError('bad-request', `The request cannot be read: ${known.message}`);
  }
  return new FacewireError(
    'internal',
    `Something went wrong in the server. Its log has the details under request id ${requestId}.`,
    { cause: thrown },
  );
}

/** Errors of Express and its body parsers. */
const httpErrorSchema = z.object({
  status: z.int().min(400).max(599),
  type: z.string().optional(),
  limit: z.number().optional(),
  message: z.string(),
});

function explainUpload(error: MulterError): FacewireError {
  const megabytes = LIMITS.photoBytes / 1024 / 1024;
  switch (error.code) {
    case 'LIMIT_FILE_SIZE':
      return new FacewireError(
        'too-large',
        `A photo is larger than ${megabytes} MB. Send a smaller version of it.`,
      );
    case 'LIMIT_FILE_COUNT':
    case 'LIMIT_PART_COUNT':
      return new FacewireError(
        'too-large',
        `Too many parts: at most ${LIMITS.photosPerRequest} photos in one request.`,
      );
    case 'LIMIT_UNEXPECTED_FILE':
      return new FacewireError(
        'validation',
        `The file field "${error.field}" is not accepted here, or holds too many files. See /docs for the fields.`,
        {
          details: {
            errors: [{ field: error.field ?? '', message: 'is not accepted here, or holds too many files' }],
          },
        },
      );
    case 'LIMIT_FIELD_VALUE':
      return new FacewireError('too-large', `The field "${error.field}" is too long.`);
    default:
      return new FacewireError('bad-request', `The form cannot be read: ${error.message}.`);
  }
}
