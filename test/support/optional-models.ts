import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';

/** Folder of model files that do not come with the project (see its SOURCE.txt). */
const OPTIONAL_MODELS_DIR = resolve(
  process.env.OPTIONAL_MODELS_DIR ?? join(import.meta.dirname, '../../../shared/models'),
);

/** The file of the optional model `foamliu-128`, by the name that its publisher's copy bears there. */
export const OPTIONAL_MODEL = {
  name: 'foamliu-128',
  file: join(OPTIONAL_MODELS_DIR, 'foamliu_mobilefacenet.onnx'),
};

/** Why tests with the optional model cannot run, or `undefined`. */
export const optionalModelMissing = existsSync(OPTIONAL_MODEL.file)
  ? undefined
  : `no ${OPTIONAL_MODEL.file}; set OPTIONAL_MODELS_DIR`;
