import type { EmbedderEntry } from '../../models/manifest.schema.ts';
import type { Network } from '../../models/onnx/session.ts';
import { findModel, ModelFileError, openLibrary, readModel } from '../../models/registry.ts';
import { openEmbedder, ProviderError, type Wanted } from '../runtime/providers.ts';

/** The serving one, and two that are looked at or changed to. */
const KEPT_OPEN = 3;

export type OpenEmbedder = { entry: EmbedderEntry; network: Network };

/** A model cannot be run here; `message` says which, why, and what to do. */
export class NoEmbedderError extends Error {
  override readonly name = 'NoEmbedderError';
  readonly code = 'no-embedder';
}

/** The embedders of one thread, opened when they are first asked for; the one unused for longest makes room. */
export type Embedders = {
  /** @throws {NoEmbedderError} when it is unknown, its file is missing or damaged, or no provider runs it rightly */
  open(name: string): Promise<OpenEmbedder>;
};

/** Calls must not overlap, and an embedder is of use until the next call only. */
export function createEmbedders(options: { provider: Wanted; dataDir: string }): Embedders {
  const { provider, dataDir } = options;
  const opened = new Map<string, OpenEmbedder>();

  const load = async (name: string): Promise<OpenEmbedder> => {
    // Opened anew each time: a model may have been added since.
    const library = openLibrary({ dataDir });
    const entry = findModel({ manifest: library.manifest, task: 'embed', name });
    const { network } = await openEmbedder({ provider, entry, model: await readModel({ entry, library }) });
    return { entry, network };
  };
  return {
    async open(name) {
      try {
        const embedder = opened.get(name) ?? (await load(name));
        opened.delete(name);
        opened.set(name, embedder);
        const [oldest] = opened;
        if (opened.size > KEPT_OPEN && oldest) {
          opened.delete(oldest[0]);
          await oldest[1].network.close();
        }
        return embedder;
      } catch (error) {
        if (error instanceof ModelFileError || error instanceof ProviderError) {
          throw new NoEmbedderError(error.message, { cause: error });
        }
        throw error;
      }
    },
  };
}
