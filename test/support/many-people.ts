import { randomUUID } from 'node:crypto';
import { openDatabase } from '../../server/db/client.ts';
import { silent } from './database.ts';

/**
 * Copies every person but those named, so that a gallery of some photos becomes one of hundreds.
 * @param options.dataDir of a server that does not run
 */
export async function multiplyPeople(options: {
  dataDir: string;
  except: readonly string[];
  times: number;
}): Promise<void> {
  const { dataDir, except, times } = options;
  const database = await openDatabase({ url: undefined, dataDir, logger: silent });
  try {
    const people = await database.query<{ id: string }>(
      'select id from people where name <> all($1::text[])',
      [except],
    );
    for (const { id } of people) {
      for (let copy = 0; copy < times; copy++) {
        const to = randomUUID();
        await database.query('insert into people (id, name) select $2, name from people where id = $1', [
          id,
          to,
        ]);
        await database.query(
          `insert into templates (id, person_id, model, embedding, reference_crop, quality)
           select gen_random_uuid(), $2, model, embedding, reference_crop, quality from templates where person_id = $1`,
          [id, to],
        );
        await database.query(
          "insert into gallery_log (version, op, person_id) select max(version) + 1, 'upsert', $1 from gallery_log",
          [to],
        );
      }
    }
  } finally {
    await database.close();
  }
}
