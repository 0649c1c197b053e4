import { join, resolve } from 'node:path';
import type { Logger } from '../../config/logger.ts';
import type { Config } from '../../config/schema.ts';
import type { EmbedderEntry } from '../../models/manifest.schema.ts';
import { seededRandom, shuffle } from '../../models/metrics/random.ts';
import type { Vault } from '../../vault/vault.ts';
import type { Progress } from '../command/pace.ts';
import { analysePhotos } from '../evaluation/analyse-photos.ts';
import { openWorkforce } from '../evaluation/cli/workforce.ts';
import { distinctPeople, readPeopleFolder } from '../evaluation/dataset/people-folder.ts';
import { Problems } from '../evaluation/dataset/problems.ts';
import { openJournal } from '../evaluation/journal.ts';
import type { TrainingPerson } from './people.ts';

/** Photos of one person beyond these are not looked at. */
const MOST_PHOTOS = 12;

/**
 * Finds and aligns the faces of a folder of people, with the workers of a running server or with own ones. What was
 * analysed within a day is taken from the sealed journal.
 * @param options.most people to take, drawn by the seed
 * @throws EvaluationError when the workers cannot be reached
 */
export async function readPeople(options: {
  dir: string;
  most: number | undefined;
  seed: number;
  workers: number;
  config: Config;
  vault: Vault;
  dataKey: Uint8Array;
  logger: Logger;
  model: EmbedderEntry;
  signal: AbortSignal;
  onProgress: (progress: Progress) => void;
}): Promise<{ people: TrainingPerson[]; problems: ReturnType<Problems['summary']> }> {
  const { config, vault, dataKey, logger, model, signal, seed } = options;
  const problems = new Problems();
  const all = distinctPeople(await readPeopleFolder({ dir: options.dir, problems }), problems);
  const drawn = shuffle(all, seededRandom(seed)).slice(0, options.most ?? all.length);
  const listed = drawn.map(({ name, photos }) => ({ name, photos: photos.slice(0, MOST_PHOTOS) }));
  const workforce = await openWorkforce({
    config,
    environment: process.env,
    vault,
    dataKey,
    logger,
    model: model.name,
    count: options.workers,
    signal,
  });
  try {
    const journal = openJournal({
      dir: join(resolve(config.DATA_DIR), 'evaluation'),
      model: `${model.name}-${model.sha256.slice(0, 12)}`,
      vault,
      fresh: false,
    });
    try {
      const { photos } = await analysePhotos({
        photos: listed.flatMap(({ photos }) => photos),
        lane: workforce.lane,
        model: model.name,
        journal,
        problems,
        face: 'middle',
        inFlight: workforce.inFlight,
        signal,
        onProgress: options.onProgress,
      });
      let at = 0;
      const people = listed.map(({ name, photos: { length } }) => {
        const faces = photos.slice(at, at + length).flatMap((photo) => {
          const crop = photo?.crop();
          return photo?.shot && crop ? [{ crop: new Uint8Array(crop), template: photo.shot.embedding }] : [];
        });
        at += length;
        return { name, faces };
      });
      return { people, problems: problems.summary() };
    } finally {
      journal.close();
    }
  } finally {
    await workforce.close();
  }
}
