import { BulkError, type BulkLane } from '../queue/bulk.ts';
import type { Embedded, Pending } from './switch.store.ts';

/** Crops in one job: half a second of a worker. */
const CROPS_PER_JOB = 32;

/**
 * Has the workers embed the reference crops of photos. A job that fails again and again is tried crop by crop, so
 * that one bad crop costs itself only.
 * @param input.each told of a part as soon as it is there
 * @throws {BulkError} when no worker can do it now, or none can run the model
 */
export async function embedPhotos(input: {
  bulk: Pick<BulkLane, 'embedCrops'>;
  photos: readonly Pending[];
  model: string;
  signal: AbortSignal;
  each: (embedded: Embedded[]) => Promise<void>;
}): Promise<void> {
  const { bulk, photos, model, signal, each } = input;

  const embed = async (some: readonly Pending[]): Promise<Embedded[]> => {
    const usable = some.flatMap(({ id, crop }) => (crop ? [{ id, crop }] : []));
    const embeddings = await bulk.embedCrops({ crops: usable.map(({ crop }) => crop), model, signal });
    const byId = new Map(usable.map(({ id }, i) => [id, embeddings[i]]));
    return some.map(({ id }) => ({ id, embedding: byId.get(id) }));
  };
  const embedOneByOne = async (some: readonly Pending[]): Promise<Embedded[]> => {
    const embedded: Embedded[] = [];
    for (const photo of some) {
      const own = await embed([photo]).catch((error: unknown) => {
        if (!isFailure(error)) throw error;
        return [{ id: photo.id, embedding: undefined }];
      });
      embedded.push(...own);
    }
    return embedded;
  };
  const jobs: Promise<void>[] = [];
  for (let at = 0; at < photos.length; at += CROPS_PER_JOB) {
    const some = photos.slice(at, at + CROPS_PER_JOB);
    const job = embed(some).catch((error: unknown) => {
      if (!isFailure(error)) throw error;
      return embedOneByOne(some);
    });
    jobs.push(job.then(each));
  }
  const failed = (await Promise.allSettled(jobs)).find(({ status }) => status === 'rejected');
  if (failed) throw (failed as PromiseRejectedResult).reason as Error;
}

function isFailure(error: unknown): boolean {
  return error instanceof BulkError && error.reason === 'failed';
}
