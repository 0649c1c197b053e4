/**
 * Developer's tool: measures an embedder on labelled photographs, through the same path that
 * a live crop takes (detect, align, JPEG at quality 90, embed), and writes the threshold table and the
 * calibration for verification into the manifest: the project's, or for an added model that of DATA_DIR/models.
 *   FACES_DIR=… node models/calibrate.ts [--model NAME] [--dry-run]
 * Photographs: FACES_DIR/lfw/NAME/NAME_NNNN.jpg and FACES_DIR/lfw/pairsDevTrain.txt.
 */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import sharp from 'sharp';
import { alignFace, CROP_SIZE, type RgbaImage } from './align.ts';
import { fitLogistic, fitThresholds } from './calibration.ts';
import { thresholdFor } from './decision.ts';
import type { DetectedFace, FaceDetector } from './detect/face-detector.ts';
import { createPatientDetector } from './detect/patient-detector.ts';
import { cosine, cropsToInput, meanEmbedding, splitEmbeddings } from './embedding.ts';
import type { EmbedderEntry, ModelEntry } from './manifest.schema.ts';
import { identification } from './metrics/identification.ts';
import { pairAccuracy, separation } from './metrics/pairs.ts';
import { searchOpenSet } from './metrics/searches.ts';
import { type Network, openNetwork } from './onnx/session.ts';
import { assessQuality, type Quality } from './quality.ts';
import {
  ADDED_MANIFEST,
  addedModelsDir,
  findModel,
  loadAdded,
  loadManifest,
  MODELS_DIR,
  openLibrary,
  readModel,
} from './registry.ts';

type Photo = { readonly person: string; readonly embedding: Float32Array; readonly quality: Quality };

/** False match rates of the table. */
const RATES = [1e-2, 1e-3, 1e-4, 1e-5, 1e-6, 1e-7];
/** Photos that make up a template. */
const TEMPLATE_PHOTOS = 3;

const { values: options } = parseArgs({
  options: { model: { type: 'string' }, 'dry-run': { type: 'boolean' } },
});
const dataDir = process.env.DATA_DIR ?? 'data';
const library = openLibrary({ dataDir });
const { manifest } = library;
const entry = findModel({ manifest, task: 'embed', name: options.model });
const folder = path.join(process.env.FACES_DIR ?? '../shared/faces', 'lfw');

async function main(): Promise<void> {
  const open = async (model: ModelEntry) =>
    openNetwork({
      model: await readModel({ entry: model, library }),
      oneByOne: model.task === 'embed' && model.input.shape[0] === 1,
    });
  const [detect, mesh, embed] = await Promise.all([
    open(findModel({ manifest, task: 'detect' })),
    open(findModel({ manifest, task: 'mesh' })),
    open(entry),
  ]);
  const photos = await embedAll(createPatientDetector({ detector: detect, mesh }), embed);

  const people = [...Map.groupBy(photos.values(), (photo) => photo.person).values()];
  const templates = people.map((shots) =>
    meanEmbedding(shots.slice(0, TEMPLATE_PHOTOS).map((photo) => photo.embedding)),
  );
  const single = fitThresholds({ scores: impostorScores(people), rates: RATES });
  const averaged = fitThresholds({ scores: templateImpostorScores(people, templates), rates: RATES });
  const thresholds = single.map((row, i) => {
    const stricter = averaged[i] && averaged[i].cosine > row.cosine ? averaged[i] : row;
    return { ...stricter, cosine: Math.ceil(stricter.cosine * 1e4) / 1e4 };
  });
  console.log('threshold per FMR: one photo against one, one photo against a template, written');
  for (const [i, row] of thresholds.entries()) {
    const mark = row.extrapolated ? ' (fitted tail)' : '';
    console.log(
      `  ${row.fmr}: ${single[i]?.cosine.toFixed(4)} ${averaged[i]?.cosine.toFixed(4)} ${row.cosine}${mark}`,
    );
  }

  const pairs = readPairs(photos);
  const verification = fitLogistic(pairs);
  const { accuracy } = pairAccuracy({ pairs });
  const eer = separation({ pairs })?.eer ?? 0;
  console.log(`pairs: ${pairs.length}, accuracy ${percent(accuracy.value)}, EER ${percent(eer)}`);
  console.log(
    `verification: slope ${verification.slope.toFixed(2)}, intercept ${verification.intercept.toFixed(2)}`,
  );
  for (const enrolled of [1, TEMPLATE_PHOTOS]) {
    const shots = people.map((photos) =>
      photos.map(({ embedding, quality }) => ({
        embedding,
        liveEmbedding: embedding,
        quality: quality.score,
      })),
    );
    const template = (chosen: readonly { embedding: Float32Array }[]) =>
      meanEmbedding(chosen.map(({ embedding }) => embedding));
    const found = identification({
      searches: searchOpenSet({ people: shots, enrolled, frames: 1, splits: 5, template }),
      fpirs: [0.003, 0.01],
      thresholdFor: (fpir, gallerySize) => thresholdFor({ manifestEntry: { thresholds }, fpir, gallerySize }),
    });
    if (!found) continue;
    const { gallerySize, probes, atFpir, promised } = found;
    console.log(`open set, ${enrolled} photos enrolled, gallery ${gallerySize}, ${probes} probes:`);
    for (const [i, { fpir, tpir }] of atFpir.entries()) {
      const table = promised[i];
      console.log(
        `  FPIR ${percent(fpir)}: TPIR ${percent(tpir.value)}; by the table: TPIR ${percent(table?.tpir.value ?? 0)}, ` +
          `strangers named ${percent(table?.measuredFpir.value ?? 0)}`,
      );
    }
  }

  if (options['dry-run']) return;
  const round = (value: number) => Math.round(value * 1e3) / 1e3;
  const { calibrated: _, ...known } = entry;
  const calibrated: EmbedderEntry = {
    ...known,
    thresholds: thresholds.map((row) => ({ ...row, fnmr: missedAt(pairs, row.cosine) })),
    verification: { slope: round(verification.slope), intercept: round(verification.intercept) },
  };
  const own = loadManifest();
  const isOwn = own.models.some(({ name }) => name === entry.name);
  const added = addedModelsDir(dataDir);
  const written = isOwn ? own : { version: 1, models: loadAdded({ folder: added }) };
  const models = written.models.map((model) => (model.name === entry.name ? calibrated : model));
  const file = isOwn ? path.join(MODELS_DIR, 'manifest.json') : path.join(added, ADDED_MANIFEST);
  writeFileSync(file, `${JSON.stringify({ ...written, models }, null, 2)}\n`);
}

