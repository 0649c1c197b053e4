import type { z } from 'zod';
import {
  type claimPairingSchema,
  type Pairing,
  pairingSchema,
  waitingPairingSchema,
} from '../../protocol/kiosks.ts';
import { problemSchema, sessionSchema } from '../../protocol/rest.ts';

const ASK_EVERY_MS = 1500;
const RETRY_MS = 4000;

/**
 * Waits until somebody has typed this page's code, and is then logged in by the cookie that the claim sets. A code
 * that expires is followed by the next one.
 * @param options.onCode what to show; undefined while there is none
 * @param options.signal ends the waiting without an outcome
 * @returns true once logged in, false when ended
 */
export async function waitForPairing(options: {
  fetch: typeof fetch;
  onCode: (pairing: Pick<Pairing, 'code' | 'expiresAt'> | undefined) => void;
  signal: AbortSignal;
}): Promise<boolean> {
  const { onCode, signal } = options;
  while (!signal.aborted) {
    const opened = await post(options, '/auth/pairings', {});
    const pairing = opened.status === 201 ? pairingSchema.safeParse(opened.body).data : undefined;
    if (signal.aborted) return false;
    if (!pairing) {
      await pause(opened.retryAfterMs ?? RETRY_MS, signal);
      continue;
    }
    onCode(pairing);
    const claimed = await claimInTime(options, pairing);
    onCode(undefined);
    if (claimed) return true;
  }
  return false;
}

/** @returns false when the code has expired, or the waiting was ended */
async function claimInTime(
  options: { fetch: typeof fetch; signal: AbortSignal },
  { id, secret }: Pairing,
): Promise<boolean> {
  const { signal } = options;
  while (!signal.aborted) {
    await pause(ASK_EVERY_MS, signal);
    if (signal.aborted) return false;
    const body = { secret } satisfies z.infer<typeof claimPairingSchema>;
    const answer = await post(options, `/auth/pairings/${id}/claim`, body);
    if (answer.status === 200 && sessionSchema.safeParse(answer.body).success) return true;
    if (answer.status === 404) return false;
    const waiting = answer.status === 202 && waitingPairingSchema.safeParse(answer.body).success;
    // The server may be away for a moment; the code outlives that.
    if (!waiting) await pause(answer.retryAfterMs ?? RETRY_MS, signal);
  }
  return false;
}

async function post(
  { fetch, signal }: { fetch: typeof globalThis.fetch; signal: AbortSignal },
  path: string,
  body: object,
): Promise<{ status: number; body?: unknown; retryAfterMs?: number }> {
  try {
    const response = await fetch(path, {
      method: 'POST',
      credentials: 'same-origin',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
      signal,
    });
    const answer: unknown = await response.json().catch(() => undefined);
    const seconds = problemSchema.safeParse(answer).success ? Number(response.headers.get('retry-after')) : 0;
    return {
      status: response.status,
      body: answer,
      ...(seconds > 0 ? { retryAfterMs: 1000 * seconds } : {}),
    };
  } catch {
    return { status: 0 };
  }
}

function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((done) => {
    const timer = setTimeout(done, ms);
    signal.addEventListener('abort', () => {
      clearTimeout(timer);
      done();
    });
  });
}
