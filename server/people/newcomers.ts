/** A worker's replica of the gallery may lag behind the database by so much. */
const REPLICA_LAG_MS = 5000;
/** Far more than are enrolled while one person's photos are looked at. */
const MOST_KEPT = 2000;

/**
 * Who was enrolled a moment ago. Photos are searched by the workers before their person is stored, so two people
 * who are enrolled at the same time are not found by each other's search: those are compared here.
 */
export type Newcomers = {
  /** Begins a search; `since` gives whom it may have missed, until `end`. */
  watch(): { since(): string[]; end(): void };
  add(personId: string): void;
  /** Runs one piece of work after the other: looking whether somebody is there, and storing them. */
  inTurn<T>(work: () => Promise<T>): Promise<T>;
};

export function createNewcomers({ now = Date.now }: { now?: () => number } = {}): Newcomers {
  const watches = new Set<{ from: number }>();
  let enrolled: { id: string; at: number }[] = [];
  let turn: Promise<unknown> = Promise.resolve();

  return {
    watch() {
      const watch = { from: now() - REPLICA_LAG_MS };
      watches.add(watch);
      return {
        since: () => enrolled.filter(({ at }) => at >= watch.from).map(({ id }) => id),
        end: () => void watches.delete(watch),
      };
    },
    add(id) {
      const oldest = Math.min(now() - REPLICA_LAG_MS, ...[...watches].map(({ from }) => from));
      enrolled = [...enrolled.filter(({ at }) => at >= oldest).slice(1 - MOST_KEPT), { id, at: now() }];
    },
    inTurn(work) {
      const result = turn.then(work, work);
      turn = result.catch(() => {});
      return result;
    },
  };
}
