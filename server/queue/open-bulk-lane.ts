import { randomUUID } from 'node:crypto';
import type { Logger } from '../../config/logger.ts';
import { connectRedis } from '../../config/redis.ts';
import type { Vault } from '../../vault/vault.ts';
import { Answers } from './answers.ts';
import { type BulkLane, createBulkLane } from './bulk.ts';
import { createQueues } from './queues.ts';

/**
 * The bulk lane with connections of its own, for a process that is no server.
 * @param options.url of the Redis that the workers take their jobs from
 * @param options.vault under the same data key as theirs
 */
export async function openBulkLane(options: {
  url: string;
  vault: Vault;
  logger: Logger;
  inFlight?: number;
}): Promise<BulkLane & { close(): Promise<void> }> {
  const { url, vault, logger, inFlight } = options;
  const redis = connectRedis({ url, use: 'commands' });
  const subscriber = connectRedis({ url, use: 'blocking' });
  for (const connection of [redis, subscriber]) connection.on('error', () => {}); // Each command's caller hears of it.
  const answers = await Answers.create({
    server: randomUUID(),
    subscriber,
    vault,
    logger,
    onUnexpected: () => {}, // An answer to a job that was left.
  });
  const queues = createQueues(redis);
  return {
    ...createBulkLane({ redis, queue: queues.bulk, answers, vault, ...(inFlight ? { inFlight } : {}) }),
    async close() {
      answers.close();
      await queues.close();
      redis.disconnect();
    },
  };
}
