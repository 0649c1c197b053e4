import { Worker } from 'node:worker_threads';
import type { EmbedderEntry } from '../../models/manifest.schema.ts';
import { wilson } from '../../models/metrics/rates.ts';
import { type EvaluationResult, evaluationResultSchema } from '../../protocol/evaluation.ts';
import type { Progress } from '../command/pace.ts';
import type { BulkLane } from '../queue/bulk.ts';
import { type AnalysedPhoto, analysePhotos, type FaceChoice } from './analyse-photos.ts';
import { type Dataset, EvaluationError } from './dataset/dataset.ts';
import type { Journal } from './journal.ts';
import type { Scored, ScoreInput } from './score.ts';

const MOST_UNDETECTED = 50;

/** Aligned crops of the mistakes, as JPEG, by the photo's path. */
export type MistakeCrops = ReadonlyMap<string, Buffer>;

/**
 * Evaluates a model on a dataset: photos by the workers, figures on a thread.
 * @throws {EvaluationError} when no photo can be read, or the workers cannot do it; the signal's reason
 */
export async function runEvaluation(options: {
  dataset: Dataset;
  model: EmbedderEntry;
  lane: BulkLane;
  journal: Journal;
  face: FaceChoice;
  splits: number;
  inFlight: number;
  signal: AbortSignal;
  onProgress?: (progress: Progress) => void;
}): Promise<{ result: EvaluationResult; crops: MistakeCrops }> {
  const { dataset, model, signal, splits, face } = options;
  const { problems } = dataset;
  const { photos, resumed, rate } = await analysePhotos({
    ...options,
    ...(options.onProgress ? { onProgress: options.onProgress } : {}),
    photos: dataset.photos,
    model: model.name,
    problems,
  });
  const readable = photos.filter((photo) => photo !== undefined);
  if (readable.length === 0) {
    const { total, listed } = problems.summary();
    const first = listed.slice(0, 5).map(({ subject, message }) => `\n  ${subject} ${message}`);
    throw new EvaluationError(
      `None of the ${photos.length} photos can be read (${total} problems).${first.join('')}`,
    );
  }
  const { mistakes, intervals, ...scored } = await scoreOnThread(
    {
      shots: photos.map((photo) => photo?.shot),
      pairs: dataset.pairs,
      train: dataset.train,
      openSet: withoutRepeats(dataset, photos),
      splits,
      model: { thresholds: model.thresholds },
    },
    signal,
  );
  const blind = readable.filter(({ shot }) => shot === null).length;
  const failure = wilson({ count: blind, of: readable.length });
  const pathOf = (place: number) => dataset.photos[place]?.path ?? '';
  const result = evaluationResultSchema.parse({
    ...scored,
    failureToDetect: failure?.value ?? null,
    images: readable.length,
    imagesPerSecond: rate,
    model: model.name,
    intervals: { ...intervals, failureToDetect: failure && { low: failure.low, high: failure.high } },
    splits,
    people: dataset.openSet.length,
    face,
    resumed,
    timings: timingsOf(readable),
    refusedByQuality: countRefusals(readable),
    undetected: dataset.photos
      .filter((_, place) => photos[place]?.shot === null)
      .slice(0, MOST_UNDETECTED)
      .map(({ path }) => path),
    mistakes: mistakes.map(({ a, b, ...rest }) => ({ ...rest, a: pathOf(a), b: pathOf(b) })),
    problems: problems.summary(),
    createdAt: new Date().toISOString(),
  } satisfies EvaluationResult);
  const crops = new Map<string, Buffer>();
  for (const place of mistakes.flatMap(({ a, b }) => [a, b])) {
    const crop = photos[place]?.crop();
    if (crop) crops.set(pathOf(place), crop);
  }
  return { result, crops };
}

/**
 * The open set's photos, each picture once: one that is enrolled and searched by as well would be found whatever the
 * model is worth, and one that two people share is wrong for one of them.
 */
function withoutRepeats(dataset: Dataset, photos: readonly (AnalysedPhoto | undefined)[]): number[][] {
  const first = new Map<string, number>();
  return dataset.openSet.map((person) =>
    person.photos.filter((place) => {
      const sha256 = photos[place]?.sha256;
      if (!sha256) return true;
      const before = first.get(sha256);
      if (before === undefined) {
        first.set(sha256, place);
        return true;
      }
      const [path, other] = [dataset.photos[place]?.path ?? '', dataset.photos[before]?.path ?? ''];
      dataset.problems.add(
        'same-picture',
        path,
        `is the same picture as ${other}; it is left out of the open set.`,
      );
      return false;
    }),
  );
}

async function scoreOnThread(input: ScoreInput, signal: AbortSignal): Promise<Scored> {
  signal.throwIfAborted();
  const thread = new Worker(new URL('./score.thread.ts', import.meta.url), { workerData: input });
  const stop = () => void thread.terminate();
  signal.addEventListener('abort', stop, { once: true });
  try {
    return await new Promise<Scored>((done, fail) => {
      thread.once('message', done);
      thread.once('error', fail);
      thread.once('exit', () => fail(new Error('the scoring thread ended without an answer')));
    });
  } catch (error) {
    signal.throwIfAborted();
    throw error;
  } finally {
    signal.removeEventListener('abort', stop);
  }
}

function timingsOf(photos: readonly AnalysedPhoto[]): EvaluationResult['timings'] {
  const stage = (name: 'read' | 'detect' | 'align' | 'embed') => {
    const values = Float64Array.from(photos, ({ timings }) => timings[name]).sort();
    const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
    return { mean, p95: values[Math.floor(0.95 * (values.length - 1))] as number };
  };
  return { read: stage('read'), detect: stage('detect'), align: stage('align'), embed: stage('embed') };
}

function countRefusals(photos: readonly AnalysedPhoto[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const { refusal } of photos) if (refusal) counts[refusal] = (counts[refusal] ?? 0) + 1;
  return counts;
}
