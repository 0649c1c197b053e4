import type { z } from 'zod';
import type { ZodOpenApiOperationObject, ZodOpenApiResponseObject } from 'zod-openapi';
import { ERRORS, type ErrorCode } from '../../protocol/errors.ts';
import { type ConsoleRole, problemSchema } from '../../protocol/rest.ts';
import { examples } from './openapi-examples.ts';

/** The least role that is let in; `kiosk` is for kiosks alone, `public` takes no login. */
export type Access = 'public' | 'kiosk' | ConsoleRole;

const SECURITY: Partial<Record<Access, Record<string, string[]>[]>> = { public: [], kiosk: [{ kiosk: [] }] };

/** Errors that any request may meet. */
const EVERYWHERE: ErrorCode[] = ['rate-limited', 'database-unavailable', 'internal'];
const LOGGED_IN: ErrorCode[] = ['unauthenticated', 'forbidden', 'bad-origin'];
/** Errors that a form with photos may meet. */
export const UPLOAD: ErrorCode[] = [
  'bad-request',
  'validation',
  'too-large',
  'workers-unavailable',
  'redis-unavailable',
];

/** An operation with its role, and the errors that come with it. */
export function operation(description: {
  id: string;
  tag: 'Recognition' | 'People' | 'Evaluation' | 'Training' | 'Kiosks' | 'Login' | 'Operation';
  summary: string;
  detail?: string;
  role: Access;
  parameters?: ZodOpenApiOperationObject['requestParams'];
  body?: { type: string; schema: z.ZodType; example?: unknown };
  answers: Record<`${1 | 2 | 3 | 4 | 5}${string}`, ZodOpenApiResponseObject>;
  errors?: ErrorCode[];
}): ZodOpenApiOperationObject {
  const { id, tag, summary, detail, role, parameters, body, answers, errors = [] } = description;
  const codes = [...new Set([...errors, ...(role === 'public' ? [] : LOGGED_IN), ...EVERYWHERE])];
  return {
    operationId: id,
    tags: [tag],
    summary,
    ...(detail ? { description: detail } : {}),
    'x-role': role,
    security: SECURITY[role] ?? [{ bearer: [] }, { console: [] }],
    ...(parameters ? { requestParams: parameters } : {}),
    ...(body
      ? {
          requestBody: {
            required: true,
            content: {
              [body.type]: { schema: body.schema, ...(body.example ? { example: body.example } : {}) },
            },
          },
        }
      : {}),
    responses: { ...answers, ...problems(codes, Object.keys(answers)) },
  };
}

/** One answer for each status; errors that share one are told apart by `code`. */
function problems(codes: ErrorCode[], taken: string[]): Record<string, ZodOpenApiResponseObject> {
  const byStatus = Map.groupBy(codes, (code) => String(ERRORS[code].status));
  return Object.fromEntries(
    [...byStatus]
      .filter(([status]) => !taken.includes(status))
      .map(([status, group]) => [
        status,
        {
          description: group.map((code) => `${ERRORS[code].title} (\`${code}\`).`).join(' '),
          content: {
            'application/problem+json': {
              schema: problemSchema,
              examples: Object.fromEntries(group.map((code) => [code, { value: examples.problem(code) }])),
            },
          },
        },
      ]),
  );
}

/** A JSON answer. */
export function json(description: string, schema: z.ZodType, example?: unknown): ZodOpenApiResponseObject {
  return {
    description,
    content: { 'application/json': { schema, ...(example === undefined ? {} : { example }) } },
  };
}
