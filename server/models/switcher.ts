import { setTimeout as sleep } from 'node:timers/promises';
import type { Redis } from 'ioredis';
import type { Logger } from '../../config/logger.ts';
import { redisKeys } from '../../protocol/jobs.ts';
import type { Database } from '../db/client.ts';
import { liveWorkers } from '../observability/health.ts';
import { galleryHead } from '../people/gallery-log.store.ts';
import type { GalleryPublisher } from '../people/gallery-publisher.ts';
import { BulkError, type BulkLane } from '../queue/bulk.ts';
import { embedPhotos } from './embed-photos.ts';
import type { ServingModel } from './serving-model.ts';
import { LEASE_S, type ModelSwitch, type SwitchStore } from './switch.store.ts';

const LOOK_MS = 1000;
/** Photos read and embedded at a time: as many jobs as the bulk lane holds. */
const PAGE = 256;
/** Workers get the next model ready within this time, or the change stops. */
const PREPARE_MS = 60_000;

export type SwitchProgress = { phase: 'embedding' | 'preparing'; perSecond: number | undefined };

/**
 * Changes the embedder: embeds every enrolled photo anew by the bulk lane while the old model serves, has the workers
 * get ready, and changes over at once. Everything that is done is in the database, so a server that was killed goes
 * on where it was. Photos that were enrolled by the old model in the last moment are embedded after the change.
 */
export type Switcher = {
  /** Looks each second whether there is something to do, until `close`. */
  start(): void;
  /** Looks now. */
  look(): void;
  /** Leaves the jobs that are under way: the change was cancelled. */
  interrupt(): void;
  /** How it goes here; `undefined` when this server does not work on a change. */
  readonly progress: SwitchProgress | undefined;
  close(): Promise<void>;
};

/** @param dependencies.runner tells this server from others that share the database */
export function createSwitcher(dependencies: {
  database: Database;
  store: SwitchStore;
  serving: ServingModel;
  bulk: Pick<BulkLane, 'embedCrops'>;
  publisher: Pick<GalleryPublisher, 'publishPending'>;
  redis: Redis;
  runner: string;
  logger: Logger;
}): Switcher {
  const { database, store, serving, bulk, publisher, redis, runner, logger } = dependencies;
  let closed = false;
  let timer: NodeJS.Timeout | undefined;
  let round: Promise<void> | undefined;
  let work = new AbortController();
  let progress: SwitchProgress | undefined;
  let failing = false;
  /** Strays that cannot be embedded: tried again after the next start only. */
  const hopeless = new Set<string>();
  /** Version of the gallery at which there were no strays. */
  let tidyAt: number | undefined;

  const embedAll = async (model: string): Promise<boolean> => {
    const startedAt = Date.now();
    let embeddedHere = 0;
    for (;;) {
      if (!(await isWanted(model)) || !(await store.lease(runner))) return false;
      const photos = await store.pending({ model, limit: PAGE });
      if (photos.length === 0) return true;
      await embedPhotos({
        bulk,
        photos,
        model,
        signal: work.signal,
        each: async (embedded) => {
          await store.stage(model, embedded);
          embeddedHere += embedded.length;
          const seconds = (Date.now() - startedAt) / 1000;
          progress = { phase: 'embedding', perSecond: embeddedHere / seconds };
        },
      });
    }
  };

  const isWanted = async (model: string): Promise<boolean> => {
    const now = await store.get();
    return !closed && now?.model === model && now.state === 'embedding';
  };

  /** @returns why the workers cannot change over, or `undefined` when all of them can */
  const prepareWorkers = async (model: string): Promise<string | undefined> => {
    const until = Date.now() + PREPARE_MS;
    for (;;) {
      await redis.set(redisKeys.nextModel, model, 'PX', PREPARE_MS);
      const workers = await liveWorkers(redis);
      const unable = workers.find(({ notPrepared }) => notPrepared?.model === model);
      if (unable)
        return `The worker on ${unable.host} (${unable.pid}) cannot run it: ${unable.notPrepared?.message}`;
      const slow = workers.find((worker) => worker.prepared !== model && worker.model !== model);
      if (!slow) return undefined;
      if (!(await isWanted(model)) || !(await store.lease(runner))) return undefined;
      if (Date.now() > until)
        return `The worker on ${slow.host} (${slow.pid}) did not get ready; see its log.`;
      await sleep(200);
    }
  };

  const run = async ({ model, force }: ModelSwitch): Promise<void> => {
    progress = { phase: 'embedding', perSecond: undefined };
    const renew = setInterval(() => void store.lease(runner).catch(() => {}), (LEASE_S * 1000) / 3);
    try {
      if (!(await embedAll(model))) return;
      const lost = force ? [] : await store.lost(model);
      if (lost.length > 0) {
        const message =
          `${lost.length} of the people enrolled would not be recognised any more: none of their photos can be ` +
          'embedded by it. Enrol them anew, cancel, or go on with force.';
        logger.warn({ model, people: lost.length }, 'the change of the model waits: people would be lost');
        return await store.stop(message);
      }
      progress = { phase: 'preparing', perSecond: undefined };
      const unready = await prepareWorkers(model);
      if (unready) return await store.stop(unready);
      if (!(await store.complete(model))) return;
      const startedAt = performance.now();
      await serving.refresh();
      await publisher.publishPending();
      const ms = Math.round(performance.now() - startedAt);
      logger.info({ model, publishMs: ms }, 'another model serves');
      tidyAt = undefined;
    } catch (error) {
      if (error instanceof BulkError && error.reason === 'cancelled') return;
      if (error instanceof BulkError && error.reason === 'model') return await store.stop(error.message);
      throw error;
    } finally {
      clearInterval(renew);
      progress = undefined;
    }
  };

  /** Photos that were enrolled by the model before, while it was being changed. */
  const settleStrays = async (): Promise<void> => {
    const head = await galleryHead(database);
    if (head === tidyAt) return;
    const model = serving.current().name;
    for (;;) {
      const photos = await store.strays({ model, except: [...hopeless], limit: PAGE });
      if (photos.length === 0) break;
      await embedPhotos({
        bulk,
        photos,
        model,
        signal: work.signal,
        each: async (embedded) => {
          for (const { id, embedding } of embedded) if (!embedding) hopeless.add(id);
          await store.settle(model, embedded);
        },
      });
      logger.info({ photos: photos.length, model }, 'photos of another model were embedded anew');
    }
    tidyAt = head;
  };

  const oneRound = async (): Promise<void> => {
    await serving.refresh();
    const wanted = await store.get();
    if (wanted?.state === 'embedding') {
      if (await store.lease(runner)) await run(wanted);
    } else if (!wanted) {
      await settleStrays();
    }
  };
  const look = (): void => {
    if (closed) return;
    round ??= oneRound()
      .then(
        () => {
          failing = false;
        },
        (error: unknown) => {
          if (!failing && !closed)
            logger.warn({ err: error }, 'photos cannot be embedded anew now; trying again');
          failing = true;
        },
      )
      .finally(() => {
        round = undefined;
      });
  };
  return {
    start() {
      timer = setInterval(look, LOOK_MS);
      look();
    },
    look,
    interrupt() {
      work.abort();
      work = new AbortController();
    },
    get progress() {
      return progress;
    },
    async close() {
      closed = true;
      clearInterval(timer);
      work.abort();
      await round;
    },
  };
}
