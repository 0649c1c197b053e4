import { setTimeout as sleep } from 'node:timers/promises';
import type { Redis } from 'ioredis';
import type { Logger } from '../../config/logger.ts';
import type { Config } from '../../config/schema.ts';
import type { EmbedderEntry } from '../../models/manifest.schema.ts';
import { findModel, openLibrary } from '../../models/registry.ts';
import { redisKeys } from '../../protocol/jobs.ts';
import type { Vault } from '../../vault/vault.ts';
import { type Engine, startEngine } from './engine.ts';
import { followGallery, type Gallery, OtherModelError } from './gallery.ts';
import { wantedProvider } from './providers.ts';

/** How often it is looked whether another model is to be made ready. */
const LOOK_MS = 500;
/** Calls that began before a change may take this long; then the old engine goes in any case. */
const RETIRE_MS = 30_000;

/** One embedder with the gallery that it made: whatever one answer needs, and nothing of another model. */
export type Runtime = { readonly entry: EmbedderEntry; readonly engine: Engine; readonly gallery: Gallery };

/** The embedder that serves on this worker; another takes its place between two answers. */
export type Serving<More = unknown> = {
  readonly current: Runtime & More;
  /** The next embedder, once it is ready here, and why it cannot be made ready. */
  readonly preparation: { prepared?: string; notPrepared?: { model: string; message: string } };
  /** Runs `work` with the embedder that serves now; it stays open until `work` is done. */
  use<T>(work: (runtime: Runtime & More) => Promise<T>): Promise<T>;
  close(): Promise<void>;
};

type Held<More> = { runtime: Runtime & More; follower: Redis; users: number; idle: () => void };

/**
 * Starts the embedder that serves, and changes over when the
 * gallery becomes another embedder's: the new one is started and its gallery loaded while the old one answers.
 * @param options.model the embedder that serves
 * @param options.connect opens a connection for following the gallery
 * @param options.complete adds what else belongs to an embedder
 * @param options.onFailure told when this worker is of no use any more
 * @throws when the embedder cannot be started; the message says why
 */
export async function startServing<More>(options: {
  model: string;
  redis: Redis;
  connect: () => Redis;
  vault: Vault;
  config: Pick<Config, 'ENGINE' | 'PROVIDER' | 'DATA_DIR'>;
  complete: (runtime: Runtime) => More;
  logger: Logger;
  onFailure: (error: Error) => void;
}): Promise<Serving<More>> {
  const { redis, connect, vault, config, complete, logger, onFailure } = options;
  let closed = false;
  let ready: { entry: EmbedderEntry; engine: Engine } | undefined;
  let preparation: Serving['preparation'] = {};

  const openEngine = async (model: string): Promise<{ entry: EmbedderEntry; engine: Engine }> => {
    const { manifest } = openLibrary({ dataDir: config.DATA_DIR });
    const entry = findModel({ manifest, task: 'embed', name: model });
    const engine = await startEngine({
      model,
      provider: wantedProvider(config),
      dataDir: config.DATA_DIR,
      onDeath: onFailure,
    });
    for (const reason of engine.passedOver)
      logger.warn({ reason }, 'an execution provider does not work here');
    return { entry, engine };
  };

  const forgetReady = async (): Promise<void> => {
    const unused = ready;
    ready = undefined;
    preparation = {};
    await unused?.engine.close();
  };

  /** The embedder, with the gallery that it made; another one when that serves by now. */
  const hold = async (model: string): Promise<Held<More>> => {
    const prepared = ready?.entry.name === model ? ready : undefined;
    if (prepared) ready = undefined;
    const { entry, engine } = prepared ?? (await openEngine(model));
    const follower = connect();
    try {
      const gallery = await followGallery({
        redis,
        follower,
        vault,
        engine,
        model: entry.name,
        embeddingSize: entry.embeddingSize,
        logger,
        onOtherModel: (next) => void change(next),
        onFailure,
      });
      const runtime = { entry, engine, gallery };
      return { runtime: { ...runtime, ...complete(runtime) }, follower, users: 0, idle: () => {} };
    } catch (error) {
      follower.disconnect();
      await engine.close();
      if (error instanceof OtherModelError) return hold(error.model);
      throw error;
    }
  };

  const retire = async (old: Held<More>): Promise<void> => {
    if (old.users > 0) {
      const unused = new Promise<void>((done) => {
        old.idle = done;
      });
      await Promise.race([unused, sleep(RETIRE_MS, undefined, { ref: false })]);
    }
    old.runtime.gallery.close();
    await old.runtime.engine.close();
  };

  const change = async (model: string): Promise<void> => {
    try {
      const startedAt = performance.now();
      const old = held;
      held = await hold(model);
      preparation = {};
      const ms = Math.round(performance.now() - startedAt);
      logger.info(
        { from: old.runtime.entry.name, model: held.runtime.entry.name, ms },
        'another model serves',
      );
      await retire(old);
    } catch (error) {
      if (!closed) onFailure(error instanceof Error ? error : new Error(String(error)));
    }
  };

  /** Starts the engine of the model that is about to serve, so that the change itself takes no time. */
  const prepare = async (): Promise<void> => {
    const next = await redis.get(redisKeys.nextModel);
    if (next === null || next === held.runtime.entry.name) {
      if (ready || preparation.notPrepared) await forgetReady();
      return;
    }
    if (next === preparation.prepared || next === preparation.notPrepared?.model) return;
    await forgetReady();
    try {
      ready = await openEngine(next);
      preparation = { prepared: next };
      logger.info({ model: next }, 'another model is ready');
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error);
      preparation = { notPrepared: { model: next, message: message.slice(0, 2000) } };
      logger.error({ model: next, reason: message }, 'another model cannot be made ready');
    }
  };

  let held = await hold(options.model);
  const stopping = new AbortController();
  const look = async (): Promise<void> => {
    while (!stopping.signal.aborted) {
      await prepare().catch((error: unknown) => logger.debug({ err: error }, 'the next model is not known'));
      await sleep(LOOK_MS, undefined, { signal: stopping.signal }).catch(() => {});
    }
  };
  const ended = look();
  return {
    get current() {
      return held.runtime;
    },
    get preparation() {
      return preparation;
    },
    async use(work) {
      const mine = held;
      mine.users += 1;
      try {
        return await work(mine.runtime);
      } finally {
        mine.users -= 1;
        if (mine.users === 0) mine.idle();
      }
    },
    async close() {
      closed = true;
      stopping.abort();
      await ended;
      held.runtime.gallery.close();
      await Promise.all([held.runtime.engine.close(), ready?.engine.close()]);
    },
  };
}
