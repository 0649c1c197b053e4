import { FacewireError } from '../../protocol/errors.ts';
import { sealPurposes } from '../../protocol/jobs.ts';
import type { Vault } from '../../vault/vault.ts';
import type { AuditStore } from '../db/audit.store.ts';
import type { Database } from '../db/client.ts';
import { appendGalleryLog, GALLERY_LOCK } from '../people/gallery-log.store.ts';
import { embeddingToBytes } from '../people/template.ts';
import { servingModelName, setServingModel } from './serving-model.ts';

/** A server that works on a change says so this often at least, or another takes over. */
export const LEASE_S = 10;

export type ModelSwitch = {
  model: string;
  requestedBy: string;
  force: boolean;
  state: 'embedding' | 'stopped';
  message: string | null;
  startedAt: Date;
};

/** A photo's reference crop as JPEG; `undefined` when it cannot be opened. */
export type Pending = { id: string; crop: Buffer | undefined };
export type Embedded = { id: string; embedding: Float32Array | undefined };
export type LostPerson = { id: string; name: string };

export type Counts = { total: number; done: number; failed: number };

/** The change of the embedder, as the database keeps it: what was asked for, and what was embedded so far. */
export type SwitchStore = {
  get(): Promise<ModelSwitch | undefined>;
  /** Begins, or goes on with what was stopped. @throws {FacewireError} `conflict` when another change is under way */
  begin(input: { model: string; force: boolean; by: string }): Promise<void>;
  /** Gives it up, with everything embedded for it. @returns whether there was one */
  cancel(input: { by: string }): Promise<boolean>;
  stop(message: string): Promise<void>;
  /** @returns whether this server is to work on the change */
  lease(runner: string): Promise<boolean>;
  counts(model: string): Promise<Counts>;
  /** Photos that have no embedding by this model yet, with their reference crops. */
  pending(input: { model: string; limit: number }): Promise<Pending[]>;
  /** Keeps embeddings until all are there; of photos erased meanwhile, none. */
  stage(model: string, embedded: readonly Embedded[]): Promise<void>;
  /** People who would have no usable photo after the change. */
  lost(model: string): Promise<LostPerson[]>;
  /**
   * Changes over at once: embeddings, and which embedder serves.
   * @returns `false`, and nothing is done, when there is more to embed, or the change was cancelled meanwhile
   */
  complete(model: string): Promise<boolean>;
  /** Photos of people that were enrolled by another embedder than the one that serves. */
  strays(input: { model: string; except: readonly string[]; limit: number }): Promise<Pending[]>;
  /** Gives such photos their embedding by the embedder that serves, and tells the gallery. */
  settle(model: string, embedded: readonly Embedded[]): Promise<void>;
};

type CropRow = { id: string; reference_crop: Uint8Array };

