import { type ChildProcess, spawn } from 'node:child_process';
import { join } from 'node:path';
import type { Logger } from '../../config/logger.ts';

const STOP_TIMEOUT_MS = 8_000;
const FIRST_RESTART_MS = 200;
const SLOWEST_RESTART_MS = 10_000;
/** A worker that lived this long did not fail at its start, so its successor is started at once. */
const GOOD_LIFE_MS = 30_000;

/** Keeps `count` worker processes alive: one that ends is replaced, ever more slowly if it keeps ending. */
export class WorkerSupervisor {
  readonly #script: string;
  readonly #environment: NodeJS.ProcessEnv;
  readonly #logger: Logger;
  readonly #children = new Set<ChildProcess>();
  readonly #timers = new Set<NodeJS.Timeout>();
  #closing = false;

  /** @param options.script of the processes, from the project's root */
  constructor(options: {
    count: number;
    environment: NodeJS.ProcessEnv;
    logger: Logger;
    script?: 'workers/main.ts' | 'workers/train/main.ts';
  }) {
    this.#script = join(import.meta.dirname, '../..', options.script ?? 'workers/main.ts');
    this.#environment = options.environment;
    this.#logger = options.logger;
    for (let i = 0; i < options.count; i++) this.#spawn(FIRST_RESTART_MS);
  }

  get pids(): number[] {
    return [...this.#children].flatMap(({ pid }) => pid ?? []);
  }

  async close(): Promise<void> {
    this.#closing = true;
    for (const timer of this.#timers) clearTimeout(timer);
    await Promise.all(
      [...this.#children].map(async (child) => {
        const gone = new Promise((done) => child.once('exit', done));
        child.kill('SIGTERM');
        const timer = setTimeout(() => child.kill('SIGKILL'), STOP_TIMEOUT_MS);
        await gone;
        clearTimeout(timer);
      }),
    );
  }

  #spawn(restartMs: number): void {
    const startedAt = Date.now();
    const child = spawn(process.execPath, [this.#script], {
      env: this.#environment,
      // The IPC channel tells the worker when this process is gone. Detached, it hears Ctrl-C from us only.
      stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
      detached: true,
    });
    this.#children.add(child);
    child.once('exit', (code, signal) => {
      this.#children.delete(child);
      if (this.#closing) return;
      const delay = Date.now() - startedAt > GOOD_LIFE_MS ? FIRST_RESTART_MS : restartMs;
      this.#logger.error({ child: child.pid, code, signal, delay }, 'worker ended; starting another');
      const timer = setTimeout(() => {
        this.#timers.delete(timer);
        this.#spawn(Math.min(delay * 2, SLOWEST_RESTART_MS));
      }, delay);
      this.#timers.add(timer);
    });
    this.#logger.info({ child: child.pid }, 'worker started');
  }
}
