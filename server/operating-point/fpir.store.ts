import type { AuditStore } from '../db/audit.store.ts';
import type { Database } from '../db/client.ts';

/** The operator's promise, in the database; until one is made there is none. */
export type FpirStore = {
  get(): Promise<number | undefined>;
  /** @param input.by subject of the principal who sets it */
  set(input: { fpir: number; by: string }): Promise<void>;
};

export function createFpirStore(dependencies: { database: Database; audit: AuditStore }): FpirStore {
  const { database, audit } = dependencies;
  return {
    async get() {
      const [row] = await database.query<{ value: string }>("select value from settings where name = 'fpir'");
      const fpir = Number(row?.value ?? Number.NaN);
      return fpir > 0 && fpir < 1 ? fpir : undefined;
    },
    set: ({ fpir, by }) =>
      database.transaction(async (tx) => {
        await tx.query(
          `insert into settings (name, value) values ('fpir', $1)
           on conflict (name) do update set value = excluded.value`,
          [String(fpir)],
        );
        await audit.append(
          { actor: by, action: 'fpir.set', subject: 'operating-point', detail: { fpir } },
          tx,
        );
      }),
  };
}
