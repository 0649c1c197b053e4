import { createHash } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Shot } from '../../models/metrics/searches.ts';
import type { PhotoFace } from '../../protocol/jobs.ts';
import { LIMITS } from '../../protocol/rest.ts';
import { createPace, type Progress } from '../command/pace.ts';
import { embeddingFromBytes } from '../people/template.ts';
import { type BulkAnalysis, BulkError, type BulkLane } from '../queue/bulk.ts';
import { EvaluationError } from './dataset/dataset.ts';
import type { PhotoSource } from './dataset/people-folder.ts';
import type { Problems } from './dataset/problems.ts';
import type { Journal, PhotoRecord, RecordPlace } from './journal.ts';

export type FaceChoice = 'middle' | 'largest';
type Timings = { read: number; detect: number; align: number; embed: number };

/** A photo after its analysis: the face that counts, null where none was found; absent when it cannot be read. */
export type AnalysedPhoto = {
  /** Of the file. */
  sha256: string;
  shot: Shot | null;
  refusal: string | null;
  timings: Timings;
  /** Reads the aligned crop of the face, as JPEG. */
  crop(): Buffer | undefined;
};

export type Analyses = {
  /** In the order of the photos. */
  photos: (AnalysedPhoto | undefined)[];
  resumed: number;
  /** Photos a second, of those analysed in this run; null without any. */
  rate: number | null;
};

const TRIES = 3;
const RETRY_MS = 1000;

/**
 * Has the workers analyse each photo, several at a time; what the journal holds is taken from there. A photo that
 * cannot be read, or that no worker finishes, is listed and left out.
 * @param options.inFlight photos that are read and wait for an answer at once
 * @throws {EvaluationError} when the workers cannot run the model, or cannot be reached; the signal's reason
 */
export async function analysePhotos(options: {
  photos: readonly PhotoSource[];
  lane: BulkLane;
  model: string;
  journal: Journal;
  problems: Problems;
  face: FaceChoice;
  inFlight: number;
  signal: AbortSignal;
  onProgress?: (progress: Progress) => void;
}): Promise<Analyses> {
  const { photos, lane, model, journal, problems, signal } = options;
  const known = journal.load();
  const analysed: (AnalysedPhoto | undefined)[] = new Array(photos.length).fill(undefined);
  const running = new Map<string, Promise<{ record: PhotoRecord; place: RecordPlace } | undefined>>();
  const pace = createPace(photos.length, options.onProgress);
  let resumed = 0;

  const take = async (index: number, photo: PhotoSource): Promise<void> => {
    const bytes = await readPhoto(photo, problems);
    if (!bytes) return pace.tick('old');
    const sha256 = createHash('sha256').update(bytes).digest('hex');
    let entry = known.get(sha256);
    const old = entry !== undefined;
    if (old) resumed++;
    if (!entry) {
      // The same picture twice is analysed once.
      const work =
        running.get(sha256) ?? analyseOne({ photo, bytes, sha256, lane, model, problems, signal, journal });
      running.set(sha256, work);
      entry = await work;
      if (entry) known.set(sha256, entry);
    }
    pace.tick(old ? 'old' : 'fresh');
    if (entry)
      analysed[index] = chooseFace({ entry, face: options.face, journal, problems, path: photo.path });
  };
  const waiting = photos.entries();
  const worker = async () => {
    for (const [index, photo] of waiting) {
      signal.throwIfAborted();
      await take(index, photo);
    }
  };
  await Promise.all(Array.from({ length: Math.max(1, options.inFlight) }, worker));
  return { photos: analysed, resumed, rate: pace.rate() };
}

async function readPhoto(photo: PhotoSource, problems: Problems): Promise<Uint8Array | undefined> {
  let bytes: Uint8Array;
  try {
    bytes = await photo.read();
  } catch (error) {
    problems.add('broken-file', photo.path, `cannot be read (${(error as NodeJS.ErrnoException).code}).`);
    return undefined;
  }
  if (bytes.length > 0 && bytes.length <= LIMITS.photoBytes) return bytes;
  const message = bytes.length === 0 ? 'is empty.' : `is larger than ${LIMITS.photoBytes / 1024 / 1024} MB.`;
  problems.add('broken-file', photo.path, message);
  return undefined;
}

