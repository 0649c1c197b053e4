import { batch, type ReadonlySignal, type Signal, signal } from '@preact/signals';
import type { Alert, Sighting, Stream, StreamLabel } from '../../protocol/events.ts';
import type { Notification } from '../../protocol/signaling.ts';
import { compareNames } from '../i18n/locale.ts';

/** The notifications that say something about streams and people; the others are the connection's or a kiosk's business. */
export type ConsoleNotification = Exclude<
  Notification,
  { notification: 'bye' | 'error' | 'kiosk' | 'sighted' | 'learnableChanged' | 'streamBoxes' }
>;

/** One face on a stream. `label` is the newest word on it; `cropUrl` follows at most twice a second. */
export type TrackView = {
  readonly track: number;
  readonly label: ReadonlySignal<StreamLabel>;
  readonly cropUrl: ReadonlySignal<string>;
};

/** One stream, with a signal for each part of its tile that changes on its own. */
export type StreamView = {
  readonly id: string;
  readonly info: ReadonlySignal<Stream>;
  /** In the order in which they appeared. */
  readonly tracks: ReadonlySignal<readonly TrackView[]>;
  readonly latest: ReadonlySignal<StreamLabel | undefined>;
  /** Width of its frames over their height, once one was seen. */
  readonly aspect: ReadonlySignal<number | undefined>;
  /** Time of the last crop, ms by this browser's clock, or by the server's when none came since loading. */
  readonly lastCropAt: ReadonlySignal<number | undefined>;
  /** When this page saw the stream go offline; undefined while online, or when it went before. */
  readonly offlineSince: ReadonlySignal<number | undefined>;
  /** When this page saw its pipeline stop running; undefined while it runs, or when it stopped before. */
  readonly troubledSince: ReadonlySignal<number | undefined>;
};

export type ConsoleStore = ReturnType<typeof createConsoleStore>;

export const STORE_LIMITS = {
  tracksPerStream: 12,
  sightings: 200,
  alerts: 100,
  alertsKnown: 1000,
  /** A track without news for so long is gone, even if nobody said so. */
  trackSilenceMs: 5000,
  /** Least time between two pictures of one track: names change at once, pictures need not. */
  cropIntervalMs: 500,
} as const;

type Track = {
  track: number;
  label: Signal<StreamLabel>;
  cropUrl: Signal<string>;
  heardAt: number;
  croppedAt: number;
};
type Entry = {
  id: string;
  info: Signal<Stream>;
  tracks: Signal<readonly Track[]>;
  latest: Signal<StreamLabel | undefined>;
  aspect: Signal<number | undefined>;
  lastCropAt: Signal<number | undefined>;
  offlineSince: Signal<number | undefined>;
  troubledSince: Signal<number | undefined>;
  /** Tracks that ended lately: a label still on its way must not bring one back. */
  ended: Map<number, number>;
};

/**
 * What the console knows, fed by `apply` and aged by `tick`. Every time is a parameter (ms), so the
 * store itself reads no clock, touches no network, and holds a bounded amount.
 */
