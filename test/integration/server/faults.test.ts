import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { facesMissing, peopleWithPhotos } from '../../support/faces.ts';
import { enrol, startFacewireProcess, type TestServer } from '../../support/facewire.ts';

if (facesMissing) console.warn(`the fault tests are skipped: ${facesMissing}`);

/** Processes that the server started, by a word of their command line. */
function children(server: TestServer, word: string): number[] {
  const table = execFileSync('ps', ['-o', 'pid=,args=', '--ppid', String(server.process.pid)], {
    encoding: 'utf8',
  });
  return table
    .split('\n')
    .filter((line) => line.includes(word))
    .map((line) => Number.parseInt(line, 10));
}

const isAlive = (pid: number) => existsSync(`/proc/${pid}`);

describe.skipIf(facesMissing)('faults', () => {
  const dataDir = mkdtempSync(join(tmpdir(), 'facewire-faults-'));
  const [person, other] = peopleWithPhotos(4);
  let server: TestServer;

  beforeAll(async () => {
    server = await startFacewireProcess({ dataDir, environment: { LOG_LEVEL: 'warn' } });
  }, 120_000);
  afterAll(async () => {
    await server.stop();
    rmSync(dataDir, { recursive: true, force: true });
  });

  const ready = async () => (await server.api('GET', '/readyz')).status;
  const identify = async (photo: string) => {
    const form = new FormData();
    const { readFileSync } = await import('node:fs');
    form.append('photos', new Blob([readFileSync(photo)]), 'probe.jpg');
    const response = await server.api('POST', '/identify', form);
    const body = (await response.json()) as { photos?: { faces: { person?: { name: string } }[] }[] };
    return body.photos?.[0]?.faces[0]?.person?.name;
  };

  test('a killed worker is replaced, and recognises who was enrolled before', async () => {
    await enrol(server, person?.name ?? '', person?.photos.slice(1, 4) ?? []);
    const [worker] = children(server, 'workers/main.ts');
    process.kill(worker as number, 'SIGKILL');
    await expect
      .poll(() => children(server, 'workers/main.ts').filter((pid) => pid !== worker).length, {
        timeout: 5000,
      })
      .toBe(1);
    await expect.poll(ready, { timeout: 30_000 }).toBe(200);
    expect(await identify(person?.photos[0] ?? '')).toBe(person?.name);
  }, 60_000);

  test('a killed redis-server comes back with everything that was acknowledged', async () => {
    const [redis] = children(server, 'redis-server');
    process.kill(redis as number, 'SIGKILL');
    await expect.poll(ready, { timeout: 30_000, interval: 100 }).toBe(200);
    expect(await identify(person?.photos[0] ?? '')).toBe(person?.name);
    await enrol(server, other?.name ?? '', other?.photos.slice(1, 4) ?? []);
    await expect.poll(() => identify(other?.photos[0] ?? ''), { timeout: 5000 }).toBe(other?.name);
  }, 60_000);

  test('SIGTERM ends the server with code 0 and leaves no process behind', async () => {
    const left = ['redis-server', 'workers/main.ts', 'mediasoup-worker'].flatMap((word) =>
      children(server, word),
    );
    expect(left).toHaveLength(3);
    expect(await server.stop()).toBe(0);
    expect(left.filter(isAlive)).toEqual([]);
  }, 30_000);

  test('after kill -9 a second start takes the data folder over, with the people in it', async () => {
    server = await startFacewireProcess({ dataDir, environment: { LOG_LEVEL: 'warn' } });
    const left = ['redis-server', 'workers/main.ts', 'mediasoup-worker'].flatMap((word) =>
      children(server, word),
    );
    server.process.kill('SIGKILL');
    await new Promise((done) => server.process.once('exit', done));
    server = await startFacewireProcess({ dataDir, environment: { LOG_LEVEL: 'warn' } });
    await expect.poll(() => left.filter(isAlive), { timeout: 10_000 }).toEqual([]);
    expect(await identify(person?.photos[0] ?? '')).toBe(person?.name);
  }, 120_000);

  test('a second server on the same data folder is refused with a sentence', async () => {
    await expect(startFacewireProcess({ dataDir })).rejects.toThrow(/Another Facewire server uses/);
  });
});
