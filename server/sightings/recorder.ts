import type { Logger } from '../../config/logger.ts';
import type { Sighting, SightingEvidence, StreamLabel } from '../../protocol/events.ts';
import type { DecidedCrop } from '../labels/track-fusion.ts';
import type { StreamHub } from '../streams/stream-hub.ts';
import { evidenceOf } from './evidence.ts';
import type { Horizon } from './retention.ts';
import type { SightingStore } from './sighting.store.ts';

/** What is new of the sightings that last is written so often. */
const WRITE_MS = 2000;
const SWEEP_MS = 60_000;
/** A picture is replaced when the face was this much more like the person (cosine): it is the better picture. */
const BETTER_BY = 0.03;
/** Of somebody unknown, when it was so much better by itself. */
const BETTER_QUALITY_BY = 0.05;
/** Sightings that last at once; a kiosk has 64 tracks at most. */
const MOST = 4096;

type ReadCrop = (stream: string, track: number, sequence: number) => Promise<Buffer | undefined>;

type Lasting = {
  sighting: Sighting;
  track: number;
  endedAt: Date;
  crops: number;
  score: number | undefined;
  confidence: number | undefined;
  evidence: SightingEvidence | undefined;
  /** Of the picture that is kept, 0 to 1. */
  quality: number | undefined;
  /** Set once a better picture is to be kept. */
  better: { sequence: number } | undefined;
  changed: boolean;
  /** The first picture, until it is in the database. */
  picture: Promise<Buffer | undefined>;
  /** Writes are made one after the other; false when the sighting is not kept. */
  written: Promise<boolean>;
};

/** Writes down what the hub tells: when a sighting began, how long it lasted, its best picture. */
export type SightingRecorder = {
  /** JPEG of a sighting, also of one that is being written. */
  crop(id: string): Promise<Buffer | undefined>;
  /** Resolves once a sighting that is being written is in the database. */
  written(id: string): Promise<void>;
  /** Deletes at once what is past its time. @throws {FacewireError} `database-unavailable` */
  sweep(): Promise<void>;
  /** Nothing more is written of this person. */
  forget(personId: string): void;
  /** Writes what is left, and stops. */
  close(): Promise<void>;
};

/** @param dependencies.horizon before when sightings ended that are past their time */
export function createSightingRecorder(dependencies: {
  hub: StreamHub;
  store: SightingStore;
  readCrop: ReadCrop;
  horizon: () => Promise<Horizon>;
  logger: Logger;
}): SightingRecorder {
  const { hub, store, readCrop, horizon, logger } = dependencies;
  const lasting = new Map<string, Lasting>();
  let failing = false;

  /** A database that is away costs what happens meanwhile; it is told once. */
  const attempt = async <T>(work: Promise<T>, otherwise: T): Promise<T> => {
    try {
      const result = await work;
      if (failing) logger.info('sightings are written again');
      failing = false;
      return result;
    } catch (error) {
      if (!failing) logger.warn({ err: error }, 'sightings cannot be written now');
      failing = true;
      return otherwise;
    }
  };

  const begin = (sighting: Sighting, label: StreamLabel, decided: DecidedCrop | undefined) => {
    end(label.stream, label.track);
    if (lasting.size >= MOST) return;
    const { id, stream, state, personId, evidence } = sighting;
    const beganAt = new Date(sighting.at);
    const picture = readCrop(stream, label.track, label.sequence).catch(() => undefined);
    const { score, confidence } = label;
    const quality = decided?.quality;
    const known = { id, stream, state, personId, score, confidence, evidence, quality, beganAt };
    const written = picture.then((crop) => attempt(store.add({ ...known, crop }), false));
    lasting.set(keyOf(label), {
      sighting,
      track: label.track,
      endedAt: beganAt,
      crops: 1,
      score,
      confidence,
      evidence,
      quality,
      better: undefined,
      changed: false,
      picture,
      written,
    });
  };

  const go = (label: StreamLabel, decided: DecidedCrop | undefined) => {
    const one = lasting.get(keyOf(label));
    if (!one || one.sighting.state !== label.state || one.sighting.personId !== label.personId) return;
    one.endedAt = new Date();
    one.crops++;
    one.changed = true;
    const better =
      label.state === 'identified'
        ? (label.score ?? -1) > (one.score ?? -1) + BETTER_BY
        : (decided?.quality ?? -1) > (one.quality ?? -1) + BETTER_QUALITY_BY;
    if (better) {
      one.score = label.score;
      one.confidence = label.confidence;
      if (decided) one.evidence = evidenceOf(decided.decision, label.personId);
      one.quality = decided?.quality;
      one.better = { sequence: label.sequence };
    }
  };

  const write = (one: Lasting): Promise<boolean> => {
    if (!one.changed) return one.written;
    one.changed = false;
    const { sighting, track, endedAt, crops, score, confidence, evidence, quality, better } = one;
    one.better = undefined;
    one.written = one.written.then(async (kept) => {
      if (!kept) return false;
      const crop = better && (await readCrop(sighting.stream, track, better.sequence).catch(() => undefined));
      await attempt(
        store.update({ id: sighting.id, endedAt, crops, score, confidence, evidence, quality, crop }),
        undefined,
      );
      return true;
    });
    return one.written;
  };

  const end = (stream: string, track: number) => {
    const key = `${stream}:${track}`;
    const one = lasting.get(key);
    if (!one) return;
    lasting.delete(key);
    ending.add(one);
    void write(one).finally(() => ending.delete(one));
  };
  const ending = new Set<Lasting>();

  /** What an operator has said holds for the rest of it; its picture stays the one that was shown. */
  const change = (sighting: Sighting) => {
    const one = find(sighting.id);
    if (one) one.sighting = sighting;
  };
  const find = (id: string) => [...lasting.values(), ...ending].find(({ sighting }) => sighting.id === id);

  const listeners = {
    sighting: begin,
    sightingChanged: change,
    streamLabel: go,
    trackEnded: ({ stream, track }: { stream: string; track: number }) => end(stream, track),
  };
  hub.on('sighting', listeners.sighting);
  hub.on('sightingChanged', listeners.sightingChanged);
  hub.on('streamLabel', listeners.streamLabel);
  hub.on('trackEnded', listeners.trackEnded);
  const writing = setInterval(() => {
    for (const one of lasting.values()) void write(one);
  }, WRITE_MS);
  const sweep = async () => {
    const count = await store.expire(await horizon());
    if (count > 0) logger.info({ count }, 'sightings past their time were deleted');
  };
  const sweeping = setInterval(() => void attempt(sweep(), undefined), SWEEP_MS);
  void attempt(sweep(), undefined);

  return {
    sweep,
    async crop(id) {
      const one = find(id);
      return (await store.crop(id)) ?? one?.picture;
    },
    async written(id) {
      await find(id)?.written;
    },
    forget(personId) {
      for (const [key, { sighting }] of lasting) if (sighting.personId === personId) lasting.delete(key);
    },
    async close() {
      clearInterval(writing);
      clearInterval(sweeping);
      hub.off('sighting', listeners.sighting);
      hub.off('sightingChanged', listeners.sightingChanged);
      hub.off('streamLabel', listeners.streamLabel);
      hub.off('trackEnded', listeners.trackEnded);
      await Promise.all([...lasting.values(), ...ending].map(write));
    },
  };
}

function keyOf({ stream, track }: StreamLabel): string {
  return `${stream}:${track}`;
}
