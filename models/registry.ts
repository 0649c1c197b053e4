import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import {
  addedSchema,
  type EmbedderEntry,
  type Manifest,
  type ModelEntry,
  type ModelTask,
  manifestSchema,
} from './manifest.schema.ts';

/** Folder of the models that come with the project. */
export const MODELS_DIR = fileURLToPath(new URL('.', import.meta.url));

/** A model file or the manifest is missing, damaged or not what the manifest promises. */
export class ModelFileError extends Error {
  override readonly name = 'ModelFileError';
  readonly code: 'model-unknown' | 'model-missing' | 'model-damaged' | 'manifest-invalid';

  constructor(code: ModelFileError['code'], message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}

/**
 * Reads and checks `manifest.json` in `dir`.
 * @throws ModelFileError `model-missing` or `manifest-invalid`
 */
export function loadManifest({ dir = MODELS_DIR }: { dir?: string } = {}): Manifest {
  const file = path.join(dir, 'manifest.json');
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (cause) {
    throw new ModelFileError('model-missing', `The model manifest ${file} cannot be read.`, { cause });
  }
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (cause) {
    throw new ModelFileError('manifest-invalid', `The model manifest ${file} is not JSON.`, { cause });
  }
  const parsed = manifestSchema.safeParse(json);
  if (!parsed.success) {
    throw new ModelFileError(
      'manifest-invalid',
      `The model manifest ${file} is not valid:\n${z.prettifyError(parsed.error)}`,
    );
  }
  return parsed.data;
}

/**
 * The manifest's entry of a model for a task; without a name, the default one.
 * @throws ModelFileError `model-unknown`, naming the models there are
 */
export function findModel<T extends ModelTask>({
  manifest,
  task,
  name = manifest.defaults[task],
}: {
  manifest: Manifest;
  task: T;
  name?: string | undefined;
}): Extract<ModelEntry, { task: T }> {
  const fitting = manifest.models.filter(
    (model): model is Extract<ModelEntry, { task: T }> => model.task === task,
  );
  const found = fitting.find((model) => model.name === name);
  if (!found) {
    const known = fitting.map((model) => model.name).join(', ');
    throw new ModelFileError(
      'model-unknown',
      `There is no model "${name}" for "${task}"; known are: ${known}.`,
    );
  }
  return found;
}

/** The models that are known here, and where their files lie. */
export type ModelLibrary = {
  /** Those of the project and those that were added. */
  readonly manifest: Manifest;
  fileOf(entry: ModelEntry): string;
};

/**
 * Opens the library: the project's manifest, and the models added in `DATA_DIR/models`, which has one of its own.
 * Files of optional and added models lie there.
 * @param options.dataDir without it, there are the project's own models only
 * @throws ModelFileError `model-missing` or `manifest-invalid`
 */
export function openLibrary({ dataDir }: { dataDir?: string | undefined } = {}): ModelLibrary {
  const manifest = loadManifest();
  const folder = dataDir && addedModelsDir(dataDir);
  const added = folder && existsSync(path.join(folder, ADDED_MANIFEST)) ? loadAdded({ folder }) : [];
  const own = new Set(manifest.models.map(({ name }) => name));
  return {
    manifest: { ...manifest, models: [...manifest.models, ...added.filter(({ name }) => !own.has(name))] },
    fileOf: (entry) => path.join(entry.optional && folder ? folder : MODELS_DIR, entry.file),
  };
}

/** Folder of the models that were pulled or added. */
export function addedModelsDir(dataDir: string): string {
  return path.join(dataDir, 'models');
}

/** Name of the manifest of added models, in their folder. */
export const ADDED_MANIFEST = 'added.json';

/**
 * The embedders that were added to a data folder.
 * @throws ModelFileError `manifest-invalid`
 */
export function loadAdded({ folder }: { folder: string }): EmbedderEntry[] {
  const file = path.join(folder, ADDED_MANIFEST);
  try {
    return addedSchema.parse(JSON.parse(readFileSync(file, 'utf8'))).models;
  } catch (cause) {
    throw new ModelFileError(
      'manifest-invalid',
      `${file} is not a list of added models. Remove it and add them again: npm run models -- add FILE …`,
      { cause },
    );
  }
}

/**
 * Reads a model's file and checks it against the manifest, so that what is run is what was checked.
 * @throws ModelFileError `model-missing` or `model-damaged`
 */
export async function readModel({
  entry,
  library = openLibrary(),
}: {
  entry: ModelEntry;
  library?: ModelLibrary;
}): Promise<Uint8Array> {
  const file = library.fileOf(entry);
  const again = entry.optional
    ? `Fetch it by npm run models -- pull ${entry.name}; without a network, put it in place by npm run models -- add FILE`
    : 'It comes with the project';
  let bytes: Uint8Array;
  try {
    bytes = await readFile(file);
  } catch (cause) {
    throw new ModelFileError(
      'model-missing',
      `The model file ${file} cannot be read. ${again}. Its source is: ${entry.source}.`,
      { cause },
    );
  }
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  if (sha256 !== entry.sha256) {
    throw new ModelFileError(
      'model-damaged',
      `The model file ${file} is not the one the manifest names (${bytes.length} bytes with sha256 ${sha256}; ` +
        `${entry.bytes} bytes with ${entry.sha256} expected). ${again}. Its source is: ${entry.source}.`,
    );
  }
  return bytes;
}
