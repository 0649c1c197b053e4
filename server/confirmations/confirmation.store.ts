import { randomUUID } from 'node:crypto';
import type { Confirm, ListedConfirmation, Verdict } from '../../protocol/confirmations.ts';
import { FacewireError } from '../../protocol/errors.ts';
import type { Sighting } from '../../protocol/events.ts';
import { sealPurposes } from '../../protocol/jobs.ts';
import type { Vault } from '../../vault/vault.ts';
import type { AuditStore } from '../db/audit.store.ts';
import type { Database, Queryable } from '../db/client.ts';
import { lockPeople } from '../people/person-lock.ts';
import { readSighting } from '../sightings/sighting.store.ts';

/** What an answer, or taking one back, has made of a sighting. */
export type Answered = {
  sighting: Sighting;
  /** Whom recognition named. */
  recognised: string | undefined;
};

/** A crop of which an operator has said who it shows: what training may learn from. */
export type ConfirmedCrop = { sighting: string; person: string; crop: Buffer };

export type ConfirmationStore = {
  /**
   * Notes an answer and makes the sighting what it says; one before it is taken back.
   * @returns `undefined` when there is no such sighting
   * @throws {FacewireError} `bad-state` for yes and no where recognition named nobody, `not-found` for the person
   */
  confirm(input: { sighting: string; answer: Confirm; by: string }): Promise<Answered | undefined>;
  /**
   * The sighting is again what recognition said.
   * @returns `undefined` when there is no such sighting
   * @throws {FacewireError} `not-found` when no answer counts
   */
  takeBack(input: { sighting: string; by: string }): Promise<Answered | undefined>;
  /** Newest first. @param query.after where the page before ended, as `next` told */
  list(query: {
    sighting?: string | undefined;
    person?: string | undefined;
    counting?: boolean | undefined;
    limit: number;
    after?: string | undefined;
  }): Promise<{ confirmations: ListedConfirmation[]; next?: string }>;
  /** Of all answers that count and name somebody, a page at a time in the order of the sightings' ids. */
  confirmed(query: { afterSighting?: string | undefined; limit: number }): Promise<ConfirmedCrop[]>;
};

type Row = {
  id: string;
  sighting_id: string;
  verdict: Verdict;
  person_id: string | null;
  person_name: string | null;
  recognised_id: string | null;
  recognised_name: string | null;
  said_by: string;
  said_at: Date;
  said_us: number;
  taken_back_by: string | null;
  taken_back_at: Date | null;
};

