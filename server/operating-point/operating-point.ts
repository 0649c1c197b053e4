import type { Redis } from 'ioredis';
import type { Logger } from '../../config/logger.ts';
import type { EmbedderEntry } from '../../models/manifest.schema.ts';
import { type OperatingPoint, operatingPointSchema, redisKeys } from '../../protocol/jobs.ts';
import type { OperatingPointResponse } from '../../protocol/operating-point.ts';
import type { Database } from '../db/client.ts';
import { galleryHead } from '../people/gallery-log.store.ts';
import { analyse } from './analyse.ts';
import type { EnrolledStore } from './enrolled.store.ts';
import { toMatrices } from './enrolled-matrices.ts';
import { describe, type RefinedTable } from './estimate.ts';
import type { FpirStore } from './fpir.store.ts';
import { refineThresholds } from './refine.ts';

const POLL_MS = 1000;
/** About two seconds of a thread: everybody with everybody up to 2,000 people, then a part. */
const MOST_COMPARISONS = 4_000_000;
/** A computation is followed by a pause of so many times its length: enrolling thousands keeps no core busy. */
const PAUSE = 4;

export type OperatingPoints = {
  /** Looks each second whether gallery, model or promise have changed, computes and publishes; until `close`. */
  start(): void;
  /** What is in force now. @throws {FacewireError} `database-unavailable` */
  current(): Promise<OperatingPointResponse>;
  /** Changes the promise; workers keep it within two seconds. @throws {FacewireError} `database-unavailable` */
  setFpir(input: { fpir: number; by: string }): Promise<OperatingPointResponse>;
  /** The table in force, computed if there is none for this gallery yet. */
  table(): Promise<RefinedTable>;
  fpir(): Promise<number>;
  close(): Promise<void>;
};

/**
 * Keeps the threshold table refined on the live gallery, and tells the workers.
 * @param dependencies.model the embedder that serves now
 * @param dependencies.defaultFpir until an operator sets one
 */
export function createOperatingPoints(dependencies: {
  database: Database;
  redis: Redis;
  enrolled: Pick<EnrolledStore, 'read'>;
  fpirs: FpirStore;
  model: () => EmbedderEntry;
  defaultFpir: number;
  logger: Logger;
}): OperatingPoints {
  const { database, redis, enrolled, fpirs, model, defaultFpir, logger } = dependencies;
  const closing = new AbortController();
  let table: RefinedTable | undefined;
  let computing: Promise<RefinedTable> | undefined;
  let notBefore = 0;
  let timer: NodeJS.Timeout | undefined;
  let round: Promise<void> | undefined;
  let failing = false;

  const compute = async (): Promise<RefinedTable> => {
    const startedAt = performance.now();
    const entry = model();
    // Read first: what changes while the people are read is computed again.
    const galleryVersion = await galleryHead(database);
    const people = await enrolled.read(entry.name);
    const { scores, own } = await analyse({
      name: 'survey',
      question: { ...toMatrices(people, entry.embeddingSize), mostComparisons: MOST_COMPARISONS },
      signal: closing.signal,
    });
    table = {
      model: entry,
      refinement: refineThresholds({ table: entry, scores }),
      own,
      gallerySize: people.length,
      galleryVersion,
      computedAt: new Date().toISOString(),
    };
    const took = performance.now() - startedAt;
    notBefore = Date.now() + PAUSE * took;
    logger.debug({ people: people.length, ms: Math.round(took) }, 'threshold table refined');
    return table;
  };
  const computeOnce = (): Promise<RefinedTable> => {
    computing ??= compute().finally(() => {
      computing = undefined;
    });
    return computing;
  };

  const fpir = async () => (await fpirs.get()) ?? defaultFpir;
  const isStale = async () =>
    table?.model.name !== model().name || table.galleryVersion !== (await galleryHead(database));

  const publish = async (): Promise<void> => {
    if (!table) return;
    const point: OperatingPoint = operatingPointSchema.parse({
      model: table.model.name,
      fpir: await fpir(),
      thresholds: table.refinement.thresholds,
    });
    const text = JSON.stringify(point);
    if ((await redis.get(redisKeys.operatingPoint)) !== text) await redis.set(redisKeys.operatingPoint, text);
  };

  const look = async (): Promise<void> => {
    if (Date.now() >= notBefore && (await isStale())) await computeOnce();
    await publish();
  };
  const tick = (): void => {
    round ??= look()
      .then(
        () => {
          failing = false;
        },
        (error: unknown) => {
          if (!failing && !closing.signal.aborted) {
            logger.warn({ err: error }, 'the threshold cannot be computed or published now; trying again');
          }
          failing = true;
        },
      )
      .finally(() => {
        round = undefined;
      });
  };

  const current = async (): Promise<OperatingPointResponse> => {
    const inForce = table ?? (await computeOnce());
    return describe({ table: inForce, fpir: await fpir(), stale: await isStale() });
  };

  return {
    start() {
      timer = setInterval(tick, POLL_MS);
      tick();
    },
    current,
    async setFpir(input) {
      await fpirs.set(input);
      tick();
      return current();
    },
    table: async () => (table && !(await isStale()) ? table : computeOnce()),
    fpir,
    async close() {
      clearInterval(timer);
      closing.abort();
      await computing?.catch(() => {});
      await round;
    },
  };
}
