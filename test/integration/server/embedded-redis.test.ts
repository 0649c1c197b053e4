import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createLogger } from '../../../config/logger.ts';
import { connectRedis } from '../../../config/redis.ts';
import { EmbeddedRedis, EmbeddedRedisError } from '../../../server/redis/embedded-redis.ts';

const logger = createLogger({ level: 'silent', name: 'test' });
let dataDir: string;
let open: EmbeddedRedis[] = [];

beforeEach(() => {
  dataDir = mkdtempSync(join(tmpdir(), 'facewire-redis-'));
});
afterEach(async () => {
  await Promise.all(open.map((redis) => redis.close()));
  open = [];
  rmSync(dataDir, { recursive: true, force: true });
});

async function start(dir = dataDir): Promise<EmbeddedRedis> {
  const redis = await EmbeddedRedis.start({ dataDir: dir, logger });
  open.push(redis);
  return redis;
}

async function withClient<T>(url: string, work: (client: ReturnType<typeof connectRedis>) => Promise<T>) {
  const client = connectRedis({ url, use: 'commands' });
  client.on('error', () => {});
  try {
    return await work(client);
  } finally {
    client.disconnect();
  }
}

test('what was written survives an orderly restart', async () => {
  const first = await start();
  await withClient(first.url, (client) => client.set('kept', 'yes'));
  await first.close();
  const second = await start();
  expect(await withClient(second.url, (client) => client.get('kept'))).toBe('yes');
});

test('a killed redis-server is started again, and clients go on', async () => {
  const redis = await start();
  await withClient(redis.url, async (client) => {
    await client.set('kept', 'yes', 'EX', 100);
    // The append-only file is synced every second.
    await new Promise((resolve) => setTimeout(resolve, 1200));
    process.kill(redis.pid as number, 'SIGKILL');
    await expect.poll(() => client.get('kept').catch(() => 'away'), { timeout: 8000 }).toBe('yes');
  });
});

test('a redis-server that an earlier run left behind gives way', async () => {
  const dir = join(dataDir, 'redis');
  mkdirSync(dir);
  const left = spawn('redis-server', ['--port', '0', '--unixsocket', join(dir, 'redis.sock'), '--dir', dir]);
  const leftGone = new Promise((resolve) => left.once('exit', resolve));
  await expect.poll(() => existsSync(join(dir, 'redis.sock')), { timeout: 5000 }).toBe(true);
  const next = await start();
  await leftGone;
  expect(next.pid).not.toBe(left.pid);
  expect(await withClient(next.url, (client) => client.ping())).toBe('PONG');
});

test('a data folder with a very long path works, by a socket elsewhere', async () => {
  const redis = await start(join(dataDir, 'x'.repeat(120)));
  expect(await withClient(redis.url, (client) => client.ping())).toBe('PONG');
});

test('without redis-server on the PATH it is said how to get on', async () => {
  const { PATH } = process.env;
  process.env.PATH = dataDir;
  try {
    await expect(start()).rejects.toThrow(EmbeddedRedisError);
    await expect(start()).rejects.toThrow(/Install redis-server .* or set REDIS_URL/);
  } finally {
    process.env.PATH = PATH;
  }
});