export function createConfirmationStore(dependencies: {
  database: Database;
  vault: Vault;
  audit: AuditStore;
}): ConfirmationStore {
  const { database, vault, audit } = dependencies;

  const recognisedOf = async (queryable: Queryable, sighting: string) => {
    const [row] = await queryable.query<{ answered: boolean; recognised_id: string | null }>(
      `select c.id is not null as answered, case when c.id is null then s.person_id else c.recognised_id end as recognised_id
       from sightings s left join confirmations c on c.sighting_id = s.id and c.taken_back_at is null where s.id = $1`,
      [sighting],
    );
    return row;
  };

  /** Keeps the people and the sighting as they are until the commit. People first, as whoever erases them does. */
  const lock = async (tx: Queryable, sighting: string, person: string | undefined) => {
    const before = await recognisedOf(tx, sighting);
    if (!before) return undefined;
    const ids = [before.recognised_id, person].filter((id) => typeof id === 'string');
    const locked = await lockPeople(tx, ids);
    const still = await tx.query('select 1 from sightings where id = $1 for update', [sighting]);
    const now = still.length > 0 ? await recognisedOf(tx, sighting) : undefined;
    if (!now) return undefined;
    if (now.recognised_id !== before.recognised_id) throw changedMeanwhile();
    if (person && !locked.includes(person)) throw noSuchPerson(person);
    return { answered: now.answered, recognised: now.recognised_id ?? undefined };
  };

  const takeBack = (tx: Queryable, sighting: string, by: string) =>
    tx.query(
      `update confirmations set taken_back_by = $2, taken_back_at = now()
       where sighting_id = $1 and taken_back_at is null`,
      [sighting, by],
    );

  const show = async (tx: Queryable, sighting: string, person: string | undefined) => {
    await tx.query('update sightings set person_id = $2, state = $3 where id = $1', [
      sighting,
      person ?? null,
      person ? 'identified' : 'unknown',
    ]);
    return (await readSighting(tx, sighting)) as Sighting;
  };

  return {
    confirm: ({ sighting, answer, by }) =>
      database.transaction(async (tx) => {
        const other = answer.verdict === 'other' ? answer.person : undefined;
        const found = await lock(tx, sighting, other);
        if (!found) return undefined;
        const { recognised } = found;
        if (!other && !recognised) throw nobodyNamed();
        const verdict = other === recognised ? 'yes' : answer.verdict;
        const person = verdict === 'yes' ? recognised : other;
        await takeBack(tx, sighting, by);
        await tx.query(
          `insert into confirmations (id, sighting_id, verdict, person_id, recognised_id, said_by)
           values ($1, $2, $3, $4, $5, $6)`,
          [randomUUID(), sighting, verdict, person ?? null, recognised ?? null, by],
        );
        const detail = { verdict, person: person ?? null, recognised: recognised ?? null };
        await audit.append({ actor: by, action: 'sighting.confirmed', subject: sighting, detail }, tx);
        return { sighting: await show(tx, sighting, person), recognised };
      }),

    takeBack: ({ sighting, by }) =>
      database.transaction(async (tx) => {
        const found = await lock(tx, sighting, undefined);
        if (!found) return undefined;
        if (!found.answered) throw nothingToTakeBack();
        await takeBack(tx, sighting, by);
        const action = 'sighting.confirmation-taken-back';
        await audit.append({ actor: by, action, subject: sighting }, tx);
        return { sighting: await show(tx, sighting, found.recognised), recognised: found.recognised };
      }),

    async list({ sighting, person, counting, limit, after }) {
      const [microseconds, id] = after?.split('_') ?? [];
      const rows = await database.query<Row>(
        `select c.*, p.name as person_name, r.name as recognised_name,
           (extract(epoch from c.said_at) * 1000000)::bigint as said_us
         from confirmations c left join people p on p.id = c.person_id left join people r on r.id = c.recognised_id
         where ($1::uuid is null or c.sighting_id = $1) and ($2::uuid is null or c.person_id = $2)
           and ($3::boolean is null or (c.taken_back_at is null) = $3)
           and ($4::bigint is null
             or (c.said_at, c.id) < (timestamptz 'epoch' + $4 * interval '1 microsecond', $5::uuid))
         order by c.said_at desc, c.id desc limit $6`,
        [
          sighting ?? null,
          person ?? null,
          counting ?? null,
          microseconds ? Number(microseconds) : null,
          id ?? null,
          limit + 1,
        ],
      );
      const page = rows.slice(0, limit);
      const last = page.at(-1);
      return {
        confirmations: page.map(toListed),
        ...(rows.length > limit && last ? { next: `${last.said_us}_${last.id}` } : {}),
      };
    },

    async confirmed({ afterSighting, limit }) {
      const rows = await database.query<{ id: string; person_id: string; crop: Uint8Array }>(
        `select s.id, c.person_id, s.crop from confirmations c join sightings s on s.id = c.sighting_id
         where c.taken_back_at is null and c.person_id is not null and s.crop is not null
           and ($1::uuid is null or s.id > $1)
         order by s.id limit $2`,
        [afterSighting ?? null, limit],
      );
      return rows.map(({ id, person_id, crop }) => ({
        sighting: id,
        person: person_id,
        crop: vault.open(sealPurposes.sighting, crop),
      }));
    },
  };
}

/** The answers that go with the person `$1`. */
export const CONFIRMATIONS_OF = `person_id = $1 or (verdict = 'no' and recognised_id = $1)
  or sighting_id in (select id from sightings where person_id = $1)`;

/** An erased person's answers go; of somebody else's only the name. @returns how many went */
export async function eraseConfirmations(tx: Queryable, personId: string): Promise<number> {
  const rows = await tx.query(`delete from confirmations where ${CONFIRMATIONS_OF} returning id`, [personId]);
  await tx.query('update confirmations set recognised_id = null where recognised_id = $1', [personId]);
  return rows.length;
}

function toListed(row: Row): ListedConfirmation {
  return {
    id: row.id,
    sighting: row.sighting_id,
    verdict: row.verdict,
    person: row.person_id ? { id: row.person_id, name: row.person_name ?? '' } : null,
    recognised: row.recognised_id ? { id: row.recognised_id, name: row.recognised_name ?? '' } : null,
    by: row.said_by,
    at: row.said_at.toISOString(),
    takenBack: row.taken_back_at
      ? { by: row.taken_back_by ?? '', at: row.taken_back_at.toISOString() }
      : null,
  };
}

function nobodyNamed(): FacewireError {
  return new FacewireError(
    'bad-state',
    'Recognition named nobody here, so there is no name to say yes or no to. Say who it is by the verdict "other".',
  );
}

function nothingToTakeBack(): FacewireError {
  return new FacewireError(
    'not-found',
    'No answer about this sighting counts: none was given, or it was taken back before.',
  );
}

function noSuchPerson(id: string): FacewireError {
  return new FacewireError(
    'not-found',
    `There is no person with the id ${id} (any more). Nothing was changed.`,
  );
}

function changedMeanwhile(): FacewireError {
  return new FacewireError('bad-state', 'Somebody else has just changed this sighting. Look at it again.');
}
