/** Exit status after SIGINT, SIGTERM or SIGHUP: 128 + SIGINT, as shells have it. */
const INTERRUPTED = 130;

class Interrupted extends Error {}

/**
 * Runs a command of the terminal and ends the process: 0 when it is done, or the number that it gives; 1 when it
 * failed, 130 when it was stopped.
 * @param options.main gets a signal that SIGINT, SIGTERM or SIGHUP abort; a second one ends the process at once
 * @param options.explained codes of errors whose message says all that the person at the terminal needs
 * @param options.stopped what to tell when it was stopped
 */
export async function runCommand(options: {
  main: (stop: AbortSignal) => Promise<unknown>;
  explained: readonly string[];
  stopped: string;
}): Promise<never> {
  const stop = new AbortController();
  for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.on(name, () => {
      if (stop.signal.aborted) process.exit(INTERRUPTED);
      stop.abort(new Interrupted(`stopped by ${name}`));
    });
  }
  let status: unknown;
  try {
    status = await options.main(stop.signal);
  } catch (error) {
    const { code, message, cause } = error as { code?: string; message?: string; cause?: unknown };
    if (error instanceof Interrupted || cause instanceof Interrupted) {
      console.error(`\n${options.stopped}`);
      process.exit(INTERRUPTED);
    }
    console.error(code && options.explained.includes(code) ? `\n${message}\n` : error);
    process.exit(1);
  }
  process.exit(typeof status === 'number' ? status : 0);
}
