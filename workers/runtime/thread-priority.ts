import { readlinkSync } from 'node:fs';
import { setPriority } from 'node:os';

/** Steps of the scheduler's scale of 20: where cores are scarce, about a tenth of the share of a thread at 0. */
const LOW = 10;

/**
 * Has the calling thread give way to all others where cores are scarce. On Linux a priority is a thread's own;
 * elsewhere nothing is done.
 */
export function giveWayToOtherThreads(): void {
  if (process.platform !== 'linux') return;
  try {
    // "PID/task/TID"; file system calls that are synchronous are made by the calling thread.
    const id = Number(readlinkSync('/proc/thread-self').split('/').at(-1));
    if (id > 0) setPriority(id, LOW);
  } catch {
    // Without /proc, or where it is not allowed, the thread keeps its share.
  }
}
