import { createHmac } from 'node:crypto';

export type Delivery = { ok: true } | { ok: false; reason: string };

/**
 * The header `Facewire-Signature`: `t=SECONDS,v1=HEX`. HEX is HMAC-SHA256 (RFC 2104), by the webhook's secret as it
 * was shown (UTF-8), over `SECONDS.BODY`. The time is bound in, so that an old message cannot be sent again as new.
 * @param input.at ms since 1970
 */
export function signatureHeader(input: { secret: string; body: string; at: number }): string {
  const seconds = Math.floor(input.at / 1000);
  const mac = createHmac('sha256', input.secret).update(`${seconds}.${input.body}`).digest('hex');
  return `t=${seconds},v1=${mac}`;
}

/**
 * Posts one event, once. Follows no redirect; the answer counts by its status alone, its body is not read.
 * @param input.timeoutMs until the answer's head
 * @param input.signal gives the try up
 */
export async function deliver(input: {
  url: string;
  secret: string;
  body: string;
  timeoutMs: number;
  signal?: AbortSignal;
}): Promise<Delivery> {
  const { url, secret, body, timeoutMs, signal } = input;
  const limit = AbortSignal.timeout(timeoutMs);
  try {
    const response = await fetch(url, {
      method: 'POST',
      redirect: 'manual',
      headers: {
        'content-type': 'application/json',
        'user-agent': 'Facewire',
        'facewire-signature': signatureHeader({ secret, body, at: Date.now() }),
      },
      body,
      signal: signal ? AbortSignal.any([limit, signal]) : limit,
    });
    await response.body?.cancel().catch(() => {});
    if (response.ok) return { ok: true };
    const redirected = response.status >= 300 && response.status < 400;
    return {
      ok: false,
      reason: redirected
        ? `It redirects (status ${response.status}), which is not followed: enter the final address.`
        : `It answered with status ${response.status}.`,
    };
  } catch (error) {
    if (limit.aborted) return { ok: false, reason: `It did not answer within ${timeoutMs / 1000} s.` };
    if (signal?.aborted) return { ok: false, reason: 'The server was stopped meanwhile.' };
    return { ok: false, reason: explain(error) };
  }
}

/** Codes of Node's sockets and DNS (https://nodejs.org/api/errors.html#common-system-errors); addresses are left out. */
function explain(error: unknown): string {
  const cause = error instanceof Error ? (error.cause as { code?: unknown } | undefined) : undefined;
  const code = typeof cause?.code === 'string' ? cause.code : undefined;
  switch (code) {
    case 'ECONNREFUSED':
      return 'The connection was refused: nothing listens at this address.';
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return 'The host’s name is not known to DNS.';
    case 'ECONNRESET':
    case 'UND_ERR_SOCKET':
      return 'The connection was cut before an answer came.';
    default:
      return code ? `The connection failed (${code}).` : 'The connection failed.';
  }
}
