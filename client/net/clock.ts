/** Milliseconds since 1970 that never step back: comparable between a page and its workers. */
export function monotonicNow(): number {
  return performance.timeOrigin + performance.now();
}

type Sample = { at: number; roundTrip: number; offset: number };

/** Older answers say nothing about a clock that drifts. */
const SAMPLE_LIFETIME_MS = 10 * 60_000;
/** Clocks drift a little within that time. */
const TOLERANCE_MS = 30;

/**
 * How far the server's clock is ahead of ours. Each ping gives an estimate that is wrong by at most half its
 * round trip, so the one with the smallest round trip of the last ten minutes is kept (Cristian 1989).
 */
export class ClockOffset {
  #samples: Sample[] = [];

  /** @param sample our clock when the ping left and when the answer came, and the server's clock in it; all ms */
  add(sample: { sentAt: number; receivedAt: number; serverTime: number }): void {
    const { sentAt, receivedAt, serverTime } = sample;
    const offset = serverTime - (sentAt + receivedAt) / 2;
    const roundTrip = receivedAt - sentAt;
    const best = this.#best;
    // Each estimate is off by half its round trip at most: further apart, and one of the clocks has been set.
    const contradicts =
      best && Math.abs(offset - best.offset) > (roundTrip + best.roundTrip) / 2 + TOLERANCE_MS;
    const kept = this.#samples.filter(({ at }) => receivedAt - at < SAMPLE_LIFETIME_MS);
    this.#samples = [...(contradicts ? [] : kept), { at: receivedAt, roundTrip, offset }];
  }

  /** What was measured against another server, or before a long absence, says nothing any more. */
  reset(): void {
    this.#samples = [];
  }

  /** ms to add to our clock to have the server's; 0 before the first ping was answered. */
  get offset(): number {
    return this.#best?.offset ?? 0;
  }

  /** Smallest round trip in ms, if a ping was answered. */
  get roundTrip(): number | undefined {
    return this.#best?.roundTrip;
  }

  get #best(): Sample | undefined {
    return this.#samples.reduce<Sample | undefined>(
      (best, sample) => (best && best.roundTrip <= sample.roundTrip ? best : sample),
      undefined,
    );
  }
}
