import { randomUUID } from 'node:crypto';
import { setImmediate as breathe } from 'node:timers/promises';
import type { Logger } from '../../config/logger.ts';
import { cosine } from '../../models/embedding.ts';
import type { EmbedderEntry } from '../../models/manifest.schema.ts';
import type { StreamLabel } from '../../protocol/events.ts';
import type { Decided } from '../labels/track-fusion.ts';
import { embeddingFromBytes } from '../people/template.ts';
import type { StreamHub } from '../streams/stream-hub.ts';
import { Clusters, meanDirection } from './clusters.ts';
import { groupThreshold } from './group-threshold.ts';
import type { UnknownStore } from './unknown.store.ts';

/** Sightings that are compared, a search takes 3 ms then; of more, the oldest ones stay as they are and get no company. */
const MOST = 5000;
/** What tracks have shown is put to groups so often. */
const FLUSH_MS = 1000;
/** From this cosine on, what a track has shown by now says nothing new. */
const SAME_EVIDENCE = 0.995;
const SYNC_MS = 30_000;
const SETTLE_MS = 100;
const PAGE = 500;
/** Crops that are embedded in one go, where a sighting has no embedding of the model that serves. */
const CATCH_UP = 64;

export type Grouper = {
  /** The likeness of a group; `undefined` when it has no sighting of the model that serves. */
  meanOf(group: string): Float32Array | undefined;
  /** Takes over what is in the database by now. */
  sync(): Promise<void>;
  close(): Promise<void>;
};

/**
 * Puts each sighting of somebody unknown to the group of the sightings that seem to show the same person.
 * @param dependencies.written resolves once a sighting is in the database
 * @param dependencies.embed templates of crops, by the bulk lane
 * @param dependencies.onChange told when a sighting was put to a group, or groups are otherwise
 */