export function createConsoleStore() {
  const entries = new Map<string, Entry>();
  const streams = signal<readonly Entry[]>([]);
  const sightings = signal<readonly Sighting[]>([]);
  /** Sightings that became otherwise since the last snapshot, as an answer has made them. */
  const changes = signal<ReadonlyMap<string, Sighting>>(new Map());
  /** Open ones, newest first. */
  const alerts = signal<readonly Alert[]>([]);
  /** The last one that was raised while this page was told: never one of a snapshot, and none twice. */
  const raised = signal<Alert | undefined>(undefined);
  const alertsKnown = new Set<string>();
  /** Raised with every snapshot: lists of what the server keeps are to be loaded again. */
  const snapshots = signal(0);
  const people = signal<number | undefined>(undefined);
  /** Raised with every change of the gallery, so that lists know when to load again. */
  const galleryChanges = signal(0);
  const unknowns = signal(0);
  /** Raised with every change of the groups of unknown people. */
  const unknownChanges = signal(0);
  const loaded = signal(false);
  const now = signal(0);

  function apply(message: ConsoleNotification, at: number): void {
    batch(() => {
      switch (message.notification) {
        case 'snapshot': {
          const kept = new Set(message.data.streams.map((stream) => stream.id));
          for (const id of entries.keys()) if (!kept.has(id)) entries.delete(id);
          for (const stream of message.data.streams) putStream(stream, at, 'snapshot');
          list();
          sightings.value = message.data.sightings.slice(0, STORE_LIMITS.sightings);
          changes.value = new Map();
          snapshots.value++;
          alerts.value = message.data.alerts ?? [];
          for (const { id } of alerts.value) alertsKnown.add(id);
          setPeople(message.data.people);
          loaded.value = true;
          return;
        }
        case 'stream':
          putStream(message.data, at, 'live');
          return list();
        case 'streamRemoved':
          entries.delete(message.data.id);
          return list();
        case 'streamLabel':
          return putLabel(message.data, at);
        case 'trackEnded':
          return endTrack(message.data.stream, message.data.track, at);
        case 'sighting': {
          const others = sightings.value.filter((sighting) => sighting.id !== message.data.id);
          sightings.value = [message.data, ...others].slice(0, STORE_LIMITS.sightings);
          return;
        }
        case 'sightingChanged':
          sightings.value = sightings.value.map((one) => (one.id === message.data.id ? message.data : one));
          changes.value = withChange(changes.value, message.data);
          return;
        case 'alertRaised':
          return putAlert(message.data);
        case 'alertChanged':
          alerts.value = message.data.acknowledged
            ? alerts.value.filter(({ id }) => id !== message.data.id)
            : alerts.value.map((one) => (one.id === message.data.id ? message.data : one));
          return;
        case 'gallery':
          return setPeople(message.data.people);
        case 'unknowns':
          unknowns.value = message.data.groups;
          unknownChanges.value++;
          return;
      }
    });
  }

  /** Drops what has gone silent, and moves the clock that "offline since" is read from. */
  function tick(at: number): void {
    batch(() => {
      now.value = at;
      for (const entry of entries.values()) {
        const silent = entry.tracks.value.some((track) => isSilent(track.heardAt, at));
        if (silent) entry.tracks.value = entry.tracks.value.filter((track) => !isSilent(track.heardAt, at));
        for (const [track, endedAt] of entry.ended) if (isSilent(endedAt, at)) entry.ended.delete(track);
      }
    });
  }

  function putStream(stream: Stream, at: number, from: 'snapshot' | 'live'): void {
    const entry = entries.get(stream.id);
    if (!entry) {
      const seen = stream.lastSeen === undefined ? Number.NaN : Date.parse(stream.lastSeen);
      entries.set(stream.id, {
        id: stream.id,
        info: signal(stream),
        tracks: signal<readonly Track[]>([]),
        latest: signal<StreamLabel | undefined>(undefined),
        aspect: signal<number | undefined>(undefined),
        lastCropAt: signal<number | undefined>(Number.isNaN(seen) ? undefined : seen),
        offlineSince: signal<number | undefined>(undefined),
        troubledSince: signal<number | undefined>(undefined),
        ended: new Map(),
      });
      return;
    }
    const { online: wasOnline, pipeline: before } = entry.info.value;
    entry.info.value = stream;
    if (stream.pipeline !== before) {
      entry.troubledSince.value = stream.pipeline === 'running' || from === 'snapshot' ? undefined : at;
    }
    if (stream.online) {
      entry.offlineSince.value = undefined;
    } else {
      entry.tracks.value = [];
      if (wasOnline && from === 'live') entry.offlineSince.value = at;
    }
  }

  function putLabel(label: StreamLabel, at: number): void {
    const entry = entries.get(label.stream);
    if (!entry || entry.ended.has(label.track)) return;
    const tracks = entry.tracks.value;
    const track = tracks.find((one) => one.track === label.track);
    if (track && label.sequence < track.label.value.sequence) return;
    entry.latest.value = label;
    entry.aspect.value = label.frame.width / label.frame.height;
    entry.lastCropAt.value = at;
    if (!track) {
      const added = {
        track: label.track,
        label: signal(label),
        cropUrl: signal(label.cropUrl),
        heardAt: at,
        croppedAt: at,
      };
      entry.tracks.value = [...withoutStalest(tracks), added];
      return;
    }
    const changed = label.state !== track.label.value.state || label.personId !== track.label.value.personId;
    track.label.value = label;
    track.heardAt = at;
    if (changed || at - track.croppedAt >= STORE_LIMITS.cropIntervalMs) {
      track.cropUrl.value = label.cropUrl;
      track.croppedAt = at;
    }
  }

  function putAlert(alert: Alert): void {
    if (alertsKnown.has(alert.id)) return;
    alertsKnown.add(alert.id);
    if (alertsKnown.size > STORE_LIMITS.alertsKnown) alertsKnown.delete([...alertsKnown][0] as string);
    alerts.value = [alert, ...alerts.value].slice(0, STORE_LIMITS.alerts);
    raised.value = alert;
  }

  function endTrack(stream: string, track: number, at: number): void {
    const entry = entries.get(stream);
    if (!entry) return;
    entry.ended.set(track, at);
    entry.tracks.value = entry.tracks.value.filter((one) => one.track !== track);
  }

  function list(): void {
    streams.value = [...entries.values()].sort((a, b) => compareNames(a.info.value.name, b.info.value.name));
  }

  function setPeople(count: number): void {
    people.value = count;
    galleryChanges.value++;
  }

  return {
    apply,
    tick,
    /** Sorted by name. */
    streams: streams as ReadonlySignal<readonly StreamView[]>,
    /** Newest first. */
    sightings: sightings as ReadonlySignal<readonly Sighting[]>,
    changes: changes as ReadonlySignal<ReadonlyMap<string, Sighting>>,
    alerts: alerts as ReadonlySignal<readonly Alert[]>,
    raised: raised as ReadonlySignal<Alert | undefined>,
    snapshots: snapshots as ReadonlySignal<number>,
    people: people as ReadonlySignal<number | undefined>,
    galleryChanges: galleryChanges as ReadonlySignal<number>,
    /** Groups of unknown people that wait for an answer. */
    unknowns: unknowns as ReadonlySignal<number>,
    unknownChanges: unknownChanges as ReadonlySignal<number>,
    /** Whether the first snapshot has come. */
    loaded: loaded as ReadonlySignal<boolean>,
    /** The time of the last `tick`. */
    now: now as ReadonlySignal<number>,
  };
}

function isSilent(heardAt: number, now: number): boolean {
  return now - heardAt > STORE_LIMITS.trackSilenceMs;
}

/** The newest word on each sighting; the ones told longest ago go when there are too many. */
function withChange(changes: ReadonlyMap<string, Sighting>, changed: Sighting): Map<string, Sighting> {
  const others = [...changes].filter(([id]) => id !== changed.id).slice(1 - STORE_LIMITS.sightings);
  return new Map([...others, [changed.id, changed]]);
}

/** Makes room for one more track by leaving out the one that was heard from longest ago. */
function withoutStalest(tracks: readonly Track[]): readonly Track[] {
  if (tracks.length < STORE_LIMITS.tracksPerStream) return tracks;
  const stalest = tracks.reduce((a, b) => (b.heardAt < a.heardAt ? b : a));
  return tracks.filter((track) => track !== stalest);
}
