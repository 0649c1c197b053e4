import type { z } from 'zod';
import type { ErrorCode } from '../../protocol/errors.ts';
import { type codeLoginSchema, problemSchema, sessionSchema } from '../../protocol/rest.ts';
import type { ClientKind } from '../../protocol/signaling.ts';

export type Session = z.infer<typeof sessionSchema>;

export type Login =
  | { kind: 'session'; session: Session }
  /** Neither a link nor a cookie: the page was opened by its bare address. */
  | { kind: 'no-session' }
  /** The link's code was used before, or has expired. */
  | { kind: 'link-used' }
  /** `message` is the server's; there is none when it did not answer. */
  | { kind: 'failed'; message?: string; retryable: boolean };

/**
 * Logs this browser in. A link ends in `#code=…`: the code is exchanged for an HttpOnly cookie and taken out of
 * the address bar, so that it stays in no history. Without a code the cookie of an earlier visit decides.
 * A used code is no obstacle where such a cookie still holds: the page was reloaded from a bookmark.
 */
export async function login(options: {
  client: ClientKind;
  location: Pick<Location, 'hash' | 'pathname' | 'search'>;
  history: Pick<History, 'replaceState'>;
  fetch: typeof fetch;
}): Promise<Login> {
  const { client, location, history, fetch } = options;
  const code = new URLSearchParams(location.hash.slice(1)).get('code');
  if (!code) return existingSession(options);
  const answer = await ask(fetch, '/auth/code', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ code } satisfies z.infer<typeof codeLoginSchema>),
  });
  // A code that was not judged (server down) is kept, so that a reload can try it again.
  if (answer.kind === 'failed' && answer.retryable) return answer;
  history.replaceState(null, '', `${location.pathname}${location.search}`);
  if (answer.kind === 'session') return answer;
  const earlier = await existingSession({ client, fetch });
  return earlier.kind === 'session' ? earlier : answer.kind === 'no-session' ? { kind: 'link-used' } : answer;
}

async function existingSession(options: { client: ClientKind; fetch: typeof fetch }): Promise<Login> {
  return ask(options.fetch, `/auth/session?client=${options.client}`, {});
}

async function ask(fetch: typeof globalThis.fetch, path: string, init: RequestInit): Promise<Login> {
  let response: Response;
  let body: unknown;
  try {
    response = await fetch(path, { credentials: 'same-origin', ...init });
    body = await response.json().catch(() => undefined);
  } catch {
    return { kind: 'failed', retryable: true };
  }
  if (response.ok) {
    const session = sessionSchema.safeParse(body);
    if (session.success) return { kind: 'session', session: session.data };
    return { kind: 'failed', retryable: false };
  }
  const problem = problemSchema.safeParse(body);
  if (problem.data?.code === ('code-used' satisfies ErrorCode)) return { kind: 'link-used' };
  if (response.status === 401) return { kind: 'no-session' };
  return {
    kind: 'failed',
    ...(problem.data ? { message: problem.data.detail } : {}),
    retryable: problem.data?.retryable ?? response.status >= 500,
  };
}