export function createGrouper(dependencies: {
  hub: StreamHub;
  store: UnknownStore;
  model: EmbedderEntry;
  written: (sighting: string) => Promise<unknown>;
  embed: (input: { crops: readonly Uint8Array[]; model: string }) => Promise<(Float32Array | undefined)[]>;
  onChange: () => void;
  logger: Logger;
}): Grouper {
  const { hub, store, model, written, embed, onChange, logger } = dependencies;
  let clusters = new Clusters();
  let by = model.name;
  let pending = new Map<string, Decided>();
  let last: Promise<unknown> = Promise.resolve();
  let failing = false;
  let closed = false;

  /** One after the other: each placing rests on the ones before. */
  const inTurn = <T>(work: () => Promise<T>): Promise<T> => {
    const turn = last.then(work);
    last = turn.catch(() => {});
    return turn;
  };

  const attempt = async (work: Promise<unknown>): Promise<void> => {
    try {
      await work;
      if (failing) logger.info('unknown people are grouped again');
      failing = false;
    } catch (error) {
      if (!failing && !closed) logger.warn({ err: error }, 'unknown people cannot be grouped now');
      failing = true;
    }
  };

  /** The group of those who look like this, other than the one that the sighting has by itself. */
  const groupFor = (embedding: Float32Array, own: string | undefined): string | undefined => {
    const threshold = groupThreshold({ model, groups: clusters.groups });
    const nearest = clusters.nearest(embedding, own);
    return nearest && nearest.score >= threshold ? nearest.group : undefined;
  };

  /** @param known the group that it has in the database, where its embedding is another model's */
  const place = async (sighting: string, embedding: Float32Array, known?: string): Promise<void> => {
    const member = clusters.get(sighting);
    if (member && cosineOf(member.embedding, embedding) >= SAME_EVIDENCE) return;
    const before = member?.group ?? known;
    const alone = member && clusters.size(member.group) === 1;
    let group = before ?? groupFor(embedding, undefined);
    // Better evidence may show company for a sighting that has none, unless an operator has said otherwise.
    if (alone) {
      const company = groupFor(embedding, member.group);
      if (company && !(await store.isSettled(member.group))) group = company;
    }
    const placed = { sighting, group: group ?? randomUUID(), embedding };
    if (!(await store.put({ ...placed, model: by }))) return clusters.remove(sighting);
    clusters.put(placed);
    if (placed.group !== member?.group) onChange();
  };

  const followModel = () => {
    if (by === model.name) return;
    by = model.name;
    clusters = new Clusters();
  };

  const sync = async () => {
    followModel();
    const stored = await store.placed({ model: by, limit: MOST });
    let changed = false;
    for (const sighting of clusters.sightings()) {
      if (stored.has(sighting)) continue;
      clusters.remove(sighting);
      changed = true;
    }
    const missing = [...stored].filter(([sighting, group]) => clusters.get(sighting)?.group !== group);
    for (let at = 0; at < missing.length; at += PAGE) {
      const page = new Map(missing.slice(at, at + PAGE));
      for (const [sighting, embedding] of await store.embeddings([...page.keys()])) {
        clusters.put({ sighting, group: page.get(sighting) as string, embedding });
      }
      changed = true;
      await breathe();
    }
    if (changed) onChange();
  };

  const flush = async () => {
    followModel();
    const taken = pending;
    pending = new Map();
    for (const [sighting, { evidence, evidenceWeight, decision }] of taken) {
      if (decision.model !== by) continue;
      await written(sighting);
      const sum = embeddingFromBytes(Buffer.from(evidence, 'base64'));
      await place(sighting, meanDirection(sum, evidenceWeight));
    }
  };

  /** After a change of the model, and for sightings that an operator has made unknown. */
  const catchUp = async () => {
    const waiting = await store.unembedded({ model: by, limit: CATCH_UP });
    if (waiting.length === 0) return;
    const embeddings = await embed({ crops: waiting.map(({ crop }) => crop), model: by });
    await inTurn(async () => {
      for (const [i, { sighting, group }] of waiting.entries()) {
        const embedding = embeddings[i];
        if (embedding && by === model.name) await place(sighting, embedding, group);
      }
    });
  };

  const hear = (label: StreamLabel, decided: Decided | undefined) => {
    if (label.state !== 'unknown' || !label.sighting || !decided) return;
    if (pending.size < MOST || pending.has(label.sighting)) pending.set(label.sighting, decided);
  };
  const syncNow = () => inTurn(sync);
  // Many sightings are given to a person at once: the groups are looked at once afterwards.
  let changing: NodeJS.Timeout | undefined;
  const changedElsewhere = () => {
    changing ??= setTimeout(() => {
      changing = undefined;
      void attempt(syncNow());
    }, SETTLE_MS);
  };
  hub.on('streamLabel', hear);
  hub.on('sightingChanged', changedElsewhere);
  const flushing = setInterval(() => {
    if (pending.size > 0) void attempt(inTurn(flush));
  }, FLUSH_MS);
  let catching = false;
  const look = async () => {
    await syncNow();
    if (catching) return;
    catching = true;
    // Without a worker it is tried again at the next look.
    await catchUp()
      .catch((error: unknown) => logger.debug({ err: error }, 'crops of unknown people wait to be embedded'))
      .finally(() => {
        catching = false;
      });
  };
  const looking = setInterval(() => void attempt(look()), SYNC_MS);
  void attempt(look());

  return {
    meanOf: (group) => clusters.mean(group),
    sync: syncNow,
    async close() {
      closed = true;
      clearInterval(flushing);
      clearInterval(looking);
      clearTimeout(changing);
      hub.off('streamLabel', hear);
      hub.off('sightingChanged', changedElsewhere);
      await attempt(inTurn(flush));
      await last;
    },
  };
}

/** Of vectors of any length. */
function cosineOf(a: Float32Array, b: Float32Array): number {
  return cosine(a, b) / (Math.hypot(...a) * Math.hypot(...b));
}
