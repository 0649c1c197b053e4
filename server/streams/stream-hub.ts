import { randomUUID } from 'node:crypto';
import { EventEmitter } from 'node:events';
import type { Alert, Sighting, SightingEvidence, Stream, StreamLabel } from '../../protocol/events.ts';
import type { KioskIdentity } from '../../protocol/kiosks.ts';
import type { NotificationData } from '../../protocol/signaling.ts';
import type { DecidedCrop } from '../labels/track-fusion.ts';
import { evidenceOf } from '../sightings/evidence.ts';
import { sightingCropUrl } from '../sightings/sighting.store.ts';

/** Sightings that a console is told of when it opens. */
export const SIGHTINGS_KEPT = 100;

/** Open alerts that it is told of; more than that stand in the list of GET /alerts. */
export const ALERTS_KEPT = 100;

type StreamBoxes = NotificationData<'streamBoxes'>;
type Snapshot = { streams: Stream[]; sightings: Sighting[]; people: number; alerts?: Alert[] };

type Events = {
  /** What was sent before is to be forgotten, this taken instead. */
  snapshot: [Snapshot];
  stream: [Stream];
  streamRemoved: [{ id: string }];
  /** With the answer that it comes of; without when an operator's answer is told. */
  streamLabel: [StreamLabel, DecidedCrop | undefined];
  streamBoxes: [StreamBoxes];
  trackEnded: [{ stream: string; track: number }];
  /** With the label that it began by, and the answer that this came of. */
  sighting: [Sighting, StreamLabel, DecidedCrop | undefined];
  /** One that was told before is otherwise now. */
  sightingChanged: [Sighting];
  /** Told once for each alert. */
  alertRaised: [Alert];
  alertChanged: [Alert];
  gallery: [{ people: number }];
  unknowns: [{ groups: number }];
};

/** `sighting`: the one that it belongs to while it is somebody or found unknown. */
type LiveTrack = { state: string; personId: string | undefined; sighting: string | undefined };

/** What consoles see: every kiosk's stream, the labels on it, and the sightings that come of them. */
export class StreamHub extends EventEmitter<Events> {
  readonly #streams = new Map<string, Stream>();
  readonly #sightings: Sighting[] = [];
  /** Open ones, newest first. */
  readonly #alerts: Alert[] = [];
  readonly #tracks = new Map<string, Map<number, LiveTrack>>();
  #people = 0;
  #unknowns = 0;

  constructor() {
    super();
    this.setMaxListeners(0); // One listener of each kind per console.
  }

