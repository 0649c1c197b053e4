const WINDOW = 1024;
const MAX_TRACKS = 64;

/**
 * Refuses crops that were seen before, or that are older than the newest of their track: the channel is
 * unordered, and only the freshest view of a face is worth an answer.
 */
export class ReplayGuard {
  #highest = -1;
  readonly #newest = new Map<number, number>();

  /** @returns why the crop is refused, or `undefined` and then it counts as seen */
  check(track: number, sequence: number): 'replayed' | 'stale' | undefined {
    if (sequence <= this.#highest - WINDOW) return 'replayed';
    const newest = this.#newest.get(track);
    if (newest === sequence) return 'replayed';
    if (newest !== undefined && sequence < newest) return 'stale';
    this.#highest = Math.max(this.#highest, sequence);
    this.#newest.delete(track);
    this.#newest.set(track, sequence);
    // The track that was silent longest goes; the window still covers its old sequences.
    if (this.#newest.size > MAX_TRACKS) this.#newest.delete(this.#newest.keys().next().value as number);
    return undefined;
  }
}
