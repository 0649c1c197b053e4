/**
 * `npm run bench:unknowns -- [--people N] [--films N] [--orders N] [--rates A,B]`: strangers' sightings put to groups as
 * the server does, in random order. Each photograph of a person is a sighting; of some people each is filmed too.
 * B-cubed precision and recall (Bagga and Baldwin 1998): of a sighting's group, the share that is the same person; of
 * the person's sightings, the share that is in the group. Needs FACES_DIR.
 */
import { readFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { addEvidence, type Evidence } from '../../models/evidence.ts';
import { seededRandom, shuffle } from '../../models/metrics/random.ts';
import { Clusters, meanDirection } from '../../server/unknowns/clusters.ts';
import { groupThreshold } from '../../server/unknowns/group-threshold.ts';
import { facesMissing, peopleWithPhotos } from '../support/faces.ts';
import { printTable } from './table.ts';
import { filmPhoto, SCENES, type Scene } from './tracks/film.ts';
import { openEyes } from './tracks/see.ts';

type Sighting = { person: string; embedding: Float32Array };

/** Photos of one person, and frames of a film that a track is made of. */
const [PHOTOS, FRAMES, CROPS] = [6, 5, 3];

const { values } = parseArgs({
  options: {
    people: { type: 'string', default: '900' },
    films: { type: 'string', default: '240' },
    orders: { type: 'string', default: '3' },
    rates: { type: 'string', default: '0.01,0.001' },
  },
});
if (facesMissing) throw new Error(`There are no photographs to film: ${facesMissing}`);
const [people, films, orders] = [values.people, values.films, values.orders].map(Number) as [
  number,
  number,
  number,
];
const random = seededRandom(7);
const eyes = await openEyes();
// As many with several photos as with one: a group must neither fall apart nor swallow others.
const everybody = shuffle(peopleWithPhotos(1), random);
const several = everybody.filter(({ photos }) => photos.length > 1);
const single = everybody.filter(({ photos }) => photos.length === 1);
const chosen = several.slice(0, people / 2).flatMap((person, i) => [person, single[i] ?? person]);

const photographed: Sighting[] = [];
const filmed: Sighting[] = [];
for (const [i, { name, photos }] of [...new Set(chosen)].entries()) {
  for (const [n, path] of photos.slice(0, PHOTOS).entries()) {
    const seen = await eyes.study(await readFile(path));
    if (!seen) continue;
    photographed.push({ person: name, embedding: seen.embedding });
    const track = i < films && (await film(path, SCENES[(i + n) % SCENES.length] as Scene));
    if (track) filmed.push({ person: name, embedding: track });
  }
  if (i % 50 === 49) console.error(`${i + 1} of ${chosen.length} people seen`);
}
const rates = values.rates.split(',').map(Number);
printTable(
  'Sightings of strangers',
  [photographed, filmed].flatMap((sightings, film) =>
    rates.map((rate) => ({ sightings: film ? 'filmed' : 'photographs', ...grouped(sightings, rate) })),
  ),
);
process.exit(0);

/** What a track of the film has shown; undefined when no frame was good enough. */
async function film(path: string, scene: Scene): Promise<Float32Array | undefined> {
  let evidence: Evidence | undefined;
  let crops = 0;
  for (const frame of await filmPhoto({ path, scene, frames: FRAMES, random })) {
    const seen = await eyes.see(frame);
    if (!seen || seen.quality.refusal) continue;
    const { embedding, quality } = seen;
    ({ evidence } = addEvidence({ evidence, embedding, quality: quality.score }));
    if (++crops === CROPS) break;
  }
  return evidence && meanDirection(evidence.sum, evidence.weight);
}

function grouped(sightings: readonly Sighting[], rate: number) {
  const runs = Array.from({ length: orders }, (_, seed) => oneOrder(sightings, rate, seed + 1));
  const mean = (of: (run: (typeof runs)[number]) => number) =>
    runs.reduce((sum, run) => sum + of(run), 0) / runs.length;
  return {
    n: sightings.length,
    people: new Set(sightings.map(({ person }) => person)).size,
    'wrong group rate': String(rate),
    groups: mean(({ groups }) => groups),
    'precision %': 100 * mean(({ precision }) => precision),
    'recall %': 100 * mean(({ recall }) => recall),
  };
}

function oneOrder(sightings: readonly Sighting[], rate: number, seed: number) {
  const order = shuffle([...sightings], seededRandom(seed));
  const clusters = new Clusters();
  const placed = order.map(({ person, embedding }, i) => {
    const nearest = clusters.nearest(embedding);
    const threshold = groupThreshold({ model: eyes.entry, groups: clusters.groups, rate });
    const group = nearest && nearest.score >= threshold ? nearest.group : `group ${i}`;
    clusters.put({ sighting: String(i), group, embedding });
    return { person, group };
  });
  const count = (key: (one: (typeof placed)[number]) => string) =>
    new Map([...Map.groupBy(placed, key)].map(([name, some]) => [name, some.length]));
  const [byGroup, byPerson] = [count(({ group }) => group), count(({ person }) => person)];
  const both = count(({ group, person }) => `${group} ${person}`);
  const share = (of: Map<string, number>, key: 'group' | 'person') =>
    placed.reduce((sum, one) => {
      return sum + (both.get(`${one.group} ${one.person}`) ?? 0) / (of.get(one[key]) ?? 1);
    }, 0) / placed.length;
  return {
    groups: clusters.groups,
    precision: share(byGroup, 'group'),
    recall: share(byPerson, 'person'),
  };
}
