/**
 * `npm run bench:tracks -- [--tracks N] [--gallery N] [--frames N] [--fpir RATE] [--json FILE]`: tracks filmed from
 * photographs, through the kiosk's choice of crops, the evidence, the decision and the label, with the quality gate
 * and without it. Needs FACES_DIR.
 */
import { randomUUID } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { seededRandom, shuffle } from '../../models/metrics/random.ts';
import { meanTemplate } from '../../server/people/template.ts';
import { decide } from '../../workers/recognize/decide.ts';
import { FACES_DIR, facesMissing, peopleWithPhotos } from '../support/faces.ts';
import { printTable } from './table.ts';
import { filmPhoto, SCENES, type Scene } from './tracks/film.ts';
import { type Person, type Replay, replay, search } from './tracks/replay.ts';
import { openEyes, type Seen } from './tracks/see.ts';

/** Photos that make up a template. */
const ENROLLED = 3;

type Track = { scene: Scene; frames: Seen[]; personId: string | undefined };

const { values } = parseArgs({
  options: {
    tracks: { type: 'string', default: '200' },
    gallery: { type: 'string', default: '400' },
    frames: { type: 'string', default: '10' },
    fpir: { type: 'string', default: '0.003' },
    json: { type: 'string' },
  },
});
const number = (name: 'tracks' | 'gallery' | 'frames' | 'fpir', least: number, most: number): number => {
  const value = Number(values[name]);
  if (!(value >= least && value <= most)) throw new Error(`--${name} takes ${least} to ${most}`);
  return value;
};
const [tracks, size] = [number('tracks', 8, 2000), number('gallery', 10, 2000)];
const [frames, fpir] = [number('frames', 2, 100), number('fpir', 0.00001, 0.2)];
if (facesMissing) throw new Error(`There are no photographs to film: ${facesMissing}`);

const random = seededRandom(1);
const eyes = await openEyes();
const everybody = shuffle(peopleWithPhotos(1), random);
const mates = everybody.filter(({ photos }) => photos.length > 1).slice(0, tracks);
const others = everybody.filter((person) => !mates.includes(person));
const strangers = others.slice(0, tracks);
const fillers = others.slice(tracks, tracks + Math.max(0, size - mates.length));

const gallery: Person[] = [];
for (const [i, { name, photos }] of [...mates, ...fillers].entries()) {
  const chosen = i < mates.length ? photos.slice(0, -1) : photos;
  const seen = await Promise.all(
    chosen.slice(0, ENROLLED).map(async (path) => eyes.study(await readFile(path))),
  );
  const usable = seen.filter((one) => one !== undefined);
  if (usable.length === 0) continue;
  const template = meanTemplate(
    usable.map(({ embedding, quality }) => ({ embedding, quality: quality.score })),
  );
  gallery.push({ personId: randomUUID(), name, template });
}
const idOf = new Map(gallery.map(({ name, personId }) => [name, personId]));

const filmed: Track[] = [];
for (const [i, person] of [...mates, ...strangers].entries()) {
  const scene = SCENES[i % SCENES.length] as Scene;
  const path = person.photos.at(-1) as string;
  const film = await filmPhoto({ path, scene, frames, random });
  const seen: Seen[] = [];
  for (const frame of film) seen.push(await eyes.see(frame));
  filmed.push({ scene, frames: seen, personId: i < mates.length ? idOf.get(person.name) : undefined });
  if (i % 20 === 19) console.error(`${i + 1} of ${mates.length + strangers.length} tracks filmed`);
}

console.log(
  `${FACES_DIR}: ${gallery.length} enrolled by up to ${ENROLLED} photos, ${mates.length} tracks of theirs and ` +
    `${strangers.length} of strangers, ${frames} frames each; promised FPIR ${fpir}`,
);
const known = (track: Track) => track.personId !== undefined;
const rows = [true, false].flatMap((gate) =>
  [undefined, ...SCENES].map((scene) =>
    trackRow({ scene, gate, only: (track) => !scene || track.scene === scene }),
  ),
);
printTable('Tracks', rows);
printTable('The quality gate, frame by frame: searched alone, at the same threshold', gateRows());
if (values.json)
  writeFileSync(values.json, `${JSON.stringify({ tracks: rows, gate: gateRows() }, null, 2)}\n`);
process.exit(0);

