import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import type { ChainableCommander, Redis } from 'ioredis';
import type { Logger } from '../../config/logger.ts';
import { type GalleryChange, galleryRecordSchema, redisKeys, sealPurposes } from '../../protocol/jobs.ts';
import type { Vault } from '../../vault/vault.ts';
import type { Database } from '../db/client.ts';
import { servingModelName } from '../models/serving-model.ts';
import { galleryHead, galleryInstallation, readGalleryLog } from './gallery-log.store.ts';
import type { PeopleStore } from './people.store.ts';

const READY_TIMEOUT_MS = 2000;
const BATCH = 500;
/** Changes that a worker may miss before it loads the whole gallery anew. */
const LOG_LENGTH = 10_000;
const POLL_MS = 1000;
/** A gallery that was left half written goes by itself. */
const STAGING_TTL_S = 3600;

type Target = { head: number; installation: string; model: string | undefined };

/**
 * Tells the workers of the gallery: what the log in the database holds beyond Redis's version is written to the
 * hash and the stream, in order and at once (MULTI under WATCH, so that of several servers one writes each change).
 */
export type GalleryPublisher = {
  /** Publishes now, after each reconnection, and every second, until `close`. */
  start(): void;
  /**
   * Publishes everything that was committed before the call.
   * @returns the version that Redis then has
   * @throws when Redis or the database cannot be reached; a started publisher tries again by itself
   */
  publishPending(): Promise<number>;
  /** The same, but gives up waiting after `ms`. @returns whether it is published */
  publishWithin(ms: number): Promise<boolean>;
  close(): Promise<void>;
};

