import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Redis } from 'ioredis';
import { connectRedis } from '../../config/redis.ts';

/** A redis-server of one test: on a unix socket, nothing kept on disk. */
export type TestRedis = {
  url: string;
  /** A new connection, closed by `close()`. */
  connect(use?: 'commands' | 'blocking'): Redis;
  /** Kills the server as a crash would; everything in it is lost. */
  kill(): Promise<void>;
  /** Starts it again on the same socket. */
  restart(): Promise<void>;
  close(): Promise<void>;
};

export async function startTestRedis(): Promise<TestRedis> {
  const folder = await mkdtemp(join(tmpdir(), 'facewire-redis-'));
  const socket = join(folder, 'redis.sock');
  const connections: Redis[] = [];
  let server = await launch(socket, folder);
  const kill = async () => {
    if (server.exitCode !== null || server.signalCode !== null) return;
    const gone = new Promise((done) => server.once('exit', done));
    server.kill('SIGKILL');
    await gone;
  };
  return {
    url: `unix://${socket}`,
    connect(use = 'commands') {
      const connection = connectRedis({ url: `unix://${socket}`, use });
      connection.on('error', () => {}); // Tests take the server away on purpose.
      connections.push(connection);
      return connection;
    },
    kill,
    async restart() {
      await kill();
      await rm(socket, { force: true });
      server = await launch(socket, folder);
    },
    async close() {
      for (const connection of connections) connection.disconnect();
      await kill();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

async function launch(socket: string, folder: string): Promise<ChildProcess> {
  const args = ['--port', '0', '--unixsocket', socket, '--save', '', '--appendonly', 'no', '--dir', folder];
  const server = spawn('redis-server', args, { stdio: ['ignore', 'pipe', 'inherit'] });
  await new Promise<void>((ready, fail) => {
    server.once('error', (cause) => fail(new Error(`redis-server does not start: ${cause.message}`)));
    server.once('exit', (code) => fail(new Error(`redis-server ended at once (${code})`)));
    let log = '';
    server.stdout?.on('data', (chunk: Buffer) => {
      log += chunk.toString();
      if (/ready to accept connections/i.test(log)) ready();
    });
  });
  server.removeAllListeners('exit');
  return server;
}
