import type { FrameBox } from '../../../protocol/crop.ts';

export type TrackBox = { track: number; box: FrameBox };
type Moment = { at: number; boxes: readonly TrackBox[] };

/** Video is shown some hundred ms after its capture; boxes are kept somewhat longer. */
const KEPT_MS = 3000;
/** A face that was not seen for so long is not where it was. */
const LOST_MS = 700;
/** Of so many of the last moments it is known how late their boxes came. */
const WAITS = 16;

/** Where the faces of one stream were lately, so that each frame of its video gets the boxes of its own time. */
export class BoxHistory {
  #moments: Moment[] = [];
  #waits: number[] = [];

  /**
   * @param at capture time of the frame, ms of this browser's clock
   * @param arrivedAt when its boxes came, by the same clock
   */
  add(at: number, boxes: readonly TrackBox[], arrivedAt: number): void {
    // The frame right after the last moment is the one that waits longest for these boxes.
    const last = this.#moments.at(-1);
    const gap = last && at > last.at && at - last.at < LOST_MS ? at - last.at : 0;
    this.#waits = [...this.#waits.slice(1 - WAITS), arrivedAt - at + gap];
    const later = this.#moments.filter((moment) => moment.at > at);
    const earlier = this.#moments.filter((moment) => moment.at < at && moment.at > at - KEPT_MS);
    this.#moments = [...earlier, { at, boxes }, ...later];
  }

  /** So long after its capture nine in ten frames have the boxes on both sides of them, ms; `undefined` before any. */
  get wait(): number | undefined {
    return this.#waits.toSorted((a, b) => a - b)[Math.floor(0.9 * this.#waits.length)];
  }

  /** The boxes at that time: between two frames that were looked at, in proportion. */
  at(time: number): TrackBox[] {
    const after = this.#moments.findIndex((moment) => moment.at >= time);
    const next = this.#moments[after];
    const before = after < 0 ? this.#moments.at(-1) : this.#moments[after - 1];
    if (!before) return next && next.at - time < LOST_MS ? [...next.boxes] : [];
    if (time - before.at > LOST_MS) return [];
    return before.boxes.map(({ track, box }) => {
      const then = next?.boxes.find((one) => one.track === track)?.box;
      if (!next || !then) return { track, box };
      const share = (time - before.at) / (next.at - before.at);
      return { track, box: between(box, then, share) };
    });
  }
}

function between(a: FrameBox, b: FrameBox, share: number): FrameBox {
  const mix = (from: number, to: number) => from + (to - from) * share;
  return {
    x: mix(a.x, b.x),
    y: mix(a.y, b.y),
    width: mix(a.width, b.width),
    height: mix(a.height, b.height),
  };
}
