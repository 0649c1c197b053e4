import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Redis } from 'ioredis';
import { connectRedis } from '../../config/redis.ts';

/** A redis-server of one test: on a unix socket. */
export type TestRedis = {
  url: string;
  /** A new connection, closed by `close()`. */
  connect(use?: 'commands' | 'blocking'): Redis;
  /** Kills the server as a crash would. */
  kill(): Promise<void>;
  /** Starts it again on the same socket, with what it kept on disk unless that is to be lost. */
  restart(options?: { empty?: boolean }): Promise<void>;
  close(): Promise<void>;
};

/** @param options.keeps writes everything to disk as the embedded one does; else a crash loses all */
export async function startTestRedis({ keeps = false } = {}): Promise<TestRedis> {
  const folder = await mkdtemp(join(tmpdir(), 'facewire-redis-'));
  const socket = join(folder, 'redis.sock');
  const connections: Redis[] = [];
  let server = await launch(socket, folder, keeps);
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
    async restart({ empty = !keeps } = {}) {
      await kill();
      await rm(socket, { force: true });
      if (empty) await rm(join(folder, 'appendonlydir'), { recursive: true, force: true });
      server = await launch(socket, folder, keeps);
    },
    async close() {
      for (const connection of connections) connection.disconnect();
      await kill();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

async function launch(socket: string, folder: string, keeps: boolean): Promise<ChildProcess> {
  const kept = ['--save', '', '--appendonly', keeps ? 'yes' : 'no'];
  const args = ['--port', '0', '--unixsocket', socket, ...kept, '--dir', folder];
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
