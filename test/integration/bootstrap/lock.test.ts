import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { identify, withLock } from '../../../scripts/bootstrap/lock.mjs';

const MODULE = new URL('../../../scripts/bootstrap/lock.mjs', import.meta.url).href;

type Holder = ChildProcessByStdio<null, Readable, null> & { from: number };

let folder: string;
let path: string;
let children: Holder[];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'lock-test-'));
  path = join(folder, 'lock');
  children = [];
});

afterEach(() => {
  for (const child of children) child.kill('SIGKILL');
  rmSync(folder, { recursive: true });
});

/** A process that takes the lock and keeps it for that long; answers once it has it. */
async function holder(forMs: number): Promise<Holder> {
  const code = `
    import { withLock } from ${JSON.stringify(MODULE)};
    await withLock({ path: ${JSON.stringify(path)}, waiting() {} }, async () => {
      console.log(Date.now());
      await new Promise((done) => setTimeout(done, ${forMs}));
      console.log(Date.now());
    });`;
  const child = spawn(process.execPath, ['--input-type=module', '-e', code], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const started = Object.assign(child, { from: Number.NaN });
  children.push(started);
  const [from] = await once(child.stdout.setEncoding('utf8'), 'data');
  return Object.assign(started, { from: Number(from) });
}

/** When the process had the lock: until it gives it back it can only be later than it says. */
async function stayOf(child: Holder): Promise<{ from: number; to: number }> {
  const [to] = await once(child.stdout, 'data');
  return { from: child.from, to: Number(to) };
}

it('waits for the process that holds it, tells so once, and leaves nothing behind', async () => {
  const other = await holder(1000);
  const told: string[] = [];
  let othersEnd: number | undefined;
  other.on('exit', () => {
    othersEnd = performance.now();
  });
  await withLock({ path, waiting: (pid) => told.push(pid) }, async () => {
    expect(existsSync(path)).toBe(true);
  });
  await expect.poll(() => othersEnd).toBeDefined();
  expect(told).toEqual([String(other.pid)]);
  expect(readdirSync(folder)).toEqual([]);
});

it('is taken over from a process that was killed', async () => {
  const other = await holder(60_000);
  other.kill('SIGKILL');
  await once(other, 'exit');
  expect(existsSync(path)).toBe(true);
  expect(await withLock({ path }, async () => 'done')).toBe('done');
  expect(readdirSync(folder)).toEqual([]);
});

it('is taken over when its number belongs to another process by now', async () => {
  writeFileSync(path, `${process.ppid} 1`);
  expect(await withLock({ path }, async () => 'done')).toBe('done');
});

it('lets one at a time through, also of many that find a dead owner', async () => {
  writeFileSync(path, '4194305 1');
  const held = await Promise.all([1, 2, 3, 4].map(async () => stayOf(await holder(100))));
  held.sort((a, b) => a.from - b.from);
  for (const [index, stay] of held.entries()) {
    expect(stay.from).toBeGreaterThanOrEqual(held[index - 1]?.to ?? 0);
  }
});

it('is given back when the work fails', async () => {
  const failing = withLock({ path }, async () => Promise.reject(new Error('no')));
  await expect(failing).rejects.toThrow('no');
  expect(readdirSync(folder)).toEqual([]);
});

it('tells processes of one number apart by their start', () => {
  expect(identify(process.pid)).toMatch(new RegExp(`^${process.pid}( \\d+)?$`));
  expect(identify(4_194_305)).toBeUndefined();
});
