import type { Redis } from 'ioredis';
import { sealPurposes } from '../../protocol/jobs.ts';
import { LESSON_LIFE_S, type Learnable } from '../../protocol/lessons.ts';
import type { Vault } from '../../vault/vault.ts';
import type { Database } from '../db/client.ts';
import { embeddingFromBytes, embeddingToBytes, meanTemplate } from '../people/template.ts';
import { isHeldOut } from './division.ts';
import { lessonKeys } from './lesson-keys.ts';

/** Tells a kiosk's browser what of its own sightings it may learn from. */
export type LearnableReader = (kiosk: string, sightings: readonly string[]) => Promise<Learnable>;

/**
 * Templates go out for people whom an operator confirmed at this very camera, and for nobody else; never for those
 * who are held out to measure by. Whose templates went out is noted: what is learnt from them goes when they are erased.
 * @param dependencies.written resolves once a sighting that is being written is in the database
 */
export function createLearnableReader(dependencies: {
  database: Database;
  vault: Vault;
  redis: Redis;
  model: () => string;
  written: (sighting: string) => Promise<unknown>;
  now: () => number;
}): LearnableReader {
  const { database, vault, redis, model, written, now } = dependencies;

  const templateOf = async (person: string): Promise<Float32Array | undefined> => {
    const rows = await database.query<{ embedding: Uint8Array; quality: number }>(
      'select embedding, quality from templates where person_id = $1 and model = $2',
      [person, model()],
    );
    if (rows.length === 0) return undefined;
    return meanTemplate(
      rows.map(({ embedding, quality }) => ({
        embedding: embeddingFromBytes(vault.open(sealPurposes.template, embedding)),
        quality,
      })),
    );
  };

  return async (kiosk, sightings) => {
    await Promise.all(sightings.map(written));
    const rows = await database.query<{ id: string; answers: number; person_id: string | null }>(
      `select s.id, (select count(*)::int from confirmations c where c.sighting_id = s.id) as answers,
         (select c.person_id from confirmations c where c.sighting_id = s.id and c.taken_back_at is null) as person_id
       from sightings s where s.kiosk_id = $1 and s.id = any($2::uuid[])`,
      [kiosk, sightings],
    );
    const waiting = rows.filter(({ answers }) => answers === 0).map(({ id }) => id);
    const confirmed = rows.flatMap(({ id, person_id }) =>
      person_id && !isHeldOut(person_id) ? [{ sighting: id, person: person_id }] : [],
    );
    const templates = new Map<string, Float32Array>();
    for (const { person } of confirmed) {
      const template = templates.get(person) ?? (await templateOf(person));
      if (template) templates.set(person, template);
    }
    if (templates.size > 0) {
      const key = lessonKeys.handed(kiosk);
      await redis
        .multi()
        .zadd(key, ...[...templates.keys()].flatMap((person) => [now(), person]))
        .expire(key, LESSON_LIFE_S)
        .exec();
    }
    const targets = confirmed.flatMap(({ sighting, person }) => {
      const template = templates.get(person);
      return template ? [{ sighting, target: embeddingToBytes(template).toString('base64') }] : [];
    });
    return { targets, waiting };
  };
}