/** @param dependencies.redis is duplicated: WATCH needs a connection of its own */
export function createGalleryPublisher(dependencies: {
  database: Database;
  people: PeopleStore;
  redis: Redis;
  vault: Vault;
  logger: Logger;
}): GalleryPublisher {
  const { database, people, vault, logger } = dependencies;
  // A lost connection fails the round: sent again on a new one, the MULTI would no longer be guarded by its WATCH.
  const redis = dependencies.redis.duplicate({
    enableOfflineQueue: false,
    autoResendUnfulfilledCommands: false,
  });
  redis.on('error', () => {}); // Each command's caller hears of it.

  let closed = false;
  let timer: NodeJS.Timeout | undefined;
  let failing = false;
  let running: Promise<number> | undefined;
  let next: Promise<number> | undefined;

  const seal = (record: unknown) =>
    vault.seal(sealPurposes.gallery, Buffer.from(JSON.stringify(galleryRecordSchema.parse(record))));

  /** @returns the version reached, or `undefined` when another server was faster, or another model serves by now */
  const publishReset = async (target: Target): Promise<number | undefined> => {
    const { head, installation, model } = target;
    const staging = `${redisKeys.gallery}:${randomUUID()}`;
    let count = 0;
    let last: string | undefined;
    for (;;) {
      const ids = await people.idsAfter(last, BATCH);
      last = ids.at(-1);
      if (last === undefined) break;
      const records = await people.galleryRecords(ids);
      if (records.length === 0) continue;
      count += records.length;
      await redis.hset(staging, new Map(records.map((record) => [record.personId, seal(record)])));
      await redis.expire(staging, STAGING_TTL_S);
    }
    const multi = redis.multi();
    if (count > 0) multi.persist(staging).rename(staging, redisKeys.gallery);
    else multi.del(redisKeys.gallery);
    addToLog(multi, { op: 'reset', version: head });
    multi.set(redisKeys.gallerySource, installation).set(redisKeys.galleryVersion, head);
    // Gallery and model at once: no worker is to search one model's gallery with another's embedding.
    if (model !== undefined) multi.set(redisKeys.servingModel, model);
    if ((await servingModelName(database)) !== model || !(await commit(multi))) {
      await redis.del(staging);
      return undefined;
    }
    logger.info({ people: count, version: head }, 'gallery published as a whole');
    return head;
  };

  const publishAfter = async (version: number, model: string | undefined): Promise<number | undefined> => {
    const changes = await readGalleryLog(database, { after: version, limit: BATCH });
    const last = changes.at(-1);
    if (!last) return version;
    // The person as they are now: somebody enrolled and erased since is a removal already.
    const ids = [...new Set(changes.map((change) => change.personId))];
    const records = new Map((await people.galleryRecords(ids)).map((record) => [record.personId, record]));
    const multi = redis.multi();
    for (const id of ids) {
      const record = records.get(id);
      if (record) multi.hset(redisKeys.gallery, id, seal(record));
      else multi.hdel(redisKeys.gallery, id);
    }
    for (const { version, personId } of changes) {
      addToLog(multi, { op: records.has(personId) ? 'upsert' : 'remove', version, personId });
    }
    multi.set(redisKeys.galleryVersion, last.version);
    // The records may be another model's already, whose gallery is to be published as a whole.
    if ((await servingModelName(database)) !== model) return undefined;
    return (await commit(multi)) ? last.version : undefined;
  };

  const publish = async (): Promise<number> => {
    if (redis.status !== 'ready')
      await once(redis, 'ready', { signal: AbortSignal.timeout(READY_TIMEOUT_MS) });
    const head = await galleryHead(database);
    const installation = await galleryInstallation(database);
    for (;;) {
      const model = await servingModelName(database);
      await redis.watch(redisKeys.galleryVersion, redisKeys.gallerySource, redisKeys.servingModel);
      const [text, source, served] = await redis.mget(
        redisKeys.galleryVersion,
        redisKeys.gallerySource,
        redisKeys.servingModel,
      );
      const version = Number(text ?? Number.NaN);
      // Redis is empty, holds another installation's gallery or another model's, or is ahead of a restored database.
      const unknown =
        !(version >= 0) ||
        source !== installation ||
        (model !== undefined && served !== model) ||
        version > (await galleryHead(database));
      const reached = unknown
        ? await publishReset({ head: await galleryHead(database), installation, model })
        : version >= head
          ? version
          : await publishAfter(version, model);
      if (reached !== undefined && reached >= head) {
        await redis.unwatch();
        return reached;
      }
    }
  };

  const publishPending = (): Promise<number> => {
    if (!running) {
      running = publish().finally(() => {
        running = undefined;
      });
      return running;
    }
    // A run under way may have read the log already: whoever comes now needs one more, shared by all who wait.
    next ??= running
      .catch(() => {})
      .then(() => {
        next = undefined;
        return publishPending();
      });
    return next;
  };

  const attempt = () => {
    if (closed) return;
    publishPending().then(
      () => {
        if (failing) logger.info('the gallery is published again');
        failing = false;
      },
      (error: unknown) => {
        if (!failing && !closed)
          logger.warn({ err: error }, 'the gallery cannot be published now; trying again');
        failing = true;
      },
    );
  };

  return {
    start() {
      redis.on('ready', attempt);
      timer = setInterval(attempt, POLL_MS);
      attempt();
    },
    publishPending,
    async publishWithin(ms) {
      const { promise: tooLate, resolve } = Promise.withResolvers<false>();
      const wait = setTimeout(() => resolve(false), ms);
      const published = publishPending().then(
        () => true,
        () => false,
      );
      const done = await Promise.race([published, tooLate]);
      clearTimeout(wait);
      return done;
    },
    async close() {
      closed = true;
      clearInterval(timer);
      redis.off('ready', attempt);
      redis.disconnect();
      await (next ?? running)?.catch(() => {});
    },
  };
}

/** @returns false when a watched key was changed by another server, and nothing was done */
async function commit(multi: ChainableCommander): Promise<boolean> {
  const results = await multi.exec();
  const failure = results?.find(([error]) => error)?.[0];
  if (failure) throw failure;
  return results !== null;
}

function addToLog(multi: ChainableCommander, change: GalleryChange): void {
  const fields = Object.entries(change).flatMap(([name, value]) => [name, String(value)]);
  multi.xadd(redisKeys.galleryLog, 'MAXLEN', '~', LOG_LENGTH, '*', ...fields);
}
