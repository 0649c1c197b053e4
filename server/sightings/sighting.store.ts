import type { Confirmation, Verdict } from '../../protocol/confirmations.ts';
import type { Sighting, SightingEvidence } from '../../protocol/events.ts';
import { sealPurposes } from '../../protocol/jobs.ts';
import type { SightingFilter } from '../../protocol/sightings.ts';
import type { Vault } from '../../vault/vault.ts';
import type { Database, Queryable } from '../db/client.ts';
import { expireUnknowns } from '../unknowns/unknown.store.ts';

export type NewSighting = {
  id: string;
  stream: string;
  state: Sighting['state'];
  personId: string | undefined;
  score: number | undefined;
  confidence: number | undefined;
  evidence?: SightingEvidence | undefined;
  /** Of the crop, 0 to 1. */
  quality?: number | undefined;
  beganAt: Date;
  /** JPEG of the crop. */
  crop: Uint8Array | undefined;
};

/** What becomes known of a sighting while it lasts. */
export type SightingProgress = {
  id: string;
  endedAt: Date;
  crops: number;
  score: number | undefined;
  confidence: number | undefined;
  evidence?: SightingEvidence | undefined;
  quality?: number | undefined;
  /** A better picture than the one before. */
  crop: Uint8Array | undefined;
};

export type SightingStore = {
  /** @returns false when the person was erased meanwhile, and nothing was stored */
  add(sighting: NewSighting): Promise<boolean>;
  update(progress: SightingProgress): Promise<void>;
  /**
   * Newest first.
   * @param query.after where the page before ended, as `next` told
   */
  list(
    query: SightingFilter & { limit: number; after?: string | undefined },
  ): Promise<{ sightings: Sighting[]; next?: string }>;
  get(id: string): Promise<Sighting | undefined>;
  /** JPEG, or `undefined` when there is no such sighting or its crop was not kept. */
  crop(id: string): Promise<Buffer | undefined>;
  /** Deletes what ended before these times. @returns how many */
  expire(before: { identified: Date; unknown: Date }): Promise<number>;
};

type Row = {
  id: string;
  kiosk_id: string;
  kiosk_name: string;
  state: Sighting['state'];
  person_id: string | null;
  person_name: string | null;
  began_at: Date;
  began_us: number;
  ended_at: Date;
  crops: number;
  score: number | null;
  confidence: number | null;
  threshold: number | null;
  gallery_size: number | null;
  model: string | null;
  other_id: string | null;
  other_name: string | null;
  other_score: number | null;
  answer_id: string | null;
  verdict: Verdict | null;
  recognised_id: string | null;
  recognised_name: string | null;
  said_by: string | null;
  said_at: Date | null;
};

const SELECT = `select s.id, s.kiosk_id, k.name as kiosk_name, s.state, s.person_id, p.name as person_name, s.began_at,
    (extract(epoch from s.began_at) * 1000000)::bigint as began_us, s.ended_at, s.crops, s.score, s.confidence,
    s.threshold, s.gallery_size, s.model, s.other_id, o.name as other_name, s.other_score,
    c.id as answer_id, c.verdict, c.recognised_id, r.name as recognised_name, c.said_by, c.said_at
  from sightings s join kiosks k on k.id = s.kiosk_id left join people p on p.id = s.person_id
    left join confirmations c on c.sighting_id = s.id and c.taken_back_at is null
    left join people r on r.id = c.recognised_id left join people o on o.id = s.other_id`;

/** A sighting as it is within a transaction. */
export async function readSighting(queryable: Queryable, id: string): Promise<Sighting | undefined> {
  const [row] = await queryable.query<Row>(`${SELECT} where s.id = $1`, [id]);
  return row && toSighting(row);
}

/** Several at once, by id; who is not there is left out. */
export async function readSightings(
  queryable: Queryable,
  ids: readonly string[],
): Promise<Map<string, Sighting>> {
  const rows = await queryable.query<Row>(`${SELECT} where s.id = any($1::uuid[])`, [ids]);
  return new Map(rows.map((row) => [row.id, toSighting(row)]));
}

