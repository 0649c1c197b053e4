import { createHash } from 'node:crypto';
import type { HeldOutPeople, Samples } from '../../protocol/training.ts';
import type { FewUsable } from '../../protocol/training-reasons.ts';

/** A person as training sees them. */
export type TrainingPerson = {
  readonly id: string;
  /** Enrolment: aligned crops as JPEG, and the embedder's embedding of each; best first. */
  readonly photos: readonly { crop: Uint8Array; embedding: Float32Array; quality: number }[];
  /** What live crops of the person are to become. */
  readonly template: Float32Array;
  /** Crops of the group's cameras that an operator confirmed. */
  readonly seen: readonly Uint8Array[];
};

/** One in so many people is never learnt from, and decides how good a version is. */
const HELD_OUT = 3;
/** Nobody with hundreds of crops decides what is learnt, or how good it is. */
const MOST_PHOTOS = 6;
const MOST_SEEN = 20;
const MOST_PROBES = 3;
/** A crop of the camera itself says more than one that was made to look like it. */
const SEEN_WEIGHT = 2;
const VIEWS = 3;
export const LEAST = { trained: 6, known: 3, strangers: 2 } as const;
/** People with two photos each of whom so many are held out, about. */
export const NEEDED = HELD_OUT * (LEAST.known + LEAST.strangers);

export type Division = {
  shards: Samples[];
  validation: HeldOutPeople;
  /** Ids of those who are learnt from. */
  trained: string[];
  heldOut: string[];
  crops: { enrolled: number; confirmed: number };
};

/** Whether a person is held out: the same in every run, so that no version is measured on whom its parents learnt from. */
export function isHeldOut(personId: string): boolean {
  return (createHash('sha256').update(personId).digest()[0] as number) % HELD_OUT === 0;
}

/**
 * Divides people into shards to learn from and people to measure on.
 * @param options.shift named recipe of the cameras; null: enrolment's crops are taken as they are
 * @returns or what is missing
 */
export function divide(options: {
  people: readonly TrainingPerson[];
  shards: number;
  shift: string | null;
  seed: number;
}): Division | { missing: FewUsable } {
  const { people, shift, seed } = options;
  const trained = people.filter(({ id }) => !isHeldOut(id));
  const heldOut = people.filter(({ id }) => isHeldOut(id));
  const several = heldOut.filter(({ photos, seen }) => photos.length + seen.length > 1);
  const single = heldOut.length - several.length;
  // Some people are not enrolled in the test: the threshold must keep strangers out.
  const asStrangers = Math.max(0, Math.max(LEAST.strangers, Math.ceil(heldOut.length / 3)) - single);
  const known = several.slice(asStrangers);
  const strangers = heldOut.filter((person) => !known.includes(person));
  if (trained.length < LEAST.trained || known.length < LEAST.known || strangers.length < LEAST.strangers) {
    return {
      missing: { code: 'few-usable', people: people.length, several: several.length, needed: NEEDED },
    };
  }
  let next = seed * 1_000_003;
  const crop = (jpeg: Uint8Array, live: boolean) => ({
    crop: Buffer.from(jpeg).toString('base64'),
    seed: next++ % 2 ** 31,
    ...(live ? { live } : {}),
  });
  const samplesOf = ({ photos, template, seen }: TrainingPerson): Samples['samples'] => [
    ...photos.slice(0, MOST_PHOTOS).map(({ crop: jpeg, embedding }) => ({
      ...crop(jpeg, false),
      target: base64(embedding),
      weight: 1,
      group: 0,
    })),
    ...seen.slice(0, MOST_SEEN).map((jpeg) => ({
      ...crop(jpeg, true),
      target: base64(template),
      weight: SEEN_WEIGHT,
      group: 0,
    })),
  ];
  const shardCount = Math.min(options.shards, trained.length);
  const shards = Array.from({ length: shardCount }, (_, shard) => ({
    shift,
    views: shift === null ? 1 : VIEWS,
    clean: shift !== null,
    samples: trained.filter((_, i) => i % shardCount === shard).flatMap(samplesOf),
  }));
  const samples = shards.flatMap((shard) => shard.samples);
  const confirmed = samples.filter(({ live }) => live).length;
  const first = ({ photos }: TrainingPerson) => base64(photos[0]?.embedding as Float32Array);
  return {
    shards,
    validation: {
      shift,
      views: VIEWS,
      // Among more people mistakes are more frequent, and each counts less.
      gallery: [...known, ...trained].map(first),
      probes: known.flatMap(({ photos, seen }, person) =>
        [
          ...seen.slice(0, MOST_PROBES).map((jpeg) => crop(jpeg, true)),
          ...photos.slice(1).map((photo) => crop(photo.crop, false)),
        ]
          .slice(0, MOST_PROBES)
          .map((probe) => ({ ...probe, person })),
      ),
      strangers: strangers.map(({ photos }) => crop(photos[0]?.crop as Uint8Array, false)),
    },
    trained: trained.map(({ id }) => id),
    heldOut: heldOut.map(({ id }) => id),
    crops: { enrolled: samples.length - confirmed, confirmed },
  };
}

function base64(vector: Float32Array): string {
  return Buffer.from(vector.buffer, vector.byteOffset, vector.byteLength).toString('base64');
}
