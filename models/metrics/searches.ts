import { addEvidence } from '../evidence.ts';
import { seededRandom, shuffle } from './random.ts';

/** What is known of one photo in which a face was found. */
export type Shot = {
  /** As a photo is enrolled. */
  readonly embedding: Float32Array;
  /** As a kiosk's crop of the same face would give it. */
  readonly liveEmbedding: Float32Array;
  /** 0 to 1. */
  readonly quality: number;
};

/** One person's photos; null where no face was found. */
export type PersonShots = readonly (Shot | null)[];

export type Search = {
  /** Index among the people; the same person is searched once a split. */
  readonly person: number;
  readonly split: number;
  /** Whether the person was meant to be enrolled. */
  readonly known: boolean;
  /** Best cosine; null where no face was found. */
  readonly score: number | null;
  /** Position of the person's own template, from 1; ties count against it. Null: not found, or not enrolled. */
  readonly rank: number | null;
  /** Index of the first photo searched by, among the person's. */
  readonly photo: number;
  /** Whose template is most like it, and the first photo of that. */
  readonly best: { readonly person: number; readonly photo: number } | null;
};

export type Searches = {
  readonly searches: readonly Search[];
  /** People enrolled, in each split. */
  readonly gallerySizes: readonly number[];
  /** People who were to be enrolled and had no face in any photo; all splits together. */
  readonly failedToEnrol: number;
};

type Dealt = { photo: number; shot: Shot | null };

/**
 * Open-set identification, identities disjoint: in each split half of the people are enrolled and all others are
 * strangers. Who has fewer photos than `enrolled` is enrolled by those. A person is searched for by `frames` photos
 * that were not enrolled, gathered as a track's crops are, once a split.
 * @param template makes a person's template of 1 to `enrolled` shots
 * @param splits repetitions with other halves and other photos, drawn reproducibly
 */
export function searchOpenSet({
  people,
  enrolled,
  frames,
  splits,
  template,
}: {
  people: readonly PersonShots[];
  enrolled: number;
  frames: number;
  splits: number;
  template: (shots: readonly Shot[]) => Float32Array;
}): Searches {
  const searches: Search[] = [];
  const gallerySizes: number[] = [];
  let failedToEnrol = 0;
  for (let split = 0; split < splits; split++) {
    const random = seededRandom(split + 1);
    // Photos are dealt before the halves, so that every combination of photos and frames meets the same people.
    const dealt = people.map((shots, person) => ({
      person,
      photos: shuffle([...shots.entries()], random).map(([photo, shot]) => ({ photo, shot })),
    }));
    const mixed = shuffle(dealt, random);
    const known = mixed.slice(0, Math.floor(mixed.length / 2));
    const strangers = mixed.slice(known.length);
    const members = known.flatMap(({ person, photos }) => {
      const chosen = photos.slice(0, enrolled);
      const found = chosen.flatMap(({ shot }) => shot ?? []);
      const photo = chosen.find(({ shot }) => shot)?.photo ?? 0;
      if (found.length > 0) return [{ person, photo, template: template(found) }];
      failedToEnrol++;
      return [];
    });
    gallerySizes.push(members.length);
    const gallery = createGallery(members);
    const search = (person: number, frameShots: readonly Dealt[], isKnown: boolean) => {
      const query = queryOf(frameShots.map(({ shot }) => shot));
      const found = query && gallery.search(query, isKnown ? person : undefined);
      const { score, rank, best } = found ?? { score: null, rank: null, best: null };
      searches.push({ person, split, known: isKnown, score, rank, best, photo: frameShots[0]?.photo ?? 0 });
    };
    for (const { person, photos } of known) {
      if (photos.length >= enrolled + frames) search(person, photos.slice(enrolled, enrolled + frames), true);
    }
    for (const { person, photos } of strangers) {
      if (photos.length >= frames) search(person, photos.slice(0, frames), false);
    }
  }
  return { searches, gallerySizes, failedToEnrol };
}

/** The same evidence that a track's crops gather. */
function queryOf(shots: PersonShots): Float32Array | undefined {
  let found: ReturnType<typeof addEvidence> | undefined;
  for (const shot of shots) {
    if (!shot) continue;
    const { liveEmbedding: embedding, quality } = shot;
    found = addEvidence({ evidence: found?.evidence, embedding, quality });
  }
  return found?.query;
}

/** Exact search over one matrix: plain loops over small vectors cost more in look-ups than in arithmetic. */
function createGallery(members: readonly { person: number; photo: number; template: Float32Array }[]) {
  const size = members[0]?.template.length ?? 0;
  const rows = new Float32Array(members.length * size);
  for (const [i, member] of members.entries()) rows.set(member.template, i * size);
  const rowOf = new Map(members.map(({ person }, i) => [person, i]));
  return {
    search(query: Float32Array, person: number | undefined): Pick<Search, 'score' | 'rank' | 'best'> {
      const own = person === undefined ? undefined : rowOf.get(person);
      const scores = new Float64Array(members.length);
      for (let row = 0, at = 0; row < scores.length; row++) {
        let sum = 0;
        for (let i = 0; i < size; i++, at++) sum += (rows[at] as number) * (query[i] as number);
        scores[row] = sum;
      }
      let top = 0;
      for (let row = 1; row < scores.length; row++) {
        if ((scores[row] as number) > (scores[top] as number)) top = row;
      }
      const member = members[top];
      if (!member) return { score: null, rank: null, best: null };
      const best = { person: member.person, photo: member.photo };
      const score = scores[top] as number;
      if (own === undefined) return { score, rank: null, best };
      const mate = scores[own] as number;
      return { score, best, rank: scores.reduce((rank, value) => rank + Number(value >= mate), 0) };
    },
  };
}
