import type { Learnable } from '../../../protocol/lessons.ts';

/** A crop as the pipeline encoded it: JPEG of 112×112. */
export type KeptCrop = { readonly jpeg: Uint8Array<ArrayBuffer>; readonly at: number };
export type LearnableSample = KeptCrop & {
  readonly sighting: string;
  /** One and the same array for all crops of a person. */
  readonly target: Float32Array;
};

export const BUFFER_LIMITS = {
  /** Sightings and tracks together. */
  groups: 64,
  cropsPerGroup: 6,
  /** What nobody has confirmed by then, or what is confirmed, is forgotten. */
  ageMs: 12 * 3600_000,
} as const;

type Group = { crops: KeptCrop[]; at: number };

/**
 * The crops that this kiosk may learn from, in memory alone. A crop is kept by its track until the server says which
 * sighting that is; it is learnt from once an operator has said who it shows.
 */
export class SampleBuffer {
  /** The oldest first. */
  readonly #tracks = new Map<number, Group>();
  readonly #sightings = new Map<string, Group>();
  readonly #sightingOf = new Map<number, string>();
  #targets = new Map<string, Float32Array>();

  /** @param now ms, as in all methods */
  offer(crop: { track: number; payload: Uint8Array }, now: number): void {
    const sighting = this.#sightingOf.get(crop.track);
    const group = (sighting === undefined ? this.#tracks.get(crop.track) : this.#sightings.get(sighting)) ?? {
      crops: [],
      at: now,
    };
    // Spread over the look rather than its first moments: the newest takes the place of the last but one.
    if (group.crops.length >= BUFFER_LIMITS.cropsPerGroup) group.crops.splice(-2, 1);
    group.crops.push({ jpeg: Uint8Array.from(crop.payload), at: now });
    if (sighting === undefined) this.#tracks.set(crop.track, group);
    else this.#sightings.set(sighting, group);
    this.#bound();
  }

  handleSighted(track: number, sighting: string, now: number): void {
    this.#sightingOf.set(track, sighting);
    const group = this.#tracks.get(track);
    this.#tracks.delete(track);
    if (!this.#sightings.has(sighting)) this.#sightings.set(sighting, group ?? { crops: [], at: now });
    this.#bound();
  }

  handleTrackEnded(track: number): void {
    this.#tracks.delete(track);
    this.#sightingOf.delete(track);
  }

  /** Sightings to ask about. */
  get sightings(): string[] {
    return [...this.#sightings.keys()];
  }

  /** What was said of them may be wrong by now: nothing is learnt from until it is said again. */
  suspend(): void {
    this.#targets = new Map();
  }

  /** @param asked sightings that the answer is about: those in neither list are dropped */
  handleAnswer(asked: readonly string[], { targets, waiting }: Learnable): void {
    const vectors = new Map(targets.map(({ target }) => [target, vectorOf(target)]));
    this.#targets = new Map(
      targets.map(({ sighting, target }) => [sighting, vectors.get(target) as Float32Array]),
    );
    for (const sighting of asked) {
      if (this.#targets.has(sighting) || waiting.includes(sighting)) continue;
      this.#sightings.delete(sighting);
      for (const [track, of] of this.#sightingOf) if (of === sighting) this.#sightingOf.delete(track);
    }
  }

  samples(now: number): LearnableSample[] {
    this.#age(now);
    return [...this.#sightings].flatMap(([sighting, { crops }]) => {
      const target = this.#targets.get(sighting);
      return target ? crops.map((crop) => ({ ...crop, sighting, target })) : [];
    });
  }

  clear(): void {
    this.#tracks.clear();
    this.#sightings.clear();
    this.#sightingOf.clear();
    this.#targets = new Map();
  }

  #age(now: number): void {
    for (const groups of [this.#tracks, this.#sightings] as Map<unknown, Group>[]) {
      for (const [key, { at }] of groups) if (now - at > BUFFER_LIMITS.ageMs) groups.delete(key);
    }
  }

  #bound(): void {
    while (this.#tracks.size + this.#sightings.size > BUFFER_LIMITS.groups) {
      const unconfirmed = [...this.#sightings.keys()].find((id) => !this.#targets.has(id));
      if (this.#tracks.size > BUFFER_LIMITS.groups / 2) this.#tracks.delete(firstOf(this.#tracks));
      else this.#sightings.delete(unconfirmed ?? firstOf(this.#sightings));
    }
    while (this.#sightingOf.size > BUFFER_LIMITS.groups) this.#sightingOf.delete(firstOf(this.#sightingOf));
  }
}

/** How many people the crops show. */
export function peopleIn(samples: readonly LearnableSample[]): number {
  return new Set(samples.map(({ target }) => target)).size;
}

function firstOf<K>(map: ReadonlyMap<K, unknown>): K {
  return map.keys().next().value as K;
}

function vectorOf(base64: string): Float32Array {
  return new Float32Array(Uint8Array.from(atob(base64), (character) => character.charCodeAt(0)).buffer);
}
