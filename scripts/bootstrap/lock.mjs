import { linkSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { readText } from './files.mjs';
import { say } from './run.mjs';

const POLL_MS = 200;

/**
 * Runs the work while no other process does any under the same lock, waiting for as long as that takes. The lock is
 * a file that names its owner, so that one left by a process that is no more is taken over.
 * @template T
 * @param {{ path: string, waiting?: (pid: string) => void }} options
 * @param {() => Promise<T>} work
 * @returns {Promise<T>}
 */
export async function withLock({ path, waiting = tellWaiting }, work) {
  const self = identify(process.pid) ?? String(process.pid);
  let told = false;
  while (!acquire(path, self)) {
    const owner = readText(path);
    if (owner === undefined) continue;
    if (!isAlive(owner)) {
      clearAway(path, owner);
      continue;
    }
    if (!told) waiting(pidOf(owner));
    told = true;
    await sleep(POLL_MS);
  }
  const release = () => {
    if (readText(path) === self) rmSync(path, { force: true });
  };
  process.on('exit', release);
  try {
    return await work();
  } finally {
    process.off('exit', release);
    release();
  }
}

/**
 * A process by its number and, where the system tells it, its start: numbers are used again, in containers soon.
 * @param {number} pid
 * @returns {string | undefined} undefined when there is no such process, or when it has ended and nobody asked how
 */
export function identify(pid) {
  try {
    process.kill(pid, 0);
  } catch (error) {
    if (/** @type {NodeJS.ErrnoException} */ (error).code === 'ESRCH') return undefined;
  }
  const stat = readText(`/proc/${pid}/stat`);
  // proc(5): the name, in brackets, may hold anything; after it come the state and, 19 fields on, the start.
  const [state, ...fields] = stat?.slice(stat.lastIndexOf(')') + 2).split(' ') ?? [];
  if (state === 'Z' || state === 'X') return undefined;
  return [pid, ...fields.slice(18, 19)].join(' ');
}

/**
 * @param {string} path
 * @param {string} self
 */
function acquire(path, self) {
  // Linked into place with its content, so that nobody ever reads a lock without an owner.
  const draft = `${path}.${process.pid}`;
  writeFileSync(draft, self);
  try {
    linkSync(draft, path);
    return true;
  } catch (error) {
    if (/** @type {NodeJS.ErrnoException} */ (error).code === 'EEXIST') return false;
    throw error;
  } finally {
    rmSync(draft, { force: true });
  }
}

/**
 * Removes a dead owner's lock. Of several that try, one moves the file; whoever finds that it moved a live owner's
 * puts it back.
 * @param {string} path
 * @param {string} deadOwner
 */
function clearAway(path, deadOwner) {
  const aside = `${path}.${process.pid}.stale`;
  try {
    renameSync(path, aside);
    if (readText(aside) !== deadOwner) linkSync(aside, path);
  } catch (error) {
    const { code } = /** @type {NodeJS.ErrnoException} */ (error);
    if (code !== 'ENOENT' && code !== 'EEXIST') throw error;
  } finally {
    rmSync(aside, { force: true });
  }
}

/** @param {string} owner */
function isAlive(owner) {
  return identify(Number(pidOf(owner))) === owner;
}

/** @param {string} owner */
function pidOf(owner) {
  return owner.split(' ', 1)[0] ?? '';
}

/** @param {string} pid */
function tellWaiting(pid) {
  say(`another one (process ${pid}) is at work here; waiting for it`);
}
