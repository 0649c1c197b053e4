import { parentPort, workerData } from 'node:worker_threads';

// biome-ignore lint/suspicious/noExplicitAny: a method's argument type is known to its caller only
export type ThreadMethods = Record<string, (argument: any) => unknown>;

export type ToThread = { id: number; name: string; argument: unknown };
export type FromThread =
  | { type: 'started'; value: unknown }
  | { type: 'start-failed'; message: string }
  | { type: 'result'; id: number; value: unknown }
  | { type: 'failure'; id: number; message: string };

/**
 * The thread's side of `startThread`. Calls run strictly one after the other, so that a method never
 * meets the half-done work of another. A result that is a Float32Array is handed over, not copied.
 */
export async function serveThread<Data, Started>(
  start: (data: Data) => Promise<{ started: Started; methods: ThreadMethods }>,
): Promise<void> {
  const port = parentPort;
  if (!port) throw new Error('This file is the body of a worker thread; it is not run by itself.');
  const post = (message: FromThread, transfer: ArrayBuffer[] = []) => port.postMessage(message, transfer);

  let served: Awaited<ReturnType<typeof start>>;
  try {
    served = await start(workerData as Data);
  } catch (error) {
    post({ type: 'start-failed', message: messageOf(error) });
    return;
  }
  const run = async ({ id, name, argument }: ToThread): Promise<void> => {
    try {
      const value = await served.methods[name]?.(argument);
      const own = value instanceof Float32Array && value.buffer instanceof ArrayBuffer ? [value.buffer] : [];
      post({ type: 'result', id, value }, own);
    } catch (error) {
      post({ type: 'failure', id, message: messageOf(error) });
    }
  };
  let last = Promise.resolve();
  port.on('message', (message: ToThread) => {
    last = last.then(() => run(message));
  });
  post({ type: 'started', value: served.started });
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
