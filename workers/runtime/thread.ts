import { Worker } from 'node:worker_threads';
import type { FromThread, ThreadMethods, ToThread } from './serve-thread.ts';

/** A thread ended or refused to start; `message` carries the reason it gave. */
export class ThreadError extends Error {
  override readonly name = 'ThreadError';
  readonly code = 'thread';
}

/** A worker_thread whose methods are called by message, one after the other in the order of the calls. */
export type Thread<Methods extends ThreadMethods> = {
  /**
   * @param transfer buffers handed over rather than copied; the caller's views of them become empty
   * @throws {ThreadError} when the method throws, or the thread is gone
   */
  call<Name extends keyof Methods & string>(
    name: Name,
    argument: Parameters<Methods[Name]>[0],
    transfer?: ArrayBuffer[],
  ): Promise<Awaited<ReturnType<Methods[Name]>>>;
  /** Ends the thread after the calls already made. */
  close(): Promise<void>;
};

/**
 * Starts `script`, a module that calls `serveThread`, and waits until it has started.
 * @param options.data handed to the script's start function
 * @param options.onDeath called when the thread ends without having been closed
 * @returns the thread and what its start function told
 * @throws {ThreadError} with the reason when the start function throws
 */
export async function startThread<Methods extends ThreadMethods, Started>(options: {
  script: URL;
  data: unknown;
  onDeath: (error: ThreadError) => void;
}): Promise<{ thread: Thread<Methods>; started: Started }> {
  const worker = new Worker(options.script, { workerData: options.data });
  const calls = new Map<number, PromiseWithResolvers<unknown>>();
  const start = Promise.withResolvers<Started>();
  let phase: 'starting' | 'running' | 'ended' = 'starting';
  let closing = false;
  let lastCall = 0;

  const end = (error: ThreadError): void => {
    if (phase === 'ended') return;
    const was = phase;
    phase = 'ended';
    for (const call of calls.values()) call.reject(error);
    calls.clear();
    if (was === 'starting') start.reject(error);
    else if (!closing) options.onDeath(error);
  };
  worker.on('message', (message: FromThread) => {
    if (message.type === 'started') {
      phase = 'running';
      start.resolve(message.value as Started);
    } else if (message.type === 'start-failed') {
      end(new ThreadError(message.message));
    } else {
      const call = calls.get(message.id);
      calls.delete(message.id);
      if (message.type === 'result') call?.resolve(message.value);
      else call?.reject(new ThreadError(message.message));
    }
  });
  worker.on('error', (cause: Error) =>
    end(new ThreadError(`A thread broke down: ${cause.message}`, { cause })),
  );
  worker.on('exit', (code) => end(new ThreadError(`A thread ended with code ${code}.`)));

  const started = await start.promise;
  const call = (name: string, argument: unknown, transfer: ArrayBuffer[] = []): Promise<unknown> => {
    if (phase === 'ended') return Promise.reject(new ThreadError('The thread is gone.'));
    const id = ++lastCall;
    const pending = Promise.withResolvers<unknown>();
    calls.set(id, pending);
    worker.postMessage({ id, name, argument } satisfies ToThread, transfer);
    return pending.promise;
  };
  return {
    started,
    thread: {
      call: call as Thread<Methods>['call'],
      async close() {
        closing = true;
        await Promise.allSettled([...calls.values()].map(({ promise }) => promise));
        await worker.terminate();
      },
    },
  };
}
