import { mkdirSync, rmSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { FacewireError } from '../../../protocol/errors.ts';
import { EVALUATION_LIMITS } from '../../../protocol/evaluation.ts';
import { sealPurposes } from '../../../protocol/jobs.ts';
import type { Vault } from '../../../vault/vault.ts';
import { buildDataset, type Dataset } from '../dataset/dataset.ts';
import { parsePairFile } from '../dataset/pair-file.ts';
import { isPicture, noPicture, type PersonFolder, type PhotoSource } from '../dataset/people-folder.ts';
import { Problems } from '../dataset/problems.ts';

export type UploadedFile = { path: string; bytes: Uint8Array };

/** An uploaded folder on disk: every file sealed, under numbers for names, gone with `remove`. */
export type UploadStore = {
  readonly dir: string;
  readonly photos: number;
  /** @throws {FacewireError} `validation` for a path that is none, `too-large` beyond the limits */
  add(files: readonly UploadedFile[]): Promise<void>;
  /** @throws {EvaluationError} when there is nothing to evaluate in it */
  dataset(): Promise<Dataset>;
  remove(): void;
};

/** @param input.dir of this upload alone */
export function createUploadStore(input: { dir: string; vault: Vault }): UploadStore {
  const { dir, vault } = input;
  mkdirSync(dir, { recursive: true, mode: 0o700 });
  const photos = new Map<string, PhotoSource>();
  const lists = new Map<string, string>();
  const problems = new Problems();
  let bytesHeld = 0;
  let removed = false;

  const keep = async ({ path, bytes }: UploadedFile): Promise<void> => {
    if (path.toLowerCase().endsWith('.txt')) {
      if (bytes.length > EVALUATION_LIMITS.pairFileBytes) {
        throw new FacewireError('too-large', `${path} is larger than a list of pairs may be (2 MB).`);
      }
      lists.set(path, Buffer.from(bytes).toString('utf8'));
      return;
    }
    if (!isPicture(path)) return noPicture(path, problems);
    if (photos.has(path)) return; // Sent again after an answer was lost.
    if (photos.size >= EVALUATION_LIMITS.photos || bytesHeld + bytes.length > EVALUATION_LIMITS.bytes) {
      throw new FacewireError(
        'too-large',
        `An evaluation takes ${EVALUATION_LIMITS.photos} photos and ${EVALUATION_LIMITS.bytes / 1024 ** 3} GB at most. ` +
          'For larger sets there is npm run evaluate.',
      );
    }
    const file = join(dir, `${photos.size}.sealed`);
    const parts = path.split('/');
    photos.set(path, {
      key: path,
      path: parts.slice(-2).join('/'),
      read: async () => vault.open(sealPurposes.evaluation, await readFile(file)),
    });
    bytesHeld += bytes.length;
    await writeFile(file, vault.seal(sealPurposes.evaluation, bytes), { mode: 0o600 });
    if (removed) rmSync(dir, { recursive: true, force: true });
  };

  return {
    dir,
    get photos() {
      return photos.size;
    },
    async add(files) {
      for (const { path } of files) checkPath(path);
      for (const file of files) await keep(file);
    },
    async dataset() {
      const people = peopleOf(photos, problems);
      // With two lists, the one that says so is for training.
      const names = [...lists.keys()].sort();
      const train = names.length > 1 ? names.find((name) => /train/i.test(name)) : undefined;
      const pairs = names.find((name) => name !== train);
      const read = (name: string | undefined) =>
        name ? parsePairFile({ text: lists.get(name) ?? '', origin: name, problems }) : [];
      return buildDataset({
        images: people,
        pairs: read(pairs),
        train: read(train),
        openSet: people,
        problems,
      });
    },
    remove() {
      removed = true;
      rmSync(dir, { recursive: true, force: true });
    },
  };
}

/** People by the folder that their photos lie in, whatever lies above it. */
function peopleOf(photos: ReadonlyMap<string, PhotoSource>, problems: Problems): PersonFolder[] {
  // Batches come in any order; the splits of a folder are to be the same each time.
  const sorted = [...photos].sort(([a], [b]) => (a < b ? -1 : 1));
  const byFolder = Map.groupBy(sorted, ([path]) => path.slice(0, Math.max(0, path.lastIndexOf('/'))));
  return [...byFolder].flatMap(([folder, entries]) => {
    const name = folder.slice(folder.lastIndexOf('/') + 1);
    if (name) return [{ name, photos: entries.map(([, photo]) => photo) }];
    for (const [path] of entries) {
      problems.add(
        'not-a-picture',
        path,
        'lies beside the folders of people, so nobody knows whom it shows.',
      );
    }
    return [];
  });
}

function checkPath(path: string): void {
  const parts = path.split('/');
  const plain = parts.every((part) => part !== '' && part !== '.' && part !== '..');
  if (plain && parts.length <= 16 && !/[\p{Cc}\\]/u.test(path)) return;
  const message = `“${path.slice(0, 100)}” is no path below a folder, such as Ann/1.jpg`;
  throw new FacewireError('validation', `paths: ${message}.`, {
    details: { errors: [{ field: 'paths', message }] },
  });
}
