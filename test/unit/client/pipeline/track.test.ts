import { describe, expect, it } from 'vitest';
import {
  correlation,
  TRACK_LIMITS,
  type TrackedFace,
  Tracker,
  thumbnailOf,
} from '../../../../client/pipeline/track.ts';
import { CROP_SIZE, type FivePoints } from '../../../../models/align.ts';

type Look = { noise?: number; shift?: number; gain?: number };

/** A smooth random face-like crop: blobs placed by a seed, so that different seeds are different people. */
function cropOf(person: number, { noise = 0, shift = 0, gain = 1 }: Look = {}): Uint8ClampedArray {
  const random = generator(person);
  const blobs = Array.from({ length: 9 }, () => ({
    x: 20 + 72 * random(),
    y: 32 + 72 * random(),
    depth: 90 * (random() - 0.5),
    size: 60 + 200 * random(),
  }));
  const grain = generator(person * 31 + Math.round(1000 * noise) + shift);
  const crop = new Uint8ClampedArray(CROP_SIZE * CROP_SIZE * 4);
  for (let i = 0; i < CROP_SIZE * CROP_SIZE; i++) {
    const [x, y] = [(i % CROP_SIZE) + shift, Math.floor(i / CROP_SIZE)];
    let value = 120 + noise * (grain() - 0.5);
    for (const blob of blobs) {
      value += blob.depth * Math.exp(-((x - blob.x) ** 2 + (y - blob.y) ** 2) / blob.size);
    }
    crop.fill(value * gain, i * 4, i * 4 + 3);
    crop[i * 4 + 3] = 255;
  }
  return crop;
}

function generator(seed: number): () => number {
  let state = seed * 2654435761 + 12345;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}

function face(
  person: number,
  { x = 200, y = 150, size = 120, ...look }: { x?: number; y?: number; size?: number } & Look = {},
): TrackedFace & { person: number } {
  const at = (u: number, v: number) => [x + u * size, y + v * size] as const;
  const points: FivePoints = [at(0.3, 0.35), at(0.7, 0.35), at(0.5, 0.6), at(0.35, 0.8), at(0.65, 0.8)];
  return {
    person,
    box: { x, y, width: size, height: size },
    points,
    thumbnail: thumbnailOf(cropOf(person, look)),
  };
}

describe('Tracker', () => {
  it('keeps one track for a person who moves, under noise and changing light', () => {
    const tracker = new Tracker();
    const ids = Array.from({ length: 30 }, (_, i) => {
      const moved = face(1, { x: 200 + 6 * i, y: 150 + 2 * i, noise: 20, gain: 0.8 + 0.01 * i });
      return tracker.update([moved], i * 66).ids[0];
    });
    expect(new Set(ids).size).toBe(1);
  });

  it('begins a new track at once, and ends the old one, when another person stands in the same place', () => {
    const tracker = new Tracker();
    tracker.update([face(1)], 0);
    tracker.update([face(1)], 66);
    expect(tracker.update([face(2)], 132)).toEqual({ ids: [2], ended: [1] });
  });

  it('never lets a track pass to one of forty other people in the same place', () => {
    for (let person = 2; person < 42; person++) {
      const tracker = new Tracker();
      tracker.update([face(1)], 0);
      expect(tracker.update([face(person)], 66), `person ${person}`).toEqual({ ids: [2], ended: [1] });
    }
  });

  it('does not give a name back to the one who stood there before', () => {
    const tracker = new Tracker();
    tracker.update([face(1)], 0);
    tracker.update([face(2)], 66);
    expect(tracker.update([face(1)], 132)).toEqual({ ids: [3], ended: [2] });
  });

  it('keeps the track over a missed frame and ends it once the face is gone', () => {
    const tracker = new Tracker();
    tracker.update([face(1)], 0);
    expect(tracker.update([], 66)).toEqual({ ids: [], ended: [] });
    expect(tracker.update([face(1)], 132)).toEqual({ ids: [1], ended: [] });
    expect(tracker.update([], 132 + TRACK_LIMITS.missingMs)).toEqual({ ids: [], ended: [] });
    expect(tracker.update([], 133 + TRACK_LIMITS.missingMs)).toEqual({ ids: [], ended: [1] });
  });

  it('does not let another person take over a track whose face is missed', () => {
    const tracker = new Tracker();
    tracker.update([face(1)], 0);
    tracker.update([], 66);
    expect(tracker.update([face(2)], 132)).toEqual({ ids: [2], ended: [1] });
  });

  it('tells two people apart whose boxes cross', () => {
    const tracker = new Tracker();
    const steps = 12;
    const tracksOf = new Map<number, Set<number>>([
      [1, new Set()],
      [2, new Set()],
    ]);
    for (let i = 0; i <= steps; i++) {
      const faces = [face(1, { x: 100 + 20 * i }), face(2, { x: 100 + 20 * (steps - i) })];
      // The detector's order says nothing about who is who.
      if (i % 2) faces.reverse();
      const { ids } = tracker.update(faces, i * 66);
      for (const [index, { person }] of faces.entries()) tracksOf.get(person)?.add(ids[index] as number);
    }
    expect([...(tracksOf.get(1) ?? [])]).toHaveLength(1);
    expect([...(tracksOf.get(2) ?? [])]).toHaveLength(1);
  });

  it('gives a face elsewhere its own track', () => {
    const tracker = new Tracker();
    tracker.update([face(1, { x: 0 })], 0);
    expect(tracker.update([face(1, { x: 0 }), face(1, { x: 400 })], 66).ids).toEqual([1, 2]);
  });
});

describe('thumbnailOf', () => {
  it('does not change with brightness and contrast', () => {
    const [dim, bright] = [thumbnailOf(cropOf(5, { gain: 0.5 })), thumbnailOf(cropOf(5))];
    expect(correlation(dim, bright)).toBeGreaterThan(0.999);
  });

  it('is like nothing for a crop without any structure', () => {
    const flat = thumbnailOf(new Uint8ClampedArray(CROP_SIZE * CROP_SIZE * 4).fill(90));
    expect(correlation(flat, flat)).toBe(0);
  });
});
