import { setTimeout as sleep } from 'node:timers/promises';
import type { Redis } from 'ioredis';
import type { Logger } from '../../config/logger.ts';
import type { EmbedderEntry } from '../../models/manifest.schema.ts';
import { type OperatingPoint, operatingPointSchema, redisKeys } from '../../protocol/jobs.ts';

const INTERVAL_MS = 1000;

/** What a decision rests on: the table of an embedder, and the promise to be kept by it. */
export type DecisionRule = { entry: EmbedderEntry; fpir: number };

export type OperatingPointReplica = {
  /** The table as the live gallery has refined it, where it was made for this embedder; else the manifest's. */
  ruleFor(entry: EmbedderEntry): DecisionRule;
  close(): Promise<void>;
};

/**
 * Follows the operating point that the server publishes: read at once, then each second. What was read last holds
 * while Redis is away.
 * @param options.fpir the promise until the server has published one
 * @returns once it was read, or could not be
 */
export async function followOperatingPoint(options: {
  redis: Redis;
  fpir: number;
  logger: Logger;
}): Promise<OperatingPointReplica> {
  const { redis, logger } = options;
  const stopping = new AbortController();
  let text: string | null = null;
  let point: OperatingPoint | undefined;

  const read = async (): Promise<void> => {
    const next = await redis.get(redisKeys.operatingPoint);
    if (next === text) return;
    text = next;
    if (next === null) return; // Redis was emptied: the server writes it again.
    const parsed = operatingPointSchema.safeParse(parseJson(next));
    if (parsed.success) {
      point = parsed.data;
      logger.info({ model: point.model, fpir: point.fpir }, 'operating point read');
    } else {
      logger.error('the operating point in Redis cannot be read; the one before stays in force');
    }
  };
  const tryRead = () => read().catch(() => {}); // Tried again in a second.

  await tryRead();
  const run = async () => {
    while (!stopping.signal.aborted) {
      await sleep(INTERVAL_MS, undefined, { signal: stopping.signal }).catch(() => {});
      if (!stopping.signal.aborted) await tryRead();
    }
  };
  const ended = run();
  return {
    ruleFor(entry) {
      const fpir = point?.fpir ?? options.fpir;
      if (point?.model !== entry.name) return { entry, fpir };
      return { entry: { ...entry, thresholds: point.thresholds }, fpir };
    },
    async close() {
      stopping.abort();
      await ended;
    },
  };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
