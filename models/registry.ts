import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import { type Manifest, type ModelEntry, type ModelTask, manifestSchema } from './manifest.schema.ts';

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

/** Where a model's file lies. */
export function modelPath({ entry, dir = MODELS_DIR }: { entry: ModelEntry; dir?: string }): string {
  return path.join(dir, entry.file);
}

/**
 * Reads a model's file and checks it against the manifest, so that what is run is what was checked.
 * @throws ModelFileError `model-missing` or `model-damaged`
 */
export async function readModel({
  entry,
  dir = MODELS_DIR,
}: {
  entry: ModelEntry;
  dir?: string;
}): Promise<Uint8Array> {
  const file = modelPath({ entry, dir });
  let bytes: Uint8Array;
  try {
    bytes = await readFile(file);
  } catch (cause) {
    throw new ModelFileError(
      'model-missing',
      `The model file ${file} cannot be read. It belongs there; its source is: ${entry.source}.`,
      { cause },
    );
  }
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  if (sha256 !== entry.sha256) {
    throw new ModelFileError(
      'model-damaged',
      `The model file ${file} is not the one the manifest names (${bytes.length} bytes with sha256 ${sha256}; ` +
        `${entry.bytes} bytes with ${entry.sha256} expected). Fetch it again from: ${entry.source}.`,
    );
  }
  return bytes;
}
