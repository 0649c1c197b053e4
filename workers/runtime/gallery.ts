import { setTimeout as sleep } from 'node:timers/promises';
import type { Redis } from 'ioredis';
import type { Logger } from '../../config/logger.ts';
import {
  type GalleryRecord,
  galleryChangeSchema,
  galleryRecordSchema,
  redisKeys,
  sealPurposes,
} from '../../protocol/jobs.ts';
import type { Vault } from '../../vault/vault.ts';
import type { Engine, Template } from './engine.ts';
import { floatsOf } from './float-bytes.ts';
import { ThreadError } from './thread.ts';

/** How long one wait for changes lasts; also the longest time until a close is noticed. */
const BLOCK_MS = 1000;
const CHANGES_PER_READ = 1000;
const RECORDS_PER_SCAN = 500;
const RETRY_MS = 250;

/** The gallery was sealed with another data key than this worker's. */
export class GalleryKeyError extends Error {
  override readonly name = 'GalleryKeyError';
  readonly code = 'gallery-key';

  constructor() {
    super(
      "The gallery was sealed with another data key. Give this worker the server's: set DATA_KEY, " +
        'or put a copy of its data.key into DATA_DIR.',
    );
  }
}

/** The gallery in Redis was made by another embedder than the one that it was to be matched by. */
export class OtherModelError extends Error {
  override readonly name = 'OtherModelError';
  readonly code = 'other-model';
  readonly model: string;

  constructor(model: string) {
    super(`The embedder that serves is ${model}.`);
    this.model = model;
  }
}

export type Gallery = {
  readonly size: number;
  /** Version of the last change applied. */
  readonly version: number;
  /** The name of a person who is in the gallery now. */
  nameOf(personId: string): string | undefined;
  close(): void;
};

type Person = Template & { name: string };

/**
 * This worker's replica of the gallery: names here, templates in the engine. It is loaded from the hash,
 * then follows the log from a place read *before* the load, so that no change falls between the two.
 * A gap in the versions (a trimmed log, a Redis that lost data) or a new connection makes it load again;
 * until that is done the old replica serves. When another embedder's gallery takes its place, the replica stays as
 * it is and follows no more.
 * @param options.redis for reading the hash
 * @param options.follower a connection of its own, blocked while it waits for changes
 * @returns once everything published so far is matched
 * @throws {GalleryKeyError} when the records were sealed with another data key
 * @throws {OtherModelError} when another embedder serves already
 */
