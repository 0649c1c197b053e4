/**
 * How live work holds back training within one process, and how training is ended: flags in shared memory that the
 * training thread looks at between two pieces of its work.
 */

/** No crop is in hand, but the next one is due: it is not to find the processor's caches full of gradients. */
const QUIET_MS = 100;
/** A worker that is never quiet trains all the same: after each wait of this length, for a fortieth of it. */
const PATIENCE_MS = 1000;
const SLICE_MS = PATIENCE_MS / 40;
/** The end may have been said just before the thread began to wait. */
const LOOK_MS = 100;

const [QUIET, BUSY] = [0, 1];

/** What one training thread looks at. */
export type Reins = { readonly busy: SharedArrayBuffer; readonly end: SharedArrayBuffer };

export type LiveSignal = {
  /** For a thread that begins. @returns what it is to look at, and how it is told to come to an end */
  hold(): { reins: Reins; end: () => void };
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
    hold() {
      const end = new Int32Array(new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT));
      return {
        reins: { busy: memory, end: end.buffer },
        end() {
          Atomics.store(end, 0, 1);
          Atomics.notify(flag, 0);
        },
      };
    },
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

/** Training is over: what was under way is of no use any more. */
export class TrainingEnded extends Error {
  override readonly name = 'TrainingEnded';

  constructor() {
    super('The training was ended.');
  }
}

/**
 * The training thread's side.
 * @returns to be called before each piece of work: it returns when no live work is in hand, and now and then all the
 * same; it throws {@link TrainingEnded} once training is to end
 */
export function createPause({ busy, end }: Reins): () => void {
  const [flag, ending] = [new Int32Array(busy), new Int32Array(end)];
  let goesOnUntil = 0;
  const wait = (): void => {
    if (Atomics.load(flag, 0) === QUIET || performance.now() < goesOnUntil) return;
    const until = performance.now() + PATIENCE_MS;
    while (Atomics.wait(flag, 0, BUSY, LOOK_MS) === 'timed-out') {
      if (Atomics.load(ending, 0) !== 0) return;
      if (performance.now() < until) continue;
      goesOnUntil = performance.now() + SLICE_MS;
      return;
    }
  };
  return () => {
    if (Atomics.load(ending, 0) === 0) wait();
    if (Atomics.load(ending, 0) !== 0) throw new TrainingEnded();
  };
}
