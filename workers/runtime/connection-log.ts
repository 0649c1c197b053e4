import type { Redis } from 'ioredis';
import type { Logger } from '../../config/logger.ts';

/** Logs a connection's loss and return, once each: ioredis itself reports every attempt in between. */
export function logConnection(options: { redis: Redis; logger: Logger }): void {
  const { redis, logger } = options;
  let lost = false;
  const lose = (error?: Error): void => {
    if (lost) return;
    lost = true;
    logger.warn({ err: error }, 'Redis cannot be reached; trying until it is back');
  };
  redis.on('error', lose);
  redis.on('reconnecting', () => lose());
  redis.on('ready', () => {
    if (lost) logger.info('Redis is back');
    lost = false;
  });
}
