import type { UnknownGroup, UnknownGroupDetails, UnknownSighting } from '../../protocol/unknowns.ts';
import { UNKNOWN_LIMITS } from '../../protocol/unknowns.ts';
import type { Database } from '../db/client.ts';
import { sightingCropUrl } from '../sightings/sighting.store.ts';

/** Groups as they are shown, but for whom they may be. */
type Listed = Omit<UnknownGroup, 'suggestions'>;
type Details = Omit<UnknownGroupDetails, 'suggestions'>;

export type UnknownListStore = {
  /** Those seen last first. */
  list(query: { ignored: boolean; limit: number; offset: number }): Promise<{
    groups: Listed[];
    total: number;
    ignored: number;
  }>;
  /** @returns `undefined` when no such group has unknown sightings */
  get(group: string): Promise<Details | undefined>;
  /** How many groups are neither ignored nor without unknown sightings. */
  count(): Promise<number>;
  /** The names of these people, without those whom operators ruled out for the group. */
  names(group: string, people: readonly string[]): Promise<Map<string, string>>;
};

type GroupRow = {
  id: string;
  ignored_by: string | null;
  ignored_at: Date | null;
  sightings: number;
  first_at: Date;
  last_at: Date;
};
type SightingRow = {
  group_id: string;
  id: string;
  kiosk_id: string;
  kiosk_name: string;
  began_at: Date;
  ended_at: Date;
  crops: number;
  quality: number | null;
};

const MEMBERS = `unknown_sightings u join sightings s on s.id = u.sighting_id and s.state = 'unknown'`;
const GROUPS = `select g.id, g.ignored_by, g.ignored_at, count(*) as sightings, min(s.began_at) as first_at,
    max(s.ended_at) as last_at
  from unknown_groups g join unknown_sightings u on u.group_id = g.id
    join sightings s on s.id = u.sighting_id and s.state = 'unknown'`;
const COLUMNS = `u.group_id, s.id, s.kiosk_id, k.name as kiosk_name, s.began_at, s.ended_at, s.crops, s.quality`;

export function createUnknownListStore({ database }: { database: Database }): UnknownListStore {
  const streamsOf = async (groups: readonly string[]) => {
    const rows = await database.query<{ group_id: string; id: string; name: string }>(
      `select u.group_id, k.id, k.name from ${MEMBERS} join kiosks k on k.id = s.kiosk_id
       where u.group_id = any($1::uuid[]) group by u.group_id, k.id, k.name order by count(*) desc, k.name`,
      [groups],
    );
    return Map.groupBy(rows, (row) => row.group_id);
  };

  const bestOf = async (groups: readonly string[]) => {
    const rows = await database.query<SightingRow>(
      `select * from (select ${COLUMNS}, row_number() over (
           partition by u.group_id order by s.crop is null, s.quality desc nulls last, s.began_at desc) as place
         from ${MEMBERS} join kiosks k on k.id = s.kiosk_id where u.group_id = any($1::uuid[])) ranked
       where place <= $2 order by place`,
      [groups, UNKNOWN_LIMITS.shown],
    );
    return Map.groupBy(rows, (row) => row.group_id);
  };

  const complete = async (rows: readonly GroupRow[]): Promise<Listed[]> => {
    const ids = rows.map(({ id }) => id);
    const [streams, best] = [await streamsOf(ids), await bestOf(ids)];
    return rows.map((row) => ({
      id: row.id,
      sightings: row.sightings,
      firstAt: row.first_at.toISOString(),
      lastAt: row.last_at.toISOString(),
      streams: (streams.get(row.id) ?? []).map(({ id, name }) => ({ id, name })),
      ignored: row.ignored_at ? { by: row.ignored_by ?? '', at: row.ignored_at.toISOString() } : null,
      best: (best.get(row.id) ?? []).map(toSighting),
    }));
  };

  const counts = async () => {
    const [row] = await database.query<{ shown: number; ignored: number }>(
      `select count(*) filter (where g.ignored_at is null) as shown, count(*) filter (where g.ignored_at is not null) as ignored
       from unknown_groups g where exists (select 1 from ${MEMBERS} where u.group_id = g.id)`,
    );
    return { shown: row?.shown ?? 0, ignored: row?.ignored ?? 0 };
  };

  return {
    async list({ ignored, limit, offset }) {
      const rows = await database.query<GroupRow>(
        `${GROUPS} where (g.ignored_at is not null) = $1 group by g.id
         order by max(s.ended_at) desc, g.id limit $2 offset $3`,
        [ignored, limit, offset],
      );
      const { shown, ignored: aside } = await counts();
      return { groups: await complete(rows), total: ignored ? aside : shown, ignored: aside };
    },

    async get(group) {
      const [row] = await database.query<GroupRow>(`${GROUPS} where g.id = $1 group by g.id`, [group]);
      const [listed] = row ? await complete([row]) : [];
      if (!listed) return undefined;
      const list = await database.query<SightingRow>(
        `select ${COLUMNS} from ${MEMBERS} join kiosks k on k.id = s.kiosk_id where u.group_id = $1
         order by s.began_at desc, s.id desc limit $2`,
        [group, UNKNOWN_LIMITS.sightings],
      );
      const denied = await database.query<{ id: string; name: string }>(
        `select p.id, p.name from unknown_denials d join people p on p.id = d.person_id
         where d.group_id = $1 order by lower(p.name), p.id`,
        [group],
      );
      return { ...listed, list: list.map(toSighting), denied };
    },

    count: async () => (await counts()).shown,

    async names(group, people) {
      const rows = await database.query<{ id: string; name: string }>(
        `select p.id, p.name from people p where p.id = any($2::uuid[])
           and not exists (select 1 from unknown_denials d where d.group_id = $1 and d.person_id = p.id)`,
        [group, people],
      );
      return new Map(rows.map(({ id, name }) => [id, name]));
    },
  };
}

function toSighting(row: SightingRow): UnknownSighting {
  return {
    id: row.id,
    stream: row.kiosk_id,
    streamName: row.kiosk_name,
    state: 'unknown',
    cropUrl: sightingCropUrl(row.id),
    at: row.began_at.toISOString(),
    until: row.ended_at.toISOString(),
    crops: row.crops,
    quality: row.quality ?? 0,
  };
}
