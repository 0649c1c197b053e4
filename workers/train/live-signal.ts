/** How live work holds back training within one process: a flag in shared memory that the training thread waits on. */

/** No crop is in hand, but the next one is due: it is not to find the processor's caches full of gradients. */
const QUIET_MS = 100;
/** A worker that is never quiet trains all the same: after each wait of this length, for a fortieth of it. */
const PATIENCE_MS = 1000;
const SLICE_MS = PATIENCE_MS / 40;

const [QUIET, BUSY] = [0, 1];

export type LiveSignal = {
  readonly memory: SharedArrayBuffer;
  /** Counts live work for as long as it lasts. */
  during<T>(work: () => Promise<T>): Promise<T>;
  /** Whether training is held back now. */
  readonly busy: boolean;
};

/** The side of those who do live work. */
export function createLiveSignal(options: { quietMs?: number } = {}): LiveSignal {
  const { quietMs = QUIET_MS } = options;
  const memory = new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT);
  const flag = new Int32Array(memory);
  let inHand = 0;
  let timer: NodeJS.Timeout | undefined;

  const release = (): void => {
    timer = undefined;
    if (inHand > 0) return;
    Atomics.store(flag, 0, QUIET);
    Atomics.notify(flag, 0);
  };
  return {
    memory,
    async during(work) {
      inHand += 1;
      Atomics.store(flag, 0, BUSY);
      try {
        return await work();
      } finally {
        inHand -= 1;
        if (inHand === 0) {
          if (timer) timer.refresh();
          else timer = setTimeout(release, quietMs).unref();
        }
      }
    },
    get busy() {
      return Atomics.load(flag, 0) === BUSY;
    },
  };
}

/**
 * The training thread's side.
 * @returns to be called before each piece of work: it returns when no live work is in hand, and now and then all the same
 */
export function createPause(memory: SharedArrayBuffer): () => void {
  const flag = new Int32Array(memory);
  let goesOnUntil = 0;
  return () => {
    if (Atomics.load(flag, 0) === QUIET || performance.now() < goesOnUntil) return;
    if (Atomics.wait(flag, 0, BUSY, PATIENCE_MS) === 'timed-out') {
      goesOnUntil = performance.now() + SLICE_MS;
    }
  };
}
