import { randomUUID } from 'node:crypto';
import { sealPurposes } from '../../protocol/jobs.ts';
import type { Vault } from '../../vault/vault.ts';
import type { AuditStore } from '../db/audit.store.ts';
import type { Database, Queryable } from '../db/client.ts';
import { embeddingFromBytes, embeddingToBytes } from '../people/template.ts';
import type { Member } from './clusters.ts';

/** A crop of a sighting in a group: what a photo of the person can be made of. */
export type UnknownCrop = { sighting: string; crop: Buffer; quality: number };

/** The sightings of unknown people by their groups: what is kept of each, and what operators said. */
export type UnknownStore = {
  /**
   * Notes what a sighting is compared by, and its group.
   * @returns false when the sighting is not there (any more) or belongs to a person by now; then nothing is noted
   */
  put(member: Member & { model: string }): Promise<boolean>;
  /** Which sightings are unknown, with an embedding of this model; those begun last first. */
  placed(query: { model: string; limit: number }): Promise<Map<string, string>>;
  /** The embeddings of these sightings. */
  embeddings(sightings: readonly string[]): Promise<Map<string, Float32Array>>;
  /** Whether an operator has said something of a group: it stays as it is, even of one sighting. */
  isSettled(group: string): Promise<boolean>;
  /** Crops of unknown sightings that have no embedding by this model, with the group that they are in. */
  unembedded(query: {
    model: string;
    limit: number;
  }): Promise<(UnknownCrop & { group: string | undefined })[]>;
  /** Ids of the unknown sightings of a group, newest first. */
  sightingsOf(group: string, limit: number): Promise<string[]>;
  /** Crops of a group's sightings, in the order asked for; those without one are left out. */
  crops(group: string, sightings: readonly string[]): Promise<UnknownCrop[]>;
  /** @returns false when there is no such group */
  setIgnored(input: { group: string; ignored: boolean; by: string }): Promise<boolean>;
  /** Notes, or takes back, that a group is not a person. @returns false when either is not there */
  setDenied(input: { group: string; person: string; denied: boolean; by: string }): Promise<boolean>;
  /**
   * Puts sightings into another group, or with `new` into one of their own.
   * @returns the group; `undefined` when a group or all of the sightings are not there
   */
  move(input: {
    group: string;
    sightings: readonly string[];
    to: string;
    by: string;
  }): Promise<string | undefined>;
  /** Deletes a group with its unknown sightings. @returns their ids; `undefined` when there is no such group */
  erase(input: { group: string; by: string }): Promise<string[] | undefined>;
};

type CropRow = { id: string; crop: Uint8Array; quality: number | null };