function trackRow(options: { scene: Scene | undefined; gate: boolean; only: (track: Track) => boolean }) {
  const chosen = filmed.filter(options.only);
  const played = chosen.map((track) => ({
    track,
    replay: replay({ frames: track.frames, gallery, entry: eyes.entry, fpir, gate: options.gate }),
  }));
  const mine = played.filter(({ track }) => known(track));
  const theirs = played.filter(({ track }) => !known(track));
  const namedAs = ({ labels }: Replay) =>
    new Set(labels.flatMap(({ person }) => (person ? [person.id] : [])));
  const right = mine.filter(({ track, replay }) => track.personId && namedAs(replay).has(track.personId));
  const wrong = played.filter(({ track, replay }) =>
    [...namedAs(replay)].some((id) => id !== track.personId),
  );
  const crops = right.map(({ replay }) => replay.namedAfterCrops ?? 0).sort((a, b) => a - b);
  const waits = right.map(({ replay }) => replay.namedAfterMs ?? 0).sort((a, b) => a - b);
  const labels = played.reduce((sum, { replay }) => sum + replay.labels.length, 0);
  const flicker = played.reduce((sum, { replay }) => sum + changesOfName(replay), 0);
  return {
    gate: options.gate ? 'on' : 'off',
    scene: options.scene ?? 'all',
    'named rightly %': (100 * right.length) / mine.length,
    'wrong names per 1,000 tracks': (1000 * wrong.length) / played.length,
    'strangers named %':
      (100 * theirs.filter(({ replay }) => namedAs(replay).size > 0).length) / theirs.length,
    'crops to the name': mean(crops),
    'p95 ': crops[Math.floor(0.95 * crops.length)] ?? Number.NaN,
    'ms to the name': mean(waits),
    'flicker per 1,000 labels': (1000 * flicker) / Math.max(1, labels),
    'crops a track': played.reduce((sum, { replay }) => sum + replay.sent, 0) / played.length,
  };
}

/** How often a track that bears a name loses it, or takes another. */
function changesOfName({ labels }: Replay): number {
  return labels.filter((label, i) => {
    const before = labels[i - 1]?.person?.id;
    return before !== undefined && before !== label.person?.id;
  }).length;
}

function gateRows() {
  const shots = filmed.flatMap(({ frames: seen, personId }) =>
    seen.flatMap((shot) => (shot ? [{ ...shot, personId }] : [])),
  );
  const missed = filmed.flatMap(({ frames: seen }) => seen).length - shots.length;
  const outcome = (shot: (typeof shots)[number]) => {
    const { candidates, state } = decide({
      candidates: search(shot.embedding, gallery),
      entry: eyes.entry,
      fpir,
      gallerySize: gallery.length,
      galleryVersion: 1,
    });
    return state === 'identified' ? candidates[0]?.personId : undefined;
  };
  const judged = shots.map((shot) => ({ ...shot, named: outcome(shot) }));
  const row = (what: string, only: (shot: (typeof judged)[number]) => boolean) => {
    const some = judged.filter(only);
    const mine = some.filter(({ personId }) => personId !== undefined);
    const theirs = some.filter(({ personId }) => personId === undefined);
    return {
      frames: what,
      'share %': (100 * some.length) / (judged.length + missed),
      'FNIR %': (100 * mine.filter(({ personId, named }) => named !== personId).length) / mine.length,
      'wrong name %':
        (100 * mine.filter(({ personId, named }) => named && named !== personId).length) / mine.length,
      'FPIR %': (100 * theirs.filter(({ named }) => named).length) / theirs.length,
    };
  };
  const reasons = [...new Set(judged.flatMap(({ quality }) => quality.refusal ?? []))].sort();
  return [
    {
      frames: 'no face found',
      'share %': (100 * missed) / (judged.length + missed),
      'FNIR %': 100,
      'wrong name %': 0,
      'FPIR %': 0,
    },
    row('all with a face', () => true),
    row('accepted', ({ quality }) => !quality.refusal),
    row('refused', ({ quality }) => quality.refusal !== undefined),
    ...reasons.map((reason) => row(`  ${reason}`, ({ quality }) => quality.refusal === reason)),
    ...[0.25, 0.5, 0.75, 1].map((top) =>
      row(
        `accepted, quality ${top - 0.25}–${top}`,
        ({ quality: { refusal, score } }) => !refusal && score > top - 0.25 && score <= top,
      ),
    ),
  ];
}

function mean(some: readonly number[]): number {
  return some.reduce((sum, value) => sum + value, 0) / some.length;
}
