import { Queue } from 'bullmq';
import type { Redis } from 'ioredis';
import { BULK_QUEUE, CROP_QUEUE, PHOTO_QUEUE, QUEUE_PREFIX } from '../../protocol/jobs.ts';

export type Queues = { crops: Queue; photos: Queue; bulk: Queue; close(): Promise<void> };

/**
 * The queues, on the connection that the payloads are written on: a `SET` and the `add` that names its key
 * travel in order, so a worker never meets a job whose payload is not there yet.
 */
export function createQueues(redis: Redis): Queues {
  const options = {
    connection: redis,
    prefix: QUEUE_PREFIX,
    defaultJobOptions: { removeOnComplete: true, removeOnFail: { count: 100, age: 3600 }, attempts: 1 },
  };
  const crops = new Queue(CROP_QUEUE, options);
  const photos = new Queue(PHOTO_QUEUE, options);
  const bulk = new Queue(BULK_QUEUE, options);
  // Connection errors arrive at the caller of each command; without a listener they would end the process.
  for (const queue of [crops, photos, bulk]) queue.on('error', () => {});
  return {
    crops,
    photos,
    bulk,
    async close() {
      await Promise.all([crops.close(), photos.close(), bulk.close()]);
    },
  };
}
