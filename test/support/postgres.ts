import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { chownSync, existsSync, readdirSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';

/** The folder of `initdb` and `postgres`: on the PATH, or where Debian puts them. */
export function findPostgres(): string | undefined {
  const debian = '/usr/lib/postgresql';
  const versions = existsSync(debian)
    ? readdirSync(debian).map((version) => join(debian, version, 'bin'))
    : [];
  return [...(process.env.PATH ?? '').split(delimiter), ...versions].find(
    (folder) => existsSync(join(folder, 'initdb')) && existsSync(join(folder, 'postgres')),
  );
}

/** The user that PostgreSQL runs as: it refuses root. */
function unprivileged(): { uid: number; gid: number } | undefined {
  if (process.getuid?.() !== 0) return undefined;
  for (const name of ['postgres', 'nobody']) {
    const id = (flag: string) => spawnSync('id', [flag, name], { encoding: 'utf8' });
    const uid = id('-u');
    if (uid.status === 0) return { uid: Number(uid.stdout), gid: Number(id('-g').stdout) };
  }
  return undefined;
}

/** A PostgreSQL of one test, on a unix socket. */
export async function startTestPostgres(bin: string): Promise<{ url: string; close(): Promise<void> }> {
  const folder = await mkdtemp(join(tmpdir(), 'facewire-pg-'));
  const user = unprivileged();
  if (user) chownSync(folder, user.uid, user.gid);
  const data = join(folder, 'data');
  const asUser = { ...user, cwd: folder, env: { ...process.env, LC_ALL: 'C' } };
  execFileSync(join(bin, 'initdb'), ['-D', data, '-U', 'facewire', '-A', 'trust', '--no-sync'], {
    ...asUser,
    stdio: 'ignore',
  });
  const server = spawn(join(bin, 'postgres'), ['-D', data, '-k', folder, '-h', '', '-F'], {
    ...asUser,
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  await new Promise<void>((ready, fail) => {
    let log = '';
    server.once('exit', (code) => fail(new Error(`postgres ended at once (${code}): ${log}`)));
    server.stderr.on('data', (chunk: Buffer) => {
      log += chunk.toString();
      if (/ready to accept connections/.test(log)) ready();
    });
  });
  return {
    url: `postgres://facewire@/postgres?host=${encodeURIComponent(folder)}`,
    async close() {
      const gone = new Promise((done) => server.once('exit', done));
      server.kill('SIGINT'); // Fast shutdown: connections are cut.
      await gone;
      await rm(folder, { recursive: true, force: true });
    },
  };
}
