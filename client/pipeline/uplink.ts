import { type Crop, encodeCrop } from '../../protocol/crop.ts';

/** What is used of a data channel. */
export type CropChannel = {
  readonly bufferedAmount: number;
  bufferedAmountLowThreshold: number;
  send(bytes: Uint8Array<ArrayBuffer>): void;
};

/** A crop as the pipeline makes it; times are ms of `monotonicNow`. */
export type ReadyCrop = Omit<Crop, 'sequence' | 'captureTime' | 'durations'> & {
  capturedAt: number;
  /** When the crop was encoded: from here on it waits for the network. */
  readyAt: number;
  durations: Omit<Crop['durations'], 'uplink'>;
};

export const UPLINK_DROPS = ['offline', 'superseded', 'stale', 'track-ended'] as const;
export type UplinkDrop = (typeof UPLINK_DROPS)[number];

/** The channel may hold as much as leaves it in this time; what comes later waits here, where it can be replaced. */
const BUFFER_MS = 100;
/** Two crops always fit: a lower limit would wait for an empty buffer at every burst. */
const BUFFER_MIN_BYTES = 16 * 1024;
const BUFFER_MAX_BYTES = 256 * 1024;
/** A crop that waited so long shows what is no longer there. */
const STALE_MS = 500;
const REMEMBERED_SEQUENCES = 256;

/**
 * Sends crops freshest first: at most one waits for each track, a newer one replaces it, and nothing is put behind
 * a channel that already holds more than about 100 ms. Counts what was dropped by reason.
 */
export class Uplink {
  readonly dropped: Record<UplinkDrop, number> = { offline: 0, superseded: 0, stale: 0, 'track-ended': 0 };
  sent = 0;
  readonly #now: () => number;
  readonly #toSessionTime: (ms: number) => number;
  readonly #drain = new DrainRate();
  #channel: CropChannel | undefined;
  #waiting = new Map<number, ReadyCrop>();
  #sequence = 0;
  #capturedAt = new Map<number, number>();

  /** @param options.toSessionTime from our clock to ms since the session's epoch on the server's clock */
  constructor(options: { now: () => number; toSessionTime: (ms: number) => number }) {
    this.#now = options.now;
    this.#toSessionTime = options.toSessionTime;
  }

  /** The channel has opened, or is gone. */
  handleChannel(channel: CropChannel | undefined): void {
    this.#channel = channel;
    this.#drain.restart(this.#now());
    if (!channel) {
      for (const track of [...this.#waiting.keys()]) this.#drop(track, 'offline');
    }
  }

  /** The channel's buffer has run low. */
  handleDrained(): void {
    this.#flush();
  }

  handleTrackEnded(track: number): void {
    this.#drop(track, 'track-ended');
  }

  offer(crop: ReadyCrop): void {
    if (!this.#channel) {
      this.dropped.offline++;
      return;
    }
    this.#drop(crop.track, 'superseded');
    this.#waiting.set(crop.track, crop);
    this.#flush();
  }

  /** When the crop of that sequence was captured (our clock), if it is among the last few hundred. */
  capturedAt(sequence: number): number | undefined {
    return this.#capturedAt.get(sequence);
  }

  #flush(): void {
    const channel = this.#channel;
    if (!channel) return;
    for (const [track, crop] of this.#waiting) {
      if (this.#now() - crop.readyAt > STALE_MS) {
        this.#drop(track, 'stale');
        continue;
      }
      const limit = this.#limit(channel);
      channel.bufferedAmountLowThreshold = Math.round(limit / 2);
      if (channel.bufferedAmount > limit) return;
      this.#waiting.delete(track);
      this.#send(channel, crop);
    }
  }

  #send(channel: CropChannel, crop: ReadyCrop): void {
    const { capturedAt, readyAt, durations, ...rest } = crop;
    const sequence = ++this.#sequence;
    const bytes = encodeCrop({
      ...rest,
      sequence,
      captureTime: Math.max(0, this.#toSessionTime(capturedAt)),
      durations: { ...durations, uplink: this.#now() - readyAt },
    });
    try {
      channel.send(bytes);
    } catch {
      // The channel closed between its last event and now.
      this.dropped.offline++;
      return;
    }
    this.#drain.handleSent(bytes.length);
    this.sent++;
    this.#capturedAt.set(sequence, capturedAt);
    if (this.#capturedAt.size > REMEMBERED_SEQUENCES) {
      const oldest = this.#capturedAt.keys().next();
      if (!oldest.done) this.#capturedAt.delete(oldest.value);
    }
  }

  #limit(channel: CropChannel): number {
    const rate = this.#drain.measure({ now: this.#now(), buffered: channel.bufferedAmount });
    return Math.min(BUFFER_MAX_BYTES, Math.max(BUFFER_MIN_BYTES, rate * BUFFER_MS));
  }

  #drop(track: number, reason: UplinkDrop): void {
    if (this.#waiting.delete(track)) this.dropped[reason]++;
  }
}

/** How fast the channel empties, in bytes per ms, measured while it has something to send. */
class DrainRate {
  #rate = 125; // 1 Mbit/s until something better is known
  #sent = 0;
  #last = { at: 0, drained: 0, buffered: 0 };

  restart(now: number): void {
    this.#sent = 0;
    this.#last = { at: now, drained: 0, buffered: 0 };
  }

  handleSent(bytes: number): void {
    this.#sent += bytes;
  }

  measure({ now, buffered }: { now: number; buffered: number }): number {
    const drained = this.#sent - buffered;
    const elapsed = now - this.#last.at;
    // A buffer that ran empty in between shows less than the link can do: it may raise the estimate, not lower it.
    if (elapsed >= 10) {
      const seen = (drained - this.#last.drained) / elapsed;
      if (buffered > 0 || seen > this.#rate) this.#rate += 0.3 * (seen - this.#rate);
      this.#last = { at: now, drained, buffered };
    }
    return this.#rate;
  }
}