  snapshot(): Snapshot {
    return {
      streams: [...this.#streams.values()],
      sightings: [...this.#sightings],
      people: this.#people,
      ...(this.#alerts.length > 0 ? { alerts: [...this.#alerts] } : {}),
    };
  }

  /** The sightings and open alerts of before the server's start, newest first. No console is told: they are no news. */
  restore(sightings: readonly Sighting[], alerts: readonly Alert[] = []): void {
    this.#alerts.push(...alerts.slice(0, ALERTS_KEPT - this.#alerts.length));
    this.#sightings.push(...sightings.slice(0, SIGHTINGS_KEPT - this.#sightings.length));
  }

  /** A kiosk exists: as at the server's start, or just created. */
  add(kiosk: KioskIdentity): void {
    this.#put({
      ...this.#streams.get(kiosk.id),
      online: false,
      pipeline: 'starting',
      video: false,
      ...kiosk,
    });
  }

  /** The stream's video came or went. */
  setVideo(id: string, video: boolean): void {
    const stream = this.#streams.get(id);
    if (stream && stream.video !== video) this.#put({ ...stream, video });
  }

  boxes(boxes: StreamBoxes): void {
    this.emit('streamBoxes', boxes);
  }

  /** Whether frames become faces at the kiosk, by its own word or its silence. */
  setPipeline(id: string, pipeline: Stream['pipeline']): void {
    const stream = this.#streams.get(id);
    if (stream && stream.pipeline !== pipeline) this.#put({ ...stream, pipeline });
  }

  /** A kiosk was renamed, moved, or its policy changed. */
  changeKiosk(kiosk: KioskIdentity): void {
    const stream = this.#streams.get(kiosk.id);
    if (stream) this.#put({ ...stream, ...kiosk });
  }

  remove(id: string): void {
    if (!this.#streams.delete(id)) return;
    this.#tracks.delete(id);
    this.emit('streamRemoved', { id });
  }

  setOnline(id: string, online: boolean): void {
    const stream = this.#streams.get(id);
    if (!stream || stream.online === online) return;
    if (!online) for (const track of [...(this.#tracks.get(id)?.keys() ?? [])]) this.endTrack(id, track);
    this.#put({
      ...stream,
      online,
      pipeline: 'starting',
      video: online && stream.video,
      lastSeen: new Date().toISOString(),
    });
  }

  isOnline(id: string): boolean {
    return this.#streams.get(id)?.online ?? false;
  }

  /** @param decided the worker's answer that the label comes of */
  label(label: StreamLabel, decided?: DecidedCrop): void {
    const stream = this.#streams.get(label.stream);
    if (!stream) return;
    stream.lastSeen = new Date().toISOString();
    const tracks = this.#tracks.get(label.stream) ?? new Map<number, LiveTrack>();
    this.#tracks.set(label.stream, tracks);
    const before = tracks.get(label.track);
    const goesOn = before?.state === label.state && before.personId === label.personId;
    const settled = label.state === 'identified' || label.state === 'unknown';
    const sighting = !settled ? undefined : goesOn && before.sighting ? before.sighting : randomUUID();
    tracks.delete(label.track);
    tracks.set(label.track, { state: label.state, personId: label.personId, sighting });
    if (tracks.size > 64) tracks.delete(tracks.keys().next().value as number);
    const told = { ...label, sighting };
    this.emit('streamLabel', told, decided);
    if (sighting && sighting !== before?.sighting) this.#sighted(sighting, told, decided, stream.name);
  }

  /** A sighting is otherwise now. @returns the live track that it is about, if that is still there */
  change(sighting: Sighting): { stream: string; track: number } | undefined {
    const at = this.#sightings.findIndex(({ id }) => id === sighting.id);
    if (at >= 0) this.#sightings[at] = sighting;
    this.emit('sightingChanged', sighting);
    for (const [track, live] of this.#tracks.get(sighting.stream) ?? []) {
      if (live.sighting !== sighting.id) continue;
      // The track goes on as what the sighting is by now: with its next label no other sighting begins.
      live.state = sighting.state;
      live.personId = sighting.personId;
      return { stream: sighting.stream, track };
    }
    return undefined;
  }

  endTrack(stream: string, track: number): void {
    this.#tracks.get(stream)?.delete(track);
    this.emit('trackEnded', { stream, track });
  }

  /** Sightings that last, of a person who is in view. */
  liveSightings(personId: string): string[] {
    return [...this.#tracks.values()].flatMap((tracks) =>
      [...tracks.values()].flatMap((live) => (live.personId === personId && live.sighting) || []),
    );
  }

  raiseAlert(alert: Alert): void {
    if (this.#alerts.some(({ id }) => id === alert.id)) return;
    this.#alerts.unshift(alert);
    this.#alerts.length = Math.min(this.#alerts.length, ALERTS_KEPT);
    this.emit('alertRaised', alert);
  }

  /** It was acknowledged, or its sighting is otherwise. */
  changeAlert(alert: Alert): void {
    const at = this.#alerts.findIndex(({ id }) => id === alert.id);
    if (at >= 0) this.#alerts.splice(at, 1, ...(alert.acknowledged ? [] : [alert]));
    this.emit('alertChanged', alert);
  }

  /** Sightings of an erased person go with the person. */
  forget(personId: string): void {
    const kept = this.#sightings
      .filter((sighting) => sighting.personId !== personId)
      .map((sighting) => withoutName(sighting, personId));
    this.#sightings.splice(0, this.#sightings.length, ...kept);
    const alerts = this.#alerts
      .filter(({ sighting }) => sighting.personId !== personId)
      .map((alert) => ({ ...alert, sighting: withoutName(alert.sighting, personId) }));
    this.#alerts.splice(0, this.#alerts.length, ...alerts);
    this.emit('snapshot', this.snapshot());
  }

  /** Whether a stream or a sighting that is held here tells of this person. */
  tellsOf(personId: string): boolean {
    const live = [...this.#tracks.values()].flatMap((tracks) => [...tracks.values()]);
    const told = [...this.#sightings, ...this.#alerts.map(({ sighting }) => sighting)];
    return [...live, ...told].some((one) => one.personId === personId);
  }

  /** People were renamed, merged or parted: their sightings and open alerts are told as they are by now. */
  retell(personIds: readonly string[], stored: readonly Sighting[], alerts: readonly Alert[]): void {
    const known = new Map(stored.map((sighting) => [sighting.id, sighting]));
    const told = this.#sightings.flatMap((sighting) => {
      if (known.has(sighting.id)) return known.get(sighting.id) ?? [];
      return personIds.includes(sighting.personId ?? '') ? [] : sighting;
    });
    this.#sightings.splice(0, this.#sightings.length, ...told);
    this.#alerts.splice(0, this.#alerts.length, ...alerts);
    this.emit('snapshot', this.snapshot());
  }

  setPeople(people: number): void {
    this.#people = people;
    this.emit('gallery', { people });
  }

  /** Groups of unknown people that wait for an answer. */
  get unknowns(): { groups: number } {
    return { groups: this.#unknowns };
  }

  setUnknowns(groups: number): void {
    this.#unknowns = groups;
    this.emit('unknowns', { groups });
  }

  /** These sightings were erased. */
  forgetSightings(ids: readonly string[]): void {
    const gone = new Set(ids);
    const kept = this.#sightings.filter(({ id }) => !gone.has(id));
    if (kept.length === this.#sightings.length) return;
    this.#sightings.splice(0, this.#sightings.length, ...kept);
    this.emit('snapshot', this.snapshot());
  }

  #put(stream: Stream): void {
    this.#streams.set(stream.id, stream);
    this.emit('stream', stream);
  }

  #sighted(id: string, label: StreamLabel, decided: DecidedCrop | undefined, streamName: string): void {
    const sighting: Sighting = {
      id,
      stream: label.stream,
      streamName,
      state: label.state as Sighting['state'],
      personId: label.personId,
      name: label.name,
      confidence: label.confidence,
      ...(decided ? { evidence: evidenceOf(decided.decision, label.personId) } : {}),
      cropUrl: sightingCropUrl(id),
      at: new Date().toISOString(),
    };
    this.#sightings.unshift(sighting);
    this.#sightings.length = Math.min(this.#sightings.length, SIGHTINGS_KEPT);
    this.emit('sighting', sighting, label, decided);
  }
}

/** An answer that somebody is not an erased person says nothing any more; one that it is another keeps that. */
function withoutName(told: Sighting, erased: string): Sighting {
  const sighting = told.evidence?.other?.personId === erased ? withoutOther(told) : told;
  const { confirmation, ...rest } = sighting;
  if (confirmation?.recognised?.id !== erased) return sighting;
  if (confirmation.verdict === 'no') return rest;
  return { ...rest, confirmation: { ...confirmation, recognised: null } };
}

function withoutOther(sighting: Sighting): Sighting {
  const { other: _, ...evidence } = sighting.evidence as SightingEvidence;
  return { ...sighting, evidence };
}