export async function followGallery(options: {
  redis: Redis;
  follower: Redis;
  vault: Vault;
  engine: Pick<Engine, 'upsert' | 'remove' | 'replace'>;
  model: string;
  embeddingSize: number;
  logger: Logger;
  /** Told once, when the gallery has become another embedder's. */
  onOtherModel: (model: string) => void;
  /** Told when following has ended for good. */
  onFailure: (error: Error) => void;
}): Promise<Gallery> {
  const { redis, follower, vault, engine, model, embeddingSize, logger, onOtherModel, onFailure } = options;
  let names = new Map<string, string>();
  let version = 0;
  let lastId = '0';
  let stale = true;
  let closed = false;

  /** A record that is there but cannot be matched is given by the reason. */
  const open = (sealed: Buffer): Person | 'other-model' | 'unreadable' => {
    let record: GalleryRecord;
    try {
      record = galleryRecordSchema.parse(JSON.parse(vault.open(sealPurposes.gallery, sealed).toString()));
    } catch (error) {
      logger.error({ err: error }, 'a gallery record cannot be read; that person is not recognised here');
      return 'unreadable';
    }
    const template = floatsOf(Buffer.from(record.template, 'base64'));
    if (record.model !== model || template.length !== embeddingSize) return 'other-model';
    return { personId: record.personId, name: record.name, template };
  };

  /** Where the log and the version stand, read as one. @throws {OtherModelError} */
  const readPosition = async (): Promise<{ id: string; version: number | undefined }> => {
    const answer = await redis
      .multi()
      .xrevrange(redisKeys.galleryLog, '+', '-', 'COUNT', 1)
      .get(redisKeys.galleryVersion)
      .get(redisKeys.servingModel)
      .exec();
    const [newest, at, serving] = (answer ?? []).map(([, value]) => value) as [
      [string, string[]][],
      string | null,
      string | null,
    ];
    if (serving !== null && serving !== model) throw new OtherModelError(serving);
    return { id: newest[0]?.[0] ?? '0', version: at === null ? undefined : Number(at) };
  };

  const load = async (): Promise<void> => {
    const startedAt = performance.now();
    const position = await readPosition();
    lastId = position.id;
    version = position.version ?? 0;
    stale = false;
    // A Redis that came back empty is about to be told the gallery again; what is known serves until then.
    if (position.version === undefined && names.size > 0) return;

    const people = new Map<string, Person>();
    const left = { 'other-model': 0, unreadable: 0 };
    let cursor = '0';
    do {
      const [next, fields] = await redis.hscanBuffer(redisKeys.gallery, cursor, 'COUNT', RECORDS_PER_SCAN);
      cursor = next.toString();
      for (let i = 1; i < fields.length; i += 2) {
        const person = open(fields[i] as Buffer);
        if (typeof person === 'string') left[person] += 1;
        else people.set(person.personId, person);
      }
    } while (cursor !== '0');
    // The gallery may have become another embedder's meanwhile; then this is half of each.
    await readPosition();
    if (left.unreadable > 0 && people.size + left['other-model'] === 0) throw new GalleryKeyError();

    names = new Map([...people.values()].map(({ personId, name }) => [personId, name]));
    await engine.replace([...people.values()].map(({ personId, template }) => ({ personId, template })));
    const ms = Math.round(performance.now() - startedAt);
    logger.info({ people: people.size, leftOut: left, version, ms }, 'gallery loaded');
  };

  const remove = async (personId: string): Promise<void> => {
    names.delete(personId);
    await engine.remove(personId);
  };

  const apply = async (fields: string[]): Promise<void> => {
    const change = galleryChangeSchema.parse(
      Object.fromEntries(fields.flatMap((name, i) => (i % 2 === 0 ? [[name, fields[i + 1]]] : []))),
    );
    if (change.op === 'reset' || change.version !== version + 1) {
      stale = true;
      return;
    }
    if (change.op === 'remove') {
      await remove(change.personId);
    } else {
      const sealed = await redis.hgetBuffer(redisKeys.gallery, change.personId);
      const person = sealed && open(sealed);
      if (person === 'other-model') {
        stale = true; // The gallery may have become another embedder's: loading it will tell.
        return;
      }
      if (!person || typeof person === 'string') {
        await remove(change.personId);
      } else {
        names.set(person.personId, person.name);
        await engine.upsert({ personId: person.personId, template: person.template });
      }
    }
    version = change.version;
  };

  const readChanges = async (block: number | undefined): Promise<number> => {
    const command = ['STREAMS', redisKeys.galleryLog, lastId] as const;
    const answer = await (block === undefined
      ? follower.xread('COUNT', CHANGES_PER_READ, ...command)
      : follower.xread('COUNT', CHANGES_PER_READ, 'BLOCK', block, ...command));
    const entries = answer?.[0]?.[1] ?? [];
    for (const [id, fields] of entries) {
      await apply(fields);
      if (stale) break;
      lastId = id;
    }
    return entries.length;
  };

  const catchUp = async (): Promise<void> => {
    do {
      if (stale) await load();
    } while ((await readChanges(undefined)) > 0 || stale);
  };

  const follow = async (): Promise<void> => {
    while (!closed) {
      try {
        if (stale) await catchUp();
        await readChanges(BLOCK_MS);
      } catch (error) {
        if (closed) return;
        if (error instanceof OtherModelError) return onOtherModel(error.model);
        if (error instanceof GalleryKeyError || error instanceof ThreadError) return onFailure(error);
        logger.warn({ err: error }, 'the gallery could not be followed; loading it again');
        stale = true;
        await sleep(RETRY_MS);
      }
    }
  };

  await catchUp();
  // What a Redis that comes back remembers is not known; the versions alone would not tell.
  follower.on('ready', () => {
    stale = true;
  });
  void follow();
  return {
    get size() {
      return names.size;
    },
    get version() {
      return version;
    },
    nameOf: (personId) => names.get(personId),
    close() {
      closed = true;
      follower.disconnect();
    },
  };
}
