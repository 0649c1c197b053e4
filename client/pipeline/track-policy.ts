/** Which of a track's crops are worth sending: many at first, few once the name is known (DESIGN §4, track policy). */
const BURST = 3;
const UNTIL_IDENTIFIED_MS = 1000;
const ONCE_IDENTIFIED_MS = 3000;
/** `Clearly better` is a score higher by this much; and such crops keep this distance from each other. */
const BETTER_BY = 0.15;
const BETTER_GAP_MS = 150;

type Known = { sent: number; lastAt: number; bestScore: number; identified: boolean };

/** Decides for each frame whether a track's crop is sent. Crops that fail on quality never get here. */
export class TrackPolicy {
  #tracks = new Map<number, Known>();

  /**
   * Whether this crop is sent; a yes counts as sent.
   * @param options.score quality, 0 to 1
   * @param options.now ms
   */
  take(options: { track: number; score: number; now: number }): boolean {
    const { track, score, now } = options;
    const known = this.#known(track);
    const since = now - known.lastAt;
    const wanted = known.identified
      ? since >= ONCE_IDENTIFIED_MS
      : known.sent < BURST ||
        since >= UNTIL_IDENTIFIED_MS ||
        (score >= known.bestScore + BETTER_BY && since >= BETTER_GAP_MS);
    if (!wanted) return false;
    known.sent++;
    known.lastAt = now;
    known.bestScore = Math.max(known.bestScore, score);
    return true;
  }

  handleLabel(options: { track: number; identified: boolean }): void {
    const known = this.#tracks.get(options.track);
    if (known) known.identified = options.identified;
  }

  handleTrackEnded(track: number): void {
    this.#tracks.delete(track);
  }

  /** The server knows nothing of the tracks any more (a new session): all begin anew. */
  reset(): void {
    this.#tracks.clear();
  }

  #known(track: number): Known {
    let known = this.#tracks.get(track);
    if (!known) {
      known = { sent: 0, lastAt: Number.NEGATIVE_INFINITY, bestScore: 0, identified: false };
      this.#tracks.set(track, known);
    }
    return known;
  }
}
