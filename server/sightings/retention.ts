import { type Retention, type RetentionResponse, retentionSchema } from '../../protocol/retention.ts';
import type { AuditStore } from '../db/audit.store.ts';
import type { Database } from '../db/client.ts';

const HOUR_MS = 3_600_000;
const SETTING = 'retention';

type Counts = { unknown: number; identified: number };
/** Sightings that ended before these times are past theirs. */
export type Horizon = { identified: Date; unknown: Date };

/** How long sightings are kept: as configured until an admin sets it, then as stored. */
export type RetentionSetting = {
  get(): Promise<RetentionResponse>;
  /** @param input.by subject of the principal who sets it */
  set(input: Retention & { by: string }): Promise<void>;
  /** How many sightings would be past their time. */
  preview(retention: Retention): Promise<Counts>;
  horizon(): Promise<Horizon>;
};

export function createRetention(dependencies: {
  database: Database;
  audit: AuditStore;
  configured: Retention;
  now?: () => number;
}): RetentionSetting {
  const { database, audit, configured, now = Date.now } = dependencies;

  const stored = async (): Promise<Retention> => {
    const [row] = await database.query<{ value: string }>('select value from settings where name = $1', [
      SETTING,
    ]);
    return row ? retentionSchema.parse(JSON.parse(row.value)) : configured;
  };
  const horizonOf = ({ unknownHours, sightingDays }: Retention): Horizon => ({
    identified: new Date(now() - sightingDays * 24 * HOUR_MS),
    unknown: new Date(now() - unknownHours * HOUR_MS),
  });
  const count = async ({ identified, unknown }: Horizon): Promise<Counts> => {
    const [row] = await database.query<Counts>(
      `select count(*) filter (where state = 'unknown' and ended_at < $2)::int as unknown,
         count(*) filter (where state = 'identified' and ended_at < $1)::int as identified from sightings`,
      [identified, unknown],
    );
    return row ?? { unknown: 0, identified: 0 };
  };

  return {
    async get() {
      // Also those that are recorded this moment.
      const future = new Date(now() + 24 * HOUR_MS);
      const [retention, kept] = await Promise.all([stored(), count({ identified: future, unknown: future })]);
      return { retention, configured, kept };
    },
    async set({ by, ...retention }) {
      await database.transaction(async (tx) => {
        await tx.query(
          `insert into settings (name, value) values ($1, $2)
           on conflict (name) do update set value = excluded.value`,
          [SETTING, JSON.stringify(retention)],
        );
        await audit.append({ actor: by, action: 'retention.set', subject: SETTING, detail: retention }, tx);
      });
    },
    preview: (retention) => count(horizonOf(retention)),
    horizon: async () => horizonOf(await stored()),
  };
}