export function createSwitchStore(dependencies: {
  database: Database;
  vault: Vault;
  audit: AuditStore;
}): SwitchStore {
  const { database, vault, audit } = dependencies;
  const toPending = ({ id, reference_crop }: CropRow): Pending => {
    try {
      return { id, crop: vault.open(sealPurposes.reference, reference_crop) };
    } catch {
      return { id, crop: undefined };
    }
  };
  const seal = (embedding: Float32Array) => vault.seal(sealPurposes.template, embeddingToBytes(embedding));

  return {
    async get() {
      const [row] = await database.query<ModelSwitch>(
        `select model, requested_by as "requestedBy", force, state, message, started_at as "startedAt"
         from model_switch`,
      );
      return row;
    },

    begin: ({ model, force, by }) =>
      database.transaction(async (tx) => {
        const [before] = await tx.query<{ model: string; state: string }>(
          'select model, state from model_switch for update',
        );
        if (before && before.model !== model) {
          throw new FacewireError(
            'conflict',
            `The change to ${before.model} is under way. Cancel it first: DELETE /models/switch, or npm run models -- cancel.`,
          );
        }
        await tx.query(
          `insert into model_switch (model, requested_by, force, state) values ($1, $2, $3, 'embedding')
           on conflict (one) do update set force = excluded.force, state = 'embedding', message = null,
             requested_by = excluded.requested_by`,
          [model, by, force],
        );
        // What could not be embedded is tried again; the rest is kept.
        await tx.query('delete from staged_embeddings where embedding is null');
        await audit.append(
          { actor: by, action: 'model.switch-begun', subject: model, detail: { force } },
          tx,
        );
      }),

    cancel: ({ by }) =>
      database.transaction(async (tx) => {
        const [gone] = await tx.query<{ model: string }>('delete from model_switch returning model');
        if (!gone) return false;
        await tx.query('delete from staged_embeddings');
        await audit.append({ actor: by, action: 'model.switch-cancelled', subject: gone.model }, tx);
        return true;
      }),

    async stop(message) {
      await database.query("update model_switch set state = 'stopped', message = $1", [message]);
    },

    async lease(runner) {
      const rows = await database.query(
        `update model_switch set runner = $1, leased_until = now() + $2 * interval '1 second'
         where runner is null or runner = $1 or leased_until < now() returning 1`,
        [runner, LEASE_S],
      );
      return rows.length > 0;
    },

    async counts(model) {
      const [row] = await database.query<Counts>(
        `select count(*) as total,
           count(*) filter (where t.model = $1 or s.template_id is not null) as done,
           count(*) filter (where t.model <> $1 and s.template_id is not null and s.embedding is null) as failed
         from templates t left join staged_embeddings s on s.template_id = t.id`,
        [model],
      );
      return row ?? { total: 0, done: 0, failed: 0 };
    },

    async pending({ model, limit }) {
      const rows = await database.query<CropRow>(
        `select t.id, t.reference_crop from templates t
         where t.model <> $1 and not exists (select 1 from staged_embeddings s where s.template_id = t.id)
         order by t.id limit $2`,
        [model, limit],
      );
      return rows.map(toPending);
    },

    stage: (model, embedded) =>
      database.transaction(async (tx) => {
        const [running] = await tx.query('select 1 from model_switch where model = $1 for update', [model]);
        if (!running) return; // Cancelled: nothing of it is kept.
        // Held until the commit, so that none of them is erased in between.
        const rows = await tx.query<{ id: string }>(
          'select id from templates where id = any($1::uuid[]) for key share',
          [embedded.map(({ id }) => id)],
        );
        const there = new Set(rows.map(({ id }) => id));
        for (const { id, embedding } of embedded) {
          if (!there.has(id)) continue;
          await tx.query(
            'insert into staged_embeddings (template_id, embedding) values ($1, $2) on conflict do nothing',
            [id, embedding ? seal(embedding) : null],
          );
        }
      }),

    lost: (model) =>
      database.query<LostPerson>(
        `select p.id, p.name from people p where not exists (
           select 1 from templates t left join staged_embeddings s on s.template_id = t.id
           where t.person_id = p.id and (t.model = $1 or s.embedding is not null))
         order by lower(p.name), p.id`,
        [model],
      ),

    complete: (model) =>
      database.transaction(async (tx) => {
        const [running] = await tx.query<{ requested_by: string }>(
          "select requested_by from model_switch where model = $1 and state = 'embedding' for update",
          [model],
        );
        if (!running) return false;
        // Whoever enrols holds this lock until the commit: their photos are seen here, or follow as strays.
        await tx.query('select pg_advisory_xact_lock($1)', [GALLERY_LOCK]);
        const [left] = await tx.query(
          `select 1 from templates t where t.model <> $1
             and not exists (select 1 from staged_embeddings s where s.template_id = t.id) limit 1`,
          [model],
        );
        if (left) return false;
        const from = await servingModelName(tx);
        const moved = await tx.query(
          `update templates t set model = $1, embedding = s.embedding from staged_embeddings s
           where s.template_id = t.id and s.embedding is not null returning t.id`,
          [model],
        );
        await setServingModel(tx, model);
        await tx.query('delete from staged_embeddings');
        await tx.query('delete from model_switch');
        const detail = { from: from ?? null, templates: moved.length };
        await audit.append(
          { actor: running.requested_by, action: 'model.switched', subject: model, detail },
          tx,
        );
        return true;
      }),

    async strays({ model, except, limit }) {
      const rows = await database.query<CropRow>(
        'select id, reference_crop from templates where model <> $1 and id <> all($2::uuid[]) order by id limit $3',
        [model, except, limit],
      );
      return rows.map(toPending);
    },

    settle: (model, embedded) =>
      database.transaction(async (tx) => {
        if ((await servingModelName(tx)) !== model) return;
        const people = new Set<string>();
        for (const { id, embedding } of embedded) {
          if (!embedding) continue;
          const rows = await tx.query<{ person_id: string }>(
            'update templates set model = $2, embedding = $3 where id = $1 and model <> $2 returning person_id',
            [id, model, seal(embedding)],
          );
          for (const row of rows) people.add(row.person_id);
        }
        for (const personId of people) await appendGalleryLog(tx, { op: 'upsert', personId });
      }),
  };
}
