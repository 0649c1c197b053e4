import { readlinkSync } from 'node:fs';
import { setPriority } from 'node:os';

/**
 * Steps down the scheduler's scale, and what a thread then has where cores are scarce, beside one at 0: somebody waits
 * for a photo, nobody for training.
 */
export const GIVE_WAY = { toCrops: 10, toEverybody: 19 } as const; // a tenth; a seventieth (sched_prio_to_weight)

/**
 * Has the calling thread give way to others where cores are scarce. On Linux a priority is a thread's own; elsewhere
 * nothing is done.
 */
export function giveWayToOtherThreads(steps: number): void {
  if (process.platform !== 'linux') return;
  try {
    // "PID/task/TID"; file system calls that are synchronous are made by the calling thread.
    const id = Number(readlinkSync('/proc/thread-self').split('/').at(-1));
    if (id > 0) setPriority(id, steps);
  } catch {
    // Without /proc, or where it is not allowed, the thread keeps its share.
  }
}