export function createSightingStore(dependencies: { database: Database; vault: Vault }): SightingStore {
  const { database, vault } = dependencies;
  const seal = (crop: Uint8Array | undefined) => crop && vault.seal(sealPurposes.sighting, crop);

  return {
    async add({ id, stream, state, personId, score, confidence, evidence, quality, beganAt, crop }) {
      const rows = await database.query(
        `insert into sightings (id, kiosk_id, state, person_id, began_at, ended_at, crops, score, confidence, crop,
           threshold, gallery_size, model, other_id, other_score, quality)
         select $1, $2, $3, $4::uuid, $5, $5, 1, $6, $7, $8, $9, $10, $11, (select id from people where id = $12), $13, $14
         where $4::uuid is null or exists (select 1 from people where id = $4::uuid for share)
         returning id`,
        [
          id,
          stream,
          state,
          personId ?? null,
          beganAt,
          score ?? null,
          confidence ?? null,
          seal(crop) ?? null,
          ...columnsOf(evidence),
          quality ?? null,
        ],
      );
      return rows.length > 0;
    },

    async update({ id, endedAt, crops, score, confidence, evidence, quality, crop }) {
      await database.query(
        `update sightings set ended_at = $2, crops = $3, score = $4, confidence = $5, crop = coalesce($6, crop),
           threshold = $7, gallery_size = $8, model = $9, other_id = (select id from people where id = $10), other_score = $11,
           quality = case when $6::bytea is null then quality else $12 end
         where id = $1`,
        [
          id,
          endedAt,
          crops,
          score ?? null,
          confidence ?? null,
          seal(crop) ?? null,
          ...columnsOf(evidence),
          quality ?? null,
        ],
      );
    },

    async list({ q, person, stream, state, from, to, limit, after }) {
      const values: unknown[] = [];
      const conditions: string[] = [];
      const where = (condition: (parameter: string) => string, value: unknown) => {
        if (value === undefined) return;
        values.push(value);
        conditions.push(condition(`$${values.length}`));
      };
      where((p) => `p.name ilike ${p} escape '\\'`, q ? `%${q.replace(/[\\%_]/g, '\\$&')}%` : undefined);
      where((p) => `s.person_id = ${p}`, person);
      where((p) => `s.kiosk_id = ${p}`, stream);
      where((p) => `s.state = ${p}`, state);
      where((p) => `s.ended_at >= ${p}`, from);
      where((p) => `s.began_at <= ${p}`, to);
      if (after) {
        const [microseconds, id] = after.split('_');
        values.push(Number(microseconds), id);
        conditions.push(
          `(s.began_at, s.id) < (timestamptz 'epoch' + $${values.length - 1} * interval '1 microsecond', $${values.length}::uuid)`,
        );
      }
      const rows = await database.query<Row>(
        `${SELECT}
         ${conditions.length > 0 ? `where ${conditions.join(' and ')}` : ''}
         order by s.began_at desc, s.id desc limit ${limit + 1}`,
        values,
      );
      const page = rows.slice(0, limit);
      const last = page.at(-1);
      return {
        sightings: page.map(toSighting),
        ...(rows.length > limit && last ? { next: `${last.began_us}_${last.id}` } : {}),
      };
    },

    get: (id) => readSighting(database, id),

    async crop(id) {
      const [row] = await database.query<{ crop: Uint8Array | null }>(
        'select crop from sightings where id = $1',
        [id],
      );
      return row?.crop ? vault.open(sealPurposes.sighting, row.crop) : undefined;
    },

    async expire({ identified, unknown }) {
      const rows = await database.query(
        `delete from sightings where (state = 'identified' and ended_at < $1) or (state = 'unknown' and ended_at < $2)
         returning id`,
        [identified, unknown],
      );
      await expireUnknowns(database, unknown);
      return rows.length;
    },
  };
}

/** Where the crop of a sighting is served. */
export function sightingCropUrl(id: string): string {
  return `/sightings/${id}/crop.jpg`;
}

function toSighting(row: Row): Sighting {
  return {
    id: row.id,
    stream: row.kiosk_id,
    streamName: row.kiosk_name,
    state: row.state,
    ...(row.person_id ? { personId: row.person_id } : {}),
    ...(row.person_name ? { name: row.person_name } : {}),
    ...(row.confidence === null ? {} : { confidence: row.confidence }),
    ...evidenceIn(row),
    cropUrl: sightingCropUrl(row.id),
    at: row.began_at.toISOString(),
    until: row.ended_at.toISOString(),
    crops: row.crops,
    ...(row.answer_id ? { confirmation: confirmationOf(row, row.answer_id) } : {}),
  };
}

function confirmationOf(row: Row, id: string): Confirmation {
  return {
    id,
    verdict: row.verdict as Verdict,
    person: row.person_id ? { id: row.person_id, name: row.person_name ?? '' } : null,
    recognised: row.recognised_id ? { id: row.recognised_id, name: row.recognised_name ?? '' } : null,
    by: row.said_by ?? '',
    at: (row.said_at as Date).toISOString(),
  };
}

/** Threshold, gallery size, model, other candidate and their score. */
function columnsOf(evidence: SightingEvidence | undefined): (number | string | null)[] {
  if (!evidence) return [null, null, null, null, null];
  const { threshold, gallerySize, model, other } = evidence;
  return [threshold, gallerySize, model, other?.personId ?? null, other?.score ?? null];
}

function evidenceIn(row: Row): { evidence?: SightingEvidence } {
  const { score, threshold, gallery_size: gallerySize, model, other_id: personId, other_name: name } = row;
  if (threshold === null || gallerySize === null || model === null) return {};
  const other = personId && { personId, name: name ?? '', score: row.other_score ?? 0 };
  return {
    evidence: {
      ...(score === null ? {} : { score }),
      threshold,
      gallerySize,
      model,
      ...(other ? { other } : {}),
    },
  };
}
