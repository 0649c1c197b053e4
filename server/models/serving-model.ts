import type { Logger } from '../../config/logger.ts';
import type { EmbedderEntry } from '../../models/manifest.schema.ts';
import { findModel, type ModelLibrary } from '../../models/registry.ts';
import type { Database, Queryable } from '../db/client.ts';

const SETTING = 'serving_model';

/** The embedder that serves; the database knows which, and another server may change it. */
export type ServingModel = {
  current(): EmbedderEntry;
  /** The same as an object that is always the one serving: each field is read at its use. */
  readonly live: EmbedderEntry;
  /** Reads it anew. @throws {ModelFileError} when it is one that is not known here */
  refresh(): Promise<void>;
};

/**
 * @param options.configured name of the embedder that serves until another is chosen
 * @param options.library opens the library as it is now
 * @throws {ModelFileError} when the serving embedder is not known here
 */
export async function createServingModel(options: {
  database: Database;
  configured: string;
  library: () => ModelLibrary;
  logger: Logger;
}): Promise<ServingModel> {
  const { database, configured, library, logger } = options;
  await database.query('insert into settings (name, value) values ($1, $2) on conflict do nothing', [
    SETTING,
    configured,
  ]);
  const read = async (): Promise<EmbedderEntry> => {
    const name = await servingModelName(database);
    return findModel({ manifest: library().manifest, task: 'embed', name });
  };
  let current = await read();
  if (current.name !== configured) {
    logger.info(
      { model: current.name, configured },
      'the model in use was chosen before; MODEL is the first one only',
    );
  }
  return {
    current: () => current,
    live: new Proxy({} as EmbedderEntry, { get: (_, field) => Reflect.get(current, field) as unknown }),
    async refresh() {
      if ((await servingModelName(database)) !== current.name) current = await read();
    },
  };
}

/** Name of the embedder that serves; `undefined` before a server has started on this database. */
export async function servingModelName(queryable: Queryable): Promise<string | undefined> {
  const [row] = await queryable.query<{ value: string }>('select value from settings where name = $1', [
    SETTING,
  ]);
  return row?.value;
}

export async function setServingModel(tx: Queryable, model: string): Promise<void> {
  await tx.query('update settings set value = $2 where name = $1', [SETTING, model]);
}