async function analyseOne(options: {
  photo: PhotoSource;
  bytes: Uint8Array;
  sha256: string;
  lane: BulkLane;
  model: string;
  problems: Problems;
  signal: AbortSignal;
  journal: Journal;
}): Promise<{ record: PhotoRecord; place: RecordPlace } | undefined> {
  const { photo, bytes, sha256, lane, model, problems, signal, journal } = options;
  for (let attempt = 1; ; attempt++) {
    try {
      const analysis = await lane.analyse({ bytes, model, live: true, signal });
      const record = { sha256, result: toResult(analysis) };
      return { record, place: journal.append(record) };
    } catch (error) {
      signal.throwIfAborted();
      if (!(error instanceof BulkError)) throw error;
      if (error.reason === 'model') throw new EvaluationError(error.message, { cause: error });
      if (attempt < TRIES) {
        await sleep(RETRY_MS * attempt, undefined, { signal });
        continue;
      }
      // A photo that workers die of is one problem; a queue that is away is the end of the run.
      if (error.reason !== 'failed') throw new EvaluationError(error.message, { cause: error });
      problems.add('not-analysed', photo.path, `was not analysed in ${TRIES} tries: ${error.message}`);
      return undefined;
    }
  }
}

function toResult(analysis: BulkAnalysis): PhotoRecord['result'] {
  if (analysis.outcome === 'refused') return { outcome: 'refused', message: analysis.message };
  const { faces, width, height, timings } = analysis;
  const [largest] = faces;
  const middle = faces.toSorted((a, b) => farFrom(a, width, height) - farFrom(b, width, height))[0];
  const kept = [...new Set([largest, middle])].filter((face) => face !== undefined);
  return {
    outcome: 'analysed',
    faces: kept.map((face) => ({
      embedding: face.embedding,
      liveEmbedding: face.liveEmbedding ?? face.embedding,
      quality: face.quality.score,
      refusal: face.refusal?.code ?? null,
      crop: face.crop,
    })),
    largest: largest ? kept.indexOf(largest) : null,
    middle: middle ? kept.indexOf(middle) : null,
    timings,
  };
}

/** By the tip of the nose, which is the middle of a face whatever its box holds. */
function farFrom({ landmarks }: PhotoFace, width: number, height: number): number {
  const nose = landmarks[2] as { x: number; y: number };
  return (nose.x - width / 2) ** 2 + (nose.y - height / 2) ** 2;
}

function chooseFace(options: {
  entry: { record: PhotoRecord; place: RecordPlace };
  face: FaceChoice;
  journal: Journal;
  problems: Problems;
  path: string;
}): AnalysedPhoto | undefined {
  const { entry, journal } = options;
  const { result } = entry.record;
  if (result.outcome === 'refused') {
    options.problems.add('broken-file', options.path, result.message);
    return undefined;
  }
  const index = result[options.face];
  const face = index === null ? undefined : result.faces[index];
  const common = { timings: result.timings, sha256: entry.record.sha256 };
  if (!face || index === null) return { ...common, shot: null, refusal: null, crop: () => undefined };
  const vector = (text: string) => embeddingFromBytes(Buffer.from(text, 'base64'));
  return {
    ...common,
    shot: {
      embedding: vector(face.embedding),
      liveEmbedding: vector(face.liveEmbedding),
      quality: face.quality,
    },
    refusal: face.refusal,
    crop() {
      const again = journal.read(entry.place)?.result;
      const crop = again?.outcome === 'analysed' ? again.faces[index]?.crop : undefined;
      return crop ? Buffer.from(crop, 'base64') : undefined;
    },
  };
}
