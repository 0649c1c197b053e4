import { type ChildProcess, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Redis } from 'ioredis';
import type { Logger } from '../../config/logger.ts';

const START_TIMEOUT_MS = 20_000;
const STOP_TIMEOUT_MS = 5_000;
const RESTART_DELAY_MS = 200;
// sockaddr_un holds 108 bytes.
const MAX_SOCKET_PATH = 100;

export class EmbeddedRedisError extends Error {
  readonly code = 'embedded-redis';
}

/** Where the redis-server of a data folder listens, when one runs. */
export function embeddedRedisUrl(dataDir: string): string {
  return `unix://${socketIn(resolve(dataDir, 'redis'))}`;
}

function socketIn(dir: string): string {
  const inDataDir = join(dir, 'redis.sock');
  const hash = createHash('sha256').update(dir).digest('hex').slice(0, 16);
  return inDataDir.length <= MAX_SOCKET_PATH ? inDataDir : join(tmpdir(), `facewire-${hash}.sock`);
}

/** An own redis-server on a unix socket, with its append-only file in the data folder; restarted when it dies. */
export class EmbeddedRedis {
  readonly url: string;
  readonly #dir: string;
  readonly #socket: string;
  readonly #logger: Logger;
  #child: ChildProcess | undefined;
  #closing = false;

  private constructor(options: { dataDir: string; logger: Logger }) {
    this.#dir = resolve(options.dataDir, 'redis');
    this.#logger = options.logger;
    this.#socket = socketOf(this.#dir);
    this.url = EmbeddedRedis.urlOf(options.dataDir);
  }

  /** Where the redis-server of a data folder listens, for a process that finds it running. */
  static urlOf(dataDir: string): string {
    return `unix://${socketOf(resolve(dataDir, 'redis'))}`;
  }

  /** @throws {EmbeddedRedisError} when redis-server is missing or does not start */
  static async start(options: { dataDir: string; logger: Logger }): Promise<EmbeddedRedis> {
    const redis = new EmbeddedRedis(options);
    mkdirSync(redis.#dir, { recursive: true, mode: 0o700 });
    await redis.#stopLeftover();
    await redis.#spawn();
    return redis;
  }

  get pid(): number | undefined {
    return this.#child?.pid;
  }

  async close(): Promise<void> {
    this.#closing = true;
    const child = this.#child;
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    const gone = new Promise((done) => child.once('exit', done));
    child.kill('SIGTERM');
    const timer = setTimeout(() => child.kill('SIGKILL'), STOP_TIMEOUT_MS);
    await gone;
    clearTimeout(timer);
  }

  /** A server that was killed outright leaves its redis-server behind, which would hold the append-only file. */
  async #stopLeftover(): Promise<void> {
    const client = this.#client();
    try {
      await client.connect();
      this.#logger.warn('a redis-server of an earlier run is still there; stopping it');
      await client.shutdown().catch(() => {});
      await sleep(200);
    } catch {
      // Nobody listens there: the usual case.
    } finally {
      client.disconnect();
    }
  }

  async #spawn(): Promise<void> {
    const settings = {
      port: '0',
      unixsocket: this.#socket,
      unixsocketperm: '700',
      dir: this.#dir,
      appendonly: 'yes',
      appendfsync: 'everysec',
      save: '',
      'maxmemory-policy': 'noeviction',
      loglevel: 'warning',
    };
    const child = spawn(
      'redis-server',
      Object.entries(settings).flatMap(([name, value]) => [`--${name}`, value]),
      // Its own group: Ctrl-C in a terminal must reach it through our orderly close only.
      { stdio: ['ignore', 'ignore', 'pipe'], detached: true },
    );
    this.#child = child;
    const failed = new Promise<never>((_, reject) => {
      child.once('error', (cause: NodeJS.ErrnoException) => {
        const why = cause.code === 'ENOENT' ? 'redis-server is not on the PATH' : cause.message;
        reject(
          new EmbeddedRedisError(
            `Redis does not start: ${why}. Install redis-server (6.2 or later), or set REDIS_URL.`,
          ),
        );
      });
      child.once('exit', (code, signal) =>
        reject(
          new EmbeddedRedisError(
            `redis-server ended at once (${signal ?? `code ${code}`}); is ${this.#dir} writable?`,
          ),
        ),
      );
    });
    // Detached, it would outlive a process that ends without an orderly close.
    const killWithUs = () => child.kill('SIGTERM');
    process.once('exit', killWithUs);
    child.once('exit', () => process.off('exit', killWithUs));
    try {
      await Promise.race([this.#answers(), failed]);
    } catch (error) {
      child.kill('SIGKILL');
      throw error;
    }
    failed.catch(() => {});
    child.once('exit', (code, signal) => void this.#restart(code, signal));
    this.#logger.info({ redis: child.pid }, 'redis-server started');
  }

  async #answers(): Promise<void> {
    const until = Date.now() + START_TIMEOUT_MS;
    while (Date.now() < until) {
      const client = this.#client();
      try {
        await client.connect();
        await client.ping(); // It answers LOADING until the append-only file is read.
        return;
      } catch {
        await sleep(30);
      } finally {
        client.disconnect();
      }
    }
    throw new EmbeddedRedisError(`redis-server does not answer after ${START_TIMEOUT_MS / 1000} s.`);
  }

  async #restart(code: number | null, signal: NodeJS.Signals | null): Promise<void> {
    if (this.#closing) return;
    this.#logger.error({ code, signal }, 'redis-server ended; starting it again');
    await sleep(RESTART_DELAY_MS);
    if (this.#closing) return;
    await this.#spawn().catch((error: unknown) => {
      this.#logger.error({ err: error }, 'redis-server did not start');
      void this.#restart(null, null);
    });
  }

  #client(): Redis {
    const client = new Redis({
      path: this.#socket,
      lazyConnect: true,
      retryStrategy: () => null,
      maxRetriesPerRequest: 0,
    });
    client.on('error', () => {});
    return client;
  }
}

function socketOf(dir: string): string {
  const inDataDir = join(dir, 'redis.sock');
  const hash = createHash('sha256').update(dir).digest('hex').slice(0, 16);
  return inDataDir.length <= MAX_SOCKET_PATH ? inDataDir : join(tmpdir(), `facewire-${hash}.sock`);
}
