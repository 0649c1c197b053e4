import { setTimeout as sleep } from 'node:timers/promises';

/**
 * Polls until `probe` gives something.
 * @throws Error naming `what` when the time is up
 */
export async function waitFor<T>(
  probe: () => T | undefined | Promise<T | undefined>,
  options: { what: string; timeoutMs?: number; everyMs?: number },
): Promise<T> {
  const { what, timeoutMs = 15_000, everyMs = 5 } = options;
  const until = Date.now() + timeoutMs;
  for (;;) {
    const found = await probe();
    if (found !== undefined && found !== false) return found;
    if (Date.now() > until) throw new Error(`not within ${timeoutMs} ms: ${what}`);
    await sleep(everyMs);
  }
}
