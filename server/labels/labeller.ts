import type { StreamLabel } from '../../protocol/events.ts';
import type { Label } from '../../protocol/label.ts';
import type { StageTimings } from '../../protocol/stages.ts';
import type { TakenCrop } from '../ingest/intake.ts';
import type { Metrics } from '../observability/metrics.ts';
import type { CropQueue } from '../queue/crop-queue.ts';
import type { StreamHub } from '../streams/stream-hub.ts';
import type { Erasures } from './erasures.ts';
import { type Decided, TrackFusion, type TrackLabel } from './track-fusion.ts';

const TRACKS_KEPT = 64;

/** Takes the crops of one kiosk from the queue to the label. */
export class Labeller {
  readonly #stream: string;
  readonly #trackOffset: number;
  readonly #epoch: number;
  readonly #queue: CropQueue;
  readonly #hub: StreamHub;
  readonly #erasures: Erasures;
  readonly #metrics: Metrics;
  readonly #now: () => number;
  readonly #send: (label: Label) => void;
  readonly #fusion = new TrackFusion();
  /** What was told last of each track. */
  readonly #last = new Map<number, { label: Label; onStream: StreamLabel }>();
  /** Tracks whose crops may still be on their way. */
  readonly #ended = new Set<number>();
  #closed = false;

  /**
   * @param options.stream the kiosk's id
   * @param options.trackOffset added to track ids outside the session, where several sessions of a kiosk may meet
   */
  constructor(options: {
    stream: string;
    trackOffset: number;
    epoch: number;
    queue: CropQueue;
    hub: StreamHub;
    erasures: Erasures;
    metrics: Metrics;
    now: () => number;
    send: (label: Label) => void;
  }) {
    this.#stream = options.stream;
    this.#trackOffset = options.trackOffset;
    this.#epoch = options.epoch;
    this.#queue = options.queue;
    this.#hub = options.hub;
    this.#erasures = options.erasures;
    this.#metrics = options.metrics;
    this.#now = options.now;
    this.#send = options.send;
  }

  /** Queues a crop, waits for its answer, and sends the label; a crop that cannot be answered is counted. */
  async recognise(crop: TakenCrop): Promise<void> {
    const track = this.outside(crop.track);
    const submitted = await this.#queue
      .submit({
        stream: this.#stream,
        track,
        sequence: crop.sequence,
        codec: crop.codec,
        payload: crop.payload,
        quality: crop.quality.score,
        evidence: this.#fusion.evidence(crop.track),
        deadlineAt: crop.deadlineAt,
      })
      .catch(() => undefined);
    if (!submitted) {
      this.#metrics.cropDropped('ingest', 'queue-unavailable');
      return;
    }
    const answer = await submitted.answer.catch(() => undefined);
    if (!answer) {
      this.#metrics.cropDropped('queue', 'no-answer');
      return;
    }
    if (answer.result.outcome === 'dropped') {
      this.#metrics.cropDropped('embed', answer.result.reason);
      return;
    }
    if (this.#erasures.outdates(answer.result.decision)) {
      this.#metrics.cropDropped('match', 'erased');
      return;
    }
    if (this.#closed || this.#ended.has(crop.track)) {
      this.#metrics.cropDropped('label', 'track-ended');
      return;
    }
    const label = this.#fusion.update(crop.track, answer.result);
    this.#publish(crop, track, label, answer.result, { enqueuedAt: submitted.enqueuedAt, ...answer.timings });
  }

  /** The face is gone from the picture: consoles take its label away. */
  endTrack(track: number): void {
    this.#ended.add(track);
    if (this.#ended.size > TRACKS_KEPT) this.#ended.delete(this.#ended.values().next().value as number);
    this.#fusion.end(track);
    this.#last.delete(track);
    this.#hub.endTrack(this.#stream, this.outside(track));
  }

  /** A person was erased: the name goes from every track at once, not with its next crop. */
  forget(personId: string): void {
    for (const track of this.#fusion.forget(personId)) {
      const last = this.#last.get(track);
      if (last) {
        const { sequence, captureTime } = last.label;
        this.#send({ track, sequence, captureTime, state: 'looking', stages: {} });
      }
      this.#hub.endTrack(this.#stream, this.outside(track));
    }
  }

  /**
   * An operator has said who a track is, or is not, or has taken that back: it is told anew at once.
   * @param outside the track's id outside the session
   */
  correct(
    outside: number,
    {
      person,
      ...answer
    }: Omit<Parameters<TrackFusion['correct']>[1], 'label'> & { person: TrackLabel['person'] },
  ): void {
    const track = this.inside(outside);
    const state = person ? 'identified' : 'unknown';
    this.#fusion.correct(track, { ...answer, label: { state, ...(person ? { person } : {}) } });
    const last = this.#last.get(track);
    if (!last) return;
    const now = {
      state,
      personId: person?.id,
      name: person?.name,
      score: undefined,
      confidence: undefined,
    } as const;
    const label = { ...last.label, ...now };
    const onStream = { ...last.onStream, ...now };
    this.#send(label);
    this.#remember(track, { label, onStream });
    this.#hub.label(onStream);
  }

  close(): void {
    this.#closed = true;
  }

  #publish(
    crop: TakenCrop,
    track: number,
    { state, person, score, confidence }: TrackLabel,
    decided: Decided,
    times: { enqueuedAt: number; queue: number; embed: number; match: number },
  ): void {
    const sentAt = this.#now();
    const stages = stageTimings(crop, times, sentAt);
    const captureTime = crop.capturedAt - this.#epoch;
    const label: Label = {
      track: crop.track,
      sequence: crop.sequence,
      state,
      personId: person?.id,
      name: person?.name,
      score,
      confidence,
      captureTime,
      stages,
    };
    this.#send(label);
    const latency = sentAt - crop.capturedAt;
    this.#metrics.cropLabelled(state, stages, latency);
    const onStream: StreamLabel = {
      ...label,
      track,
      stream: this.#stream,
      box: crop.box,
      frame: crop.frame,
      cropUrl: `/streams/${this.#stream}/crops/${track}/${crop.sequence}.jpg`,
      latency,
    };
    this.#remember(crop.track, { label, onStream });
    this.#hub.label(onStream, { ...decided, quality: crop.quality.score });
  }

  /** A track as it is called outside of its session. */
  outside(track: number): number {
    return (track + this.#trackOffset) >>> 0;
  }

  /** The same the other way round. */
  inside(outside: number): number {
    return (outside - this.#trackOffset) >>> 0;
  }

  #remember(track: number, last: { label: Label; onStream: StreamLabel }): void {
    this.#last.delete(track);
    this.#last.set(track, last);
    if (this.#last.size > TRACKS_KEPT) this.#last.delete(this.#last.keys().next().value as number);
  }
}

/** The budget of one crop: what the kiosk measured, what lies between the clocks, and what the worker measured. */
function stageTimings(
  crop: TakenCrop,
  times: { enqueuedAt: number; queue: number; embed: number; match: number },
  sentAt: number,
): StageTimings {
  const { camera, detect, align, uplink } = crop.durations;
  const { enqueuedAt, queue, embed, match } = times;
  const sentByKiosk = crop.capturedAt + camera + detect + align + uplink;
  const positive = (ms: number) => Math.max(0, ms);
  return {
    camera,
    detect,
    align,
    uplink,
    sfu: positive(crop.arrivedAt - sentByKiosk),
    ingest: positive(enqueuedAt - crop.arrivedAt),
    queue: positive(queue),
    embed: positive(embed),
    match: positive(match),
    label: positive(sentAt - enqueuedAt - queue - embed - match),
  };
}
