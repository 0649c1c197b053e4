export type Batcher<Item, Result> = {
  /** @returns this item's result; rejects when its batch fails */
  submit(item: Item): Promise<Result>;
  readonly waiting: number;
};

/**
 * Groups what is waiting. A batch starts as soon as the one before is done, with everything that has
 * gathered since (at most `limit`), so an item that finds nobody ahead of it never waits for company.
 * @param options.run must give one result for each item, in their order
 */
export function createBatcher<Item, Result>(options: {
  limit: number;
  run: (items: Item[]) => Promise<Result[]>;
}): Batcher<Item, Result> {
  const { limit, run } = options;
  const queue: ({ item: Item } & PromiseWithResolvers<Result>)[] = [];
  let busy = false;

  const drain = async (): Promise<void> => {
    if (busy) return;
    busy = true;
    while (queue.length > 0) {
      const batch = queue.splice(0, limit);
      try {
        const results = await run(batch.map(({ item }) => item));
        if (results.length !== batch.length) {
          throw new RangeError(`A batch of ${batch.length} gave ${results.length} results.`);
        }
        for (const [i, { resolve }] of batch.entries()) resolve(results[i] as Result);
      } catch (error) {
        for (const { reject } of batch) reject(error);
      }
    }
    busy = false;
  };
  return {
    submit(item) {
      const pending = Promise.withResolvers<Result>();
      queue.push({ item, ...pending });
      void drain();
      return pending.promise;
    },
    get waiting() {
      return queue.length;
    },
  };
}
