/** A bounded number of places, given in the order in which they were asked for. */
export type Places = {
  /** @returns gives the place back; rejects with the signal's reason when it is aborted while waiting */
  take(signal?: AbortSignal): Promise<() => void>;
};

export function createPlaces(count: number): Places {
  let free = count;
  const waiting = new Set<() => void>();
  const giveBack = () => {
    const [next] = waiting;
    if (next) next();
    else free += 1;
  };
  return {
    async take(signal) {
      signal?.throwIfAborted();
      if (free > 0) {
        free -= 1;
      } else {
        await new Promise<void>((resolve, reject) => {
          const abort = () => {
            waiting.delete(turn);
            reject(signal?.reason as Error);
          };
          const turn = () => {
            waiting.delete(turn);
            signal?.removeEventListener('abort', abort);
            resolve();
          };
          waiting.add(turn);
          signal?.addEventListener('abort', abort, { once: true });
        });
      }
      let given = false;
      return () => {
        if (!given) giveBack();
        given = true;
      };
    },
  };
}
