import { createHash } from 'node:crypto';
import { readFile, stat } from 'node:fs/promises';
import type { ModelEntry } from '../../models/manifest.schema.ts';
import { findModel, ModelFileError, type ModelLibrary, readModel } from '../../models/registry.ts';
import { FacewireError } from '../../protocol/errors.ts';
import type { ModelDescription, ModelSwitchStatus, ModelsResponse } from '../../protocol/models.ts';
import type { ServingModel } from './serving-model.ts';
import type { SwitchStore } from './switch.store.ts';
import type { Switcher } from './switcher.ts';

const MOST_LOST_TOLD = 100;

/** The models that this server knows, and the change from one to another. */
export type Models = {
  list(): Promise<ModelsResponse>;
  /**
   * Begins to change over, or goes on with a change that was stopped.
   * @throws {FacewireError} `not-found`, `bad-state` when it serves already or cannot, `conflict` when another is under way
   */
  use(input: { name: string; force: boolean; by: string }): Promise<ModelsResponse>;
  /** Gives a change up; the model before goes on serving. @throws {FacewireError} `bad-state` without a change */
  cancel(input: { by: string }): Promise<ModelsResponse>;
};

export function createModels(dependencies: {
  library: () => ModelLibrary;
  serving: ServingModel;
  store: SwitchStore;
  switcher: Pick<Switcher, 'progress' | 'look' | 'interrupt'>;
}): Models {
  const { library, serving, store, switcher } = dependencies;
  const checkFile = createFileChecker();

  const describe = async (entry: ModelEntry, opened: ModelLibrary): Promise<ModelDescription> => ({
    ...(await describeModel({ entry, library: opened, checkFile })),
    serving:
      entry.name === (entry.task === 'embed' ? serving.current().name : opened.manifest.defaults[entry.task]),
  });

  const switchStatus = async (): Promise<ModelSwitchStatus | null> => {
    const now = await store.get();
    if (!now) return null;
    const { total, done, failed } = await store.counts(now.model);
    const { phase, perSecond } = switcher.progress ?? {};
    const lost = now.state === 'stopped' ? await store.lost(now.model) : [];
    return {
      model: now.model,
      from: serving.current().name,
      state: now.state === 'stopped' ? 'stopped' : (phase ?? 'embedding'),
      ...(now.message ? { message: now.message } : {}),
      startedAt: now.startedAt.toISOString(),
      total,
      done,
      failed,
      ...(perSecond ? { perSecond, secondsLeft: (total - done) / perSecond } : {}),
      ...(lost.length > 0 ? { lost: lost.slice(0, MOST_LOST_TOLD) } : {}),
    };
  };

  const list = async (): Promise<ModelsResponse> => {
    const opened = library();
    const models = await Promise.all(opened.manifest.models.map((entry) => describe(entry, opened)));
    return { models, switch: await switchStatus() };
  };

  return {
    list,
    async use({ name, force, by }) {
      const opened = library();
      const entry = embedderNamed(opened, name);
      await serving.refresh();
      if (name === serving.current().name) {
        throw new FacewireError('bad-state', `${name} serves already; there is nothing to change.`);
      }
      if (entry.calibrated === false) {
        throw new FacewireError(
          'bad-state',
          `The thresholds of ${name} were not measured: nobody knows which cosine is a match. Measure them with ` +
            '`node models/calibrate.ts --model NAME` on labelled photographs, then try again.',
        );
      }
      await readModel({ entry, library: opened }).catch((cause: unknown) => {
        if (!(cause instanceof ModelFileError)) throw cause;
        throw new FacewireError('bad-state', cause.message, { cause });
      });
      await store.begin({ model: name, force, by });
      switcher.look();
      return list();
    },
    async cancel({ by }) {
      if (!(await store.cancel({ by }))) {
        throw new FacewireError('bad-state', 'No change of the model is under way.');
      }
      switcher.interrupt();
      return list();
    },
  };
}

/** All but whether it serves. @param input.checkFile from {@link createFileChecker} */
export async function describeModel(input: {
  entry: ModelEntry;
  library: ModelLibrary;
  checkFile: ReturnType<typeof createFileChecker>;
}): Promise<Omit<ModelDescription, 'serving'>> {
  const { entry, library, checkFile } = input;
  const { name, task, bytes, sha256, licence, trainingData, source } = entry;
  return {
    name,
    task,
    file: await checkFile(library.fileOf(entry), entry),
    calibrated: task !== 'embed' || entry.calibrated !== false,
    ...(task === 'embed' ? { dimensions: entry.embeddingSize } : {}),
    bytes,
    sha256,
    licence,
    trainingData,
    source,
  };
}

function embedderNamed(library: ModelLibrary, name: string) {
  try {
    return findModel({ manifest: library.manifest, task: 'embed', name });
  } catch (cause) {
    const message = cause instanceof Error ? cause.message : String(cause);
    throw new FacewireError('not-found', `${message} Add one by npm run models -- add FILE.`, { cause });
  }
}

/** Tells whether a file is the one named, reading it again only when it has changed. */
export function createFileChecker() {
  const known = new Map<string, { stamp: string; sha256: string }>();
  return async (file: string, entry: Pick<ModelEntry, 'sha256'>): Promise<ModelDescription['file']> => {
    try {
      const { mtimeMs, size } = await stat(file);
      const stamp = `${mtimeMs} ${size}`;
      let seen = known.get(file);
      if (seen?.stamp !== stamp) {
        seen = {
          stamp,
          sha256: createHash('sha256')
            .update(await readFile(file))
            .digest('hex'),
        };
        known.set(file, seen);
      }
      return seen.sha256 === entry.sha256 ? 'present' : 'damaged';
    } catch {
      return 'missing';
    }
  };
}