export function createUnknownStore(dependencies: {
  database: Database;
  vault: Vault;
  audit: AuditStore;
}): UnknownStore {
  const { database, vault, audit } = dependencies;
  const open = (sealed: Uint8Array) => embeddingFromBytes(vault.open(sealPurposes.unknown, sealed));
  const toCrop = ({ id, crop, quality }: CropRow): UnknownCrop => ({
    sighting: id,
    crop: vault.open(sealPurposes.sighting, crop),
    quality: quality ?? 0,
  });

  /** Keeps a group from being changed by others until the commit. */
  const lock = async (tx: Queryable, group: string) =>
    (await tx.query('select 1 from unknown_groups where id = $1 for update', [group])).length > 0;

  return {
    put: ({ sighting, group, embedding, model }) =>
      database.transaction(async (tx) => {
        const [row] = await tx.query(
          "select 1 from sightings where id = $1 and state = 'unknown' for share",
          [sighting],
        );
        if (!row) return false;
        await tx.query('insert into unknown_groups (id) values ($1) on conflict do nothing', [group]);
        await tx.query(
          `insert into unknown_sightings (sighting_id, group_id, model, embedding) values ($1, $2, $3, $4)
           on conflict (sighting_id) do update set group_id = excluded.group_id, model = excluded.model,
             embedding = excluded.embedding`,
          [sighting, group, model, vault.seal(sealPurposes.unknown, embeddingToBytes(embedding))],
        );
        return true;
      }),

    async placed({ model, limit }) {
      const rows = await database.query<{ sighting_id: string; group_id: string }>(
        `select u.sighting_id, u.group_id from unknown_sightings u join sightings s on s.id = u.sighting_id
         where s.state = 'unknown' and u.model = $1 order by s.began_at desc limit $2`,
        [model, limit],
      );
      return new Map(rows.map((row) => [row.sighting_id, row.group_id]));
    },

    async embeddings(sightings) {
      const rows = await database.query<{ sighting_id: string; embedding: Uint8Array }>(
        'select sighting_id, embedding from unknown_sightings where sighting_id = any($1::uuid[])',
        [sightings],
      );
      return new Map(rows.map((row) => [row.sighting_id, open(row.embedding)]));
    },

    async isSettled(group) {
      const [row] = await database.query(
        `select 1 from unknown_groups g where g.id = $1 and (g.ignored_at is not null
           or exists (select 1 from unknown_denials d where d.group_id = g.id)
           or exists (select 1 from unknown_sightings u where u.group_id = g.id and u.placed))`,
        [group],
      );
      return row !== undefined;
    },

    async unembedded({ model, limit }) {
      const rows = await database.query<CropRow & { group_id: string | null }>(
        `select s.id, s.crop, s.quality, u.group_id
         from sightings s left join unknown_sightings u on u.sighting_id = s.id
         where s.state = 'unknown' and s.crop is not null and (u.model is null or u.model <> $1)
           and s.ended_at < now() - interval '10 seconds'
         order by s.began_at desc limit $2`,
        [model, limit],
      );
      return rows.map((row) => ({ ...toCrop(row), group: row.group_id ?? undefined }));
    },

    async sightingsOf(group, limit) {
      const rows = await database.query<{ id: string }>(
        `select s.id from unknown_sightings u join sightings s on s.id = u.sighting_id
         where u.group_id = $1 and s.state = 'unknown' order by s.began_at desc, s.id limit $2`,
        [group, limit],
      );
      return rows.map(({ id }) => id);
    },

    async crops(group, sightings) {
      const rows = await database.query<CropRow>(
        `select s.id, s.crop, s.quality from unknown_sightings u join sightings s on s.id = u.sighting_id
         where u.group_id = $1 and s.id = any($2::uuid[]) and s.state = 'unknown' and s.crop is not null`,
        [group, sightings],
      );
      const found = new Map(rows.map((row) => [row.id, row]));
      return sightings.flatMap((id) => {
        const row = found.get(id);
        return row ? [toCrop(row)] : [];
      });
    },

    setIgnored: ({ group, ignored, by }) =>
      database.transaction(async (tx) => {
        if (!(await lock(tx, group))) return false;
        await tx.query(
          `update unknown_groups set ignored_by = case when $2 then $3::text end, ignored_at = case when $2 then now() end
           where id = $1`,
          [group, ignored, by],
        );
        const action = ignored ? 'unknown.ignored' : 'unknown.shown';
        await audit.append({ actor: by, action, subject: group }, tx);
        return true;
      }),

    setDenied: ({ group, person, denied, by }) =>
      database.transaction(async (tx) => {
        const [found] = await tx.query('select 1 from people where id = $1 for share', [person]);
        if (!found || !(await lock(tx, group))) return false;
        await (denied
          ? tx.query(
              `insert into unknown_denials (group_id, person_id, said_by) values ($1, $2, $3) on conflict do nothing`,
              [group, person, by],
            )
          : tx.query('delete from unknown_denials where group_id = $1 and person_id = $2', [group, person]));
        const action = denied ? 'unknown.denied' : 'unknown.denial-taken-back';
        await audit.append({ actor: by, action, subject: group, detail: { person } }, tx);
        return true;
      }),

    move: ({ group, sightings, to, by }) =>
      database.transaction(async (tx) => {
        if (!(await lock(tx, group))) return undefined;
        const target = to === 'new' ? randomUUID() : to;
        if (to === 'new') await tx.query('insert into unknown_groups (id) values ($1)', [target]);
        else if (!(await lock(tx, to))) return undefined;
        const moved = await tx.query(
          `update unknown_sightings set group_id = $3, placed = true
           where group_id = $1 and sighting_id = any($2::uuid[]) returning sighting_id`,
          [group, sightings, target],
        );
        if (moved.length === 0) {
          if (to === 'new') await tx.query('delete from unknown_groups where id = $1', [target]);
          return undefined;
        }
        const detail = { to: target, sightings: moved.length };
        await audit.append({ actor: by, action: 'unknown.moved', subject: group, detail }, tx);
        return target;
      }),

    erase: ({ group, by }) =>
      database.transaction(async (tx) => {
        if (!(await lock(tx, group))) return undefined;
        const rows = await tx.query<{ id: string }>(
          `delete from sightings where state = 'unknown'
             and id in (select sighting_id from unknown_sightings where group_id = $1) returning id`,
          [group],
        );
        const detail = { sightings: rows.length };
        await audit.append({ actor: by, action: 'unknown.erased', subject: group, detail }, tx);
        return rows.map(({ id }) => id);
      }),
  };
}

/** Forgets what sightings that ended before were compared by, those given to a person too, and groups without sightings. */
export async function expireUnknowns(database: Database, before: Date): Promise<void> {
  await database.query(
    'delete from unknown_sightings u using sightings s where s.id = u.sighting_id and s.ended_at < $1',
    [before],
  );
  await database.query(
    `delete from unknown_groups g where created_at < now() - interval '1 minute'
       and not exists (select 1 from unknown_sightings u where u.group_id = g.id)`,
  );
}

/** Who a group is not holds for the person whom the one ruled out was merged into. */
export async function mergeDenials(tx: Queryable, from: string, into: string): Promise<void> {
  await tx.query(
    `insert into unknown_denials (group_id, person_id, said_by, said_at)
     select group_id, $2, said_by, said_at from unknown_denials where person_id = $1 on conflict do nothing`,
    [from, into],
  );
}
