import { randomUUID } from 'node:crypto';
import type { Alert, Sighting, StreamLabel } from '../../protocol/events.ts';
import type { SightingEvent } from '../../protocol/webhooks.ts';
import type { StreamHub } from '../streams/stream-hub.ts';

/** Sightings that last at once, as the recorder bounds them. */
const MOST = 4096;

type Lasting = { sighting: Sighting; endedAt: string; confidence: number | undefined };

/** What has happened, before a receiver gives it its expiry. */
export type SightingNews = Omit<SightingEvent, 'expiresAt'>;

/** Tells when a sighting begins and when it has ended. */
export type SightingEvents = {
  /** Somebody on the watch list has appeared. */
  tellAlert(alert: Alert): void;
  /** Nothing more is told of this person. */
  forget(personId: string): void;
  close(): void;
};

/**
 * @param dependencies.publicUrl base of the crops' addresses, asked at each event
 * @param dependencies.tell called at once, in the order of what happened; must not throw
 */
export function createSightingEvents(dependencies: {
  hub: StreamHub;
  publicUrl: () => string;
  tell: (news: SightingNews) => void;
}): SightingEvents {
  const { hub, publicUrl, tell } = dependencies;
  const lasting = new Map<string, Lasting>();

  const newsOf = (
    type: SightingEvent['type'],
    { sighting, endedAt, confidence }: Lasting,
    alert?: Alert,
  ): SightingNews => ({
    id: randomUUID(),
    type,
    issuedAt: new Date().toISOString(),
    ...(alert ? { alert: { id: alert.id, ...(alert.note ? { note: alert.note } : {}) } } : {}),
    sighting: {
      id: sighting.id,
      state: sighting.state,
      ...(sighting.personId ? { person: { id: sighting.personId, name: sighting.name ?? '' } } : {}),
      kiosk: { id: sighting.stream, name: sighting.streamName },
      beganAt: sighting.at,
      ...(type === 'sighting.ended' ? { endedAt } : {}),
      ...(confidence === undefined ? {} : { confidence }),
      cropUrl: new URL(sighting.cropUrl, publicUrl()).href,
    },
  });

  const end = (key: string) => {
    const one = lasting.get(key);
    if (!one) return;
    lasting.delete(key);
    tell(newsOf('sighting.ended', one));
  };

  const listeners = {
    sighting: (sighting: Sighting, label: StreamLabel) => {
      const key = keyOf(label);
      end(key);
      if (lasting.size >= MOST) return;
      const one = { sighting, endedAt: sighting.at, confidence: sighting.confidence };
      lasting.set(key, one);
      tell(newsOf('sighting.began', one));
    },
    /** What an operator has said of it is what its end tells. */
    sightingChanged: (sighting: Sighting) => {
      for (const one of lasting.values()) if (one.sighting.id === sighting.id) one.sighting = sighting;
    },
    streamLabel: (label: StreamLabel) => {
      const one = lasting.get(keyOf(label));
      if (one?.sighting.state !== label.state || one.sighting.personId !== label.personId) return;
      one.endedAt = new Date().toISOString();
      if ((label.confidence ?? 0) > (one.confidence ?? 0)) one.confidence = label.confidence;
    },
    trackEnded: (track: { stream: string; track: number }) => end(keyOf(track)),
  };
  hub.on('sighting', listeners.sighting);
  hub.on('sightingChanged', listeners.sightingChanged);
  hub.on('streamLabel', listeners.streamLabel);
  hub.on('trackEnded', listeners.trackEnded);

  return {
    tellAlert(alert) {
      const { sighting } = alert;
      const { at: endedAt, confidence } = sighting;
      tell(newsOf('alert.raised', { sighting, endedAt, confidence }, alert));
    },
    forget(personId) {
      for (const [key, { sighting }] of lasting) if (sighting.personId === personId) lasting.delete(key);
    },
    close() {
      hub.off('sighting', listeners.sighting);
      hub.off('sightingChanged', listeners.sightingChanged);
      hub.off('streamLabel', listeners.streamLabel);
      hub.off('trackEnded', listeners.trackEnded);
    },
  };
}

function keyOf({ stream, track }: { stream: string; track: number }): string {
  return `${stream}:${track}`;
}
