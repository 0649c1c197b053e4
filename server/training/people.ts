import { seededRandom, shuffle } from '../../models/metrics/random.ts';
import type { HeldOutPeople, Samples } from '../../protocol/training.ts';

export class TrainingError extends Error {
  readonly code = 'training';
}

/** One photo's face: the aligned crop, as JPEG, and the embedding that enrolment gives for it. */
export type TrainingFace = { readonly crop: Uint8Array; readonly template: Float32Array };
export type TrainingPerson = { readonly name: string; readonly faces: readonly TrainingFace[] };

/** Nobody with hundreds of photos decides what is learnt, or how good it is. */
const MOST_FACES = 10;
const MOST_PROBES = 3;
/** Of the people who may be trained on, those who decide what is promoted. */
const VALIDATED = 0.2;
/**
 * In how many ways the camera sees a crop: one that is trained on, beside which stands the crop as it is, and one that is
 * measured by, so that less of what is measured is chance.
 */
const VIEWS = 3;
/** Of held-out people, at least so many are strangers. */
const STRANGERS = 1 / 3;

export type Division = {
  readonly shards: readonly Samples[];
  readonly validation: HeldOutPeople;
  readonly test: HeldOutPeople;
  /**
   * Where people arrive in groups: those of each but the last, by a photo that is not trained on. What is learnt of
   * later people must not be lost on them.
   */
  readonly earlier: readonly HeldOutPeople[];
  /** How many people are in each. */
  readonly people: { readonly trained: number; readonly validated: number; readonly tested: number };
};

/**
 * Divides people by a seed: half are for the test and never trained on; of the others some decide what is promoted,
 * and the rest are dealt out into shards, each person in one.
 * @param options.shards how many
 * @param options.groups in how many groups the people arrive
 * @throws {TrainingError} when there are too few people for all of it
 */
export function dividePeople(options: {
  people: readonly TrainingPerson[];
  shards: number;
  groups?: number;
  shift: string;
  seed: number;
}): Division {
  const { shift, seed } = options;
  const random = seededRandom(seed);
  const mixed = shuffle(
    options.people.filter(({ faces }) => faces.length > 0),
    random,
  );
  const tested = mixed.slice(0, Math.ceil(mixed.length / 2));
  const rest = mixed.slice(tested.length);
  const validated = rest.slice(0, Math.max(3, Math.round(VALIDATED * rest.length)));
  const trained = rest.slice(validated.length);
  if (trained.length < options.shards) {
    throw new TrainingError(
      `${mixed.length} people with a face are too few for ${options.shards} shards: half are for the test, and every ` +
        'shard needs a person. Give more people, or fewer --workers.',
    );
  }
  let next = seed * 1_000_003;
  const crop = ({ crop }: TrainingFace) => ({
    crop: Buffer.from(crop).toString('base64'),
    seed: next++ % 2 ** 31,
  });
  const groups = options.groups ?? 1;
  const groupOf = (person: number) => Math.floor((groups * person) / trained.length);
  /** One photo fewer where somebody's last one is to show that they are not forgotten. */
  const learntFrom = ({ faces }: TrainingPerson, person: number) =>
    faces.slice(0, isShown(faces, person) ? Math.min(faces.length - 1, MOST_FACES) : MOST_FACES);
  const isShown = (faces: TrainingPerson['faces'], person: number) =>
    groupOf(person) < groups - 1 && faces.length > 1;
  const shards = Array.from({ length: options.shards }, (_, shard) => ({
    shift,
    views: VIEWS,
    clean: true,
    samples: trained.flatMap((person, i) =>
      i % options.shards === shard
        ? learntFrom(person, i).map((face) => ({
            ...crop(face),
            target: base64(face.template),
            weight: 1,
            group: groupOf(i),
          }))
        : [],
    ),
  }));
  const heldOut = (people: readonly TrainingPerson[], what: string): HeldOutPeople => {
    const several = people.filter(({ faces }) => faces.length > 1);
    const least = Math.max(1, Math.ceil(STRANGERS * people.length));
    const single = people.length - several.length;
    // Where everybody has several photos, some of those people are not enrolled.
    const known = several.slice(Math.max(0, least - single));
    const strangers = people.filter((person) => !known.includes(person));
    if (known.length === 0) {
      throw new TrainingError(
        `Among the ${people.length} people of the ${what} too few have two photos with a face. Give more people, or ` +
          'more photos of each.',
      );
    }
    return {
      shift,
      views: VIEWS,
      gallery: known.map(({ faces }) => base64((faces[0] as TrainingFace).template)),
      probes: known.flatMap(({ faces }, person) =>
        faces.slice(1, 1 + MOST_PROBES).map((face) => ({ ...crop(face), person })),
      ),
      strangers: strangers.map(({ faces }) => crop(faces[0] as TrainingFace)),
    };
  };
  const validation = heldOut(validated, 'validation');
  const test = heldOut(tested, 'test');
  const earlier = Array.from({ length: groups - 1 }, (_, group) => {
    const shown = trained.filter(({ faces }, i) => groupOf(i) === group && isShown(faces, i));
    return {
      ...test,
      gallery: [...shown.map(({ faces }) => base64((faces[0] as TrainingFace).template)), ...test.gallery],
      probes: shown.map(({ faces }, person) => ({ ...crop(faces.at(-1) as TrainingFace), person })),
    };
  });
  return {
    shards,
    validation: {
      ...validation,
      // Among more people mistakes are more frequent, and each counts less.
      gallery: [
        ...validation.gallery,
        ...trained.map(({ faces }) => base64((faces[0] as TrainingFace).template)),
      ],
    },
    test,
    earlier,
    people: { trained: trained.length, validated: validated.length, tested: tested.length },
  };
}

function base64(vector: Float32Array): string {
  return Buffer.from(vector.buffer, vector.byteOffset, vector.byteLength).toString('base64');
}
