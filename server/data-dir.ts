import { createHash } from 'node:crypto';
import { mkdirSync, rmSync } from 'node:fs';
import { connect, createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

export class DataDirError extends Error {
  readonly code = 'data-dir';
}

/**
 * Claims a data folder for this process: its database and its Redis bear one server only.
 * The claim is a listening socket, which the kernel takes back however the process ends.
 * @returns gives the claim up
 * @throws {DataDirError} when another server has the folder, or it cannot be written
 */
export async function claimDataDir(path: string): Promise<() => Promise<void>> {
  const dir = resolve(path);
  try {
    mkdirSync(dir, { recursive: true, mode: 0o700 });
  } catch (cause) {
    throw new DataDirError(`DATA_DIR ${dir} cannot be made (${(cause as NodeJS.ErrnoException).code}).`, {
      cause,
    });
  }
  const hash = createHash('sha256').update(dir).digest('hex').slice(0, 16);
  const inside = join(dir, 'server.sock');
  const socket = inside.length <= 100 ? inside : join(tmpdir(), `facewire-claim-${hash}.sock`);
  if (await listens(socket)) {
    throw new DataDirError(
      `Another Facewire server uses ${dir}. Stop it, or set DATA_DIR to another folder.`,
    );
  }
  rmSync(socket, { force: true });
  const server = await claim(socket, dir);
  return () => new Promise((done) => server.close(() => done()));
}

function listens(socket: string): Promise<boolean> {
  return new Promise((done) => {
    const client = connect(socket);
    client.once('connect', () => done(true)).once('error', () => done(false));
    client.once('connect', () => client.destroy());
  });
}

function claim(socket: string, dir: string): Promise<Server> {
  return new Promise((done, fail) => {
    const server = createServer((connection) => connection.destroy());
    server.once('error', (cause) =>
      fail(new DataDirError(`DATA_DIR ${dir} cannot be claimed: ${cause.message}`)),
    );
    server.listen(socket, () => done(server.unref()));
  });
}
