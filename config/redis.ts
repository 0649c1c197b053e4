import { Redis } from 'ioredis';

/**
 * Opens a connection to `redis://`, `rediss://` or `unix:///path/of/the.sock`. It reconnects for ever.
 *
 * - `commands`: a command fails after two seconds without Redis, so that a caller can answer its client.
 * - `blocking`: for BullMQ workers and stream readers; commands wait until Redis is back.
 */
export function connectRedis(options: { url: string; use: 'commands' | 'blocking' }): Redis {
  const { url, use } = options;
  const common = {
    maxRetriesPerRequest: use === 'blocking' ? null : 8,
    retryStrategy: (attempt: number) => Math.min(50 * attempt, 500),
    connectTimeout: 5000,
    enableAutoPipelining: false,
  };
  return url.startsWith('unix://')
    ? new Redis({ ...common, path: new URL(url).pathname })
    : new Redis(url, common);
}