/** Every photo with a face, by file name; prints how many there are, how fast it went, and what quality refuses. */
async function embedAll(detector: FaceDetector, network: Network): Promise<Map<string, Photo>> {
  const photos = new Map<string, Photo>();
  const refused = new Map<string, number>();
  let [count, milliseconds] = [0, 0];
  const people = readdirSync(folder, { withFileTypes: true }).filter((item) => item.isDirectory());
  for (const { name: person } of people) {
    for (const file of readdirSync(path.join(folder, person))) {
      count++;
      const image = await decode(readFileSync(path.join(folder, person, file)));
      const started = performance.now();
      const face = central(await detector.detect(image), image);
      milliseconds += performance.now() - started;
      if (!face) {
        console.log(`no face: ${file}`);
        continue;
      }
      const crop = alignFace({ image, points: face.points });
      const quality = assessQuality({ crop, points: face.points });
      if (quality.refusal) refused.set(quality.refusal, (refused.get(quality.refusal) ?? 0) + 1);
      const input = cropsToInput({ crops: [await throughJpeg(crop)], input: entry.input });
      const output = (await network.run({ data: input, dims: [1, 3, CROP_SIZE, CROP_SIZE] }))[entry.output];
      const [embedding] = splitEmbeddings({ output: output as Float32Array, size: entry.embeddingSize });
      photos.set(file, { person, embedding: embedding as Float32Array, quality });
    }
  }
  console.log(
    `${count} photos of ${people.length} people: ${percent(photos.size / count)} with a face, ` +
      `${(milliseconds / count).toFixed(1)} ms each to detect`,
  );
  console.log('refused for quality:', Object.fromEntries(refused));
  return photos;
}

/** LFW's subject is the face in the middle. */
function central(faces: readonly DetectedFace[], image: RgbaImage): DetectedFace | undefined {
  const far = ({ points: [, , [x, y]] }: DetectedFace) =>
    (x - image.width / 2) ** 2 + (y - image.height / 2) ** 2;
  return faces.toSorted((a, b) => far(a) - far(b))[0];
}

async function decode(bytes: Buffer): Promise<RgbaImage> {
  const { data, info } = await sharp(bytes).ensureAlpha().raw().toBuffer({ resolveWithObject: true });
  return { data, width: info.width, height: info.height };
}

async function throughJpeg(crop: Uint8ClampedArray): Promise<Uint8ClampedArray | Uint8Array> {
  const raw = { width: CROP_SIZE, height: CROP_SIZE, channels: 4 } as const;
  const jpeg = await sharp(crop, { raw }).jpeg({ quality: 90 }).toBuffer();
  return (await decode(jpeg)).data;
}

/** One photo against one: all pairs of different people, one photo each, so that no one counts more. */
function impostorScores(people: readonly (readonly Photo[])[]): Float64Array {
  const firsts = people.map((shots) => (shots[0] as Photo).embedding);
  return pairwise(firsts, firsts, (i, j) => j > i);
}

/** The last photo of each person against the templates of all others. */
function templateImpostorScores(
  people: readonly (readonly Photo[])[],
  templates: readonly Float32Array[],
): Float64Array {
  const probes = people.map((shots) => (shots.at(-1) as Photo).embedding);
  return pairwise(probes, templates, (i, j) => i !== j);
}

function pairwise(
  probes: readonly Float32Array[],
  gallery: readonly Float32Array[],
  wanted: (i: number, j: number) => boolean,
): Float64Array {
  const scores: number[] = [];
  for (const [i, probe] of probes.entries()) {
    for (const [j, template] of gallery.entries()) if (wanted(i, j)) scores.push(cosine(probe, template));
  }
  return Float64Array.from(scores);
}

/** Share of the same person's pairs that miss the cosine, to four digits. */
function missedAt(pairs: readonly { score: number; same: boolean }[], cosine: number): number {
  const same = pairs.filter((pair) => pair.same);
  return Math.round((same.filter(({ score }) => score < cosine).length / same.length) * 1e4) / 1e4;
}

/** LFW's pairs: `NAME i j` of one person, `NAME1 i NAME2 j` of two. */
function readPairs(photos: ReadonlyMap<string, Photo>): { score: number; same: boolean }[] {
  const file = (name: string, number: string) => `${name}_${number.padStart(4, '0')}.jpg`;
  return readFileSync(path.join(folder, 'pairsDevTrain.txt'), 'utf8')
    .split('\n')
    .map((line) => line.trim().split('\t'))
    .flatMap(([a = '', i = '', b = '', j]) => {
      const first = photos.get(file(a, i));
      const second = j === undefined ? photos.get(file(a, b)) : photos.get(file(b, j));
      if (!first || !second) return [];
      return [{ score: cosine(first.embedding, second.embedding), same: j === undefined }];
    });
}

function percent(share: number): string {
  return `${(share * 100).toFixed(2)} %`;
}

await main();
