import { FacewireError } from '../../protocol/errors.ts';
import {
  type Lineage,
  type StudentVersion,
  type Trial,
  trialSchema,
} from '../../protocol/student-versions.ts';
import { type StudentAbout, studentPurposes } from '../../protocol/students.ts';
import { type RetirementReason, retirementReasonSchema } from '../../protocol/training-reasons.ts';
import type { Vault } from '../../vault/vault.ts';
import type { AuditStore } from '../db/audit.store.ts';
import type { Database, Queryable } from '../db/client.ts';
import { ERASED } from './exclude-learnt.ts';
import { createFileStore, sweepFiles } from './file.store.ts';
import { retirementSentence } from './sentences.ts';

/** Retired versions of a group whose files are kept, so that they can serve again. */
const FILES_KEPT = 3;

export type NewVersion = {
  group: string;
  about: StudentAbout;
  onnx: Uint8Array;
  parent: string | null;
  lineage: Lineage;
  /** Whose faces it learnt from; its parents' are added. */
  people: readonly string[];
};

/** Who decides, and why; `server` decides by itself. */
type Decision = { by: string; because: RetirementReason };

/** What serves a camera, and what is tried out beside it. */
export type CameraStudents = {
  camera: string;
  group: string;
  serving: string | null;
  /** Which served before it: kept ready, so that going back takes no time. */
  before: string | null;
  trial: string | null;
};

export type VersionStore = {
  add(version: NewVersion): Promise<StudentVersion>;
  get(id: string): Promise<StudentVersion | undefined>;
  /** It learnt from somebody who is gone: it never serves. */
  exclude(id: string): Promise<void>;
  /** Newest first. */
  list(): Promise<StudentVersion[]>;
  /** Of each camera in a group, by the versions that were taught by this embedder. */
  cameras(model: string): Promise<CameraStudents[]>;
  /** Description and ONNX file, sealed as workers take them. */
  sealed(id: string): Promise<{ about: Buffer; onnx: Buffer } | undefined>;
  onnx(id: string): Promise<Buffer | undefined>;
  /** Tries a version out beside the serving one; one that was on trial is a candidate again. @throws {FacewireError} */
  tryOut(id: string, by: string): Promise<StudentVersion>;
  /** Ends a trial. @param trial what it showed */
  endTrial(id: string, trial: Trial, decision: Decision): Promise<void>;
  keepTrial(id: string, trial: Trial): Promise<void>;
  /** @throws {FacewireError} `not-found`, `bad-state` with the reason why it cannot serve */
  promote(id: string, decision: { by: string; force: boolean }): Promise<StudentVersion>;
  /**
   * Retires what serves; the version before it serves again, or the embedder.
   * @returns what serves now. @throws {FacewireError} `bad-state` when the embedder serves already
   */
  rollBack(group: string, decision: Decision): Promise<{ from: StudentVersion; to: StudentVersion | null }>;
};

type Row = {
  id: string;
  group_id: string;
  number: number;
  state: StudentVersion['state'];
  model: string;
  parent: string | null;
  sha256: string;
  lineage: Lineage;
  trial: unknown;
  created_at: Date;
  promoted_at: Date | null;
  promoted_by: string | null;
  replaced: string | null;
  retired_at: Date | null;
  retired_by: string | null;
  retired_because: string | null;
  retired_reason: unknown;
  excluded_at: Date | null;
  kept: boolean;
};
const KEPT = 'exists (select 1 from student_files f where f.version_id = student_versions.id and f.part = 0)';
const COLUMNS = `id, group_id, number, state, model, parent, sha256, lineage, trial, created_at, promoted_at, promoted_by,
  replaced, retired_at, retired_by, retired_because, retired_reason, excluded_at, ${KEPT} as kept`;

export function createVersionStore(dependencies: {
  database: Database;
  vault: Vault;
  audit: AuditStore;
}): VersionStore {
  const { database, vault, audit } = dependencies;
  const files = createFileStore({ database });

  const find = async (queryable: Queryable, id: string): Promise<Row | undefined> =>
    (await queryable.query<Row>(`select ${COLUMNS} from student_versions where id = $1`, [id]))[0];
  const servingOf = async (queryable: Queryable, group: string): Promise<Row | undefined> => {
    const sql = `select ${COLUMNS} from student_versions where group_id = $1 and state = 'promoted'`;
    return (await queryable.query<Row>(sql, [group]))[0];
  };
  /** Changes of a group take turns. */
  const lockGroup = async (tx: Queryable, group: string): Promise<void> => {
    const rows = await tx.query('select 1 from student_groups where id = $1 for update', [group]);
    if (rows.length === 0) throw noSuchGroup(group);
  };
  const lockVersion = async (tx: Queryable, id: string): Promise<Row> => {
    const before = await find(tx, id);
    if (!before) throw noSuchVersion(id);
    await lockGroup(tx, before.group_id);
    return (await find(tx, id)) ?? before;
  };
  const retire = (tx: Queryable, id: string, { by, because }: Decision) =>
    tx.query(
      `update student_versions set state = 'retired', retired_at = now(), retired_by = $2, retired_because = $3,
         retired_reason = $4
       where id = $1`,
      [id, by, retirementSentence(because), JSON.stringify(because)],
    );
  /** A version that will not serve again need not be there any more. */
  const dropFiles = (tx: Queryable, group: string) =>
    tx.query(
      `delete from student_files where version_id in (select id from student_versions v
         where group_id = $1 and state = 'retired'
         and (excluded_at is not null
           or not exists (select 1 from student_versions p where p.state = 'promoted' and p.replaced = v.id)
             and id not in (select id from student_versions where group_id = $1 and state = 'retired'
               and excluded_at is null order by retired_at desc, number desc limit ${FILES_KEPT})))`,
      [group],
    );
  const requireUsable = (row: Row): void => {
    if (row.excluded_at) {
      throw new FacewireError(
        'bad-state',
        `Version ${row.number} learnt from somebody who was erased since. Train a new one; it does without that person.`,
      );
    }
    if (!row.kept) {
      throw new FacewireError(
        'bad-state',
        `The file of version ${row.number} is not kept any more. Promote a newer version.`,
      );
    }
  };

  return {
    async add({ group, about, onnx, parent, lineage, people }) {
      await sweepFiles(database);
      await files.write(about.id, vault.seal(studentPurposes.onnx, onnx));
      return database.transaction(async (tx) => {
        await lockGroup(tx, group);
        await tx.query(
          `insert into student_versions (id, group_id, number, state, model, parent, about, sha256, lineage)
           values ($1, $2, (select coalesce(max(number), 0) + 1 from student_versions where group_id = $2), 'candidate',
             $3, $4, $5, $6, $7)`,
          [
            about.id,
            group,
            about.model,
            parent,
            vault.seal(studentPurposes.about, Buffer.from(JSON.stringify(about))),
            about.sha256,
            JSON.stringify(lineage),
          ],
        );
        await tx.query(
          `insert into student_version_people (version_id, person_id)
           select $1::uuid, unnest($2::uuid[]) union select $1::uuid, person_id from student_version_people where version_id = $3`,
          [about.id, people, parent],
        );
        const { trained } = lineage.people;
        const detail = { group, people: trained, rounds: lineage.rounds };
        await audit.append(
          { actor: 'server', action: 'training.version-made', subject: about.id, detail },
          tx,
        );
        return toVersion((await find(tx, about.id)) as Row);
      });
    },

    async get(id) {
      const row = await find(database, id);
      return row && toVersion(row);
    },
    async exclude(id) {
      await database.query(
        `update student_versions set state = 'retired', excluded_at = now(), retired_at = now(), retired_by = 'server',
           retired_because = $2, retired_reason = $3 where id = $1`,
        [id, retirementSentence(ERASED), JSON.stringify(ERASED)],
      );
      await database.query('delete from student_files where version_id = $1', [id]);
    },
    async list() {
      const rows = await database.query<Row>(
        `select ${COLUMNS} from student_versions order by group_id, number desc`,
      );
      return rows.map(toVersion);
    },
    cameras: (model) =>
      database.query<CameraStudents>(
        `select c.kiosk_id as camera, c.group_id as "group", p.id as serving, t.id as trial, b.id as before
         from student_group_cameras c
         left join student_versions p on p.group_id = c.group_id and p.state = 'promoted' and p.model = $1
         left join student_versions t on t.group_id = c.group_id and t.state = 'shadow' and t.model = $1
         left join student_versions b on b.id = p.replaced and b.excluded_at is null and b.model = $1`,
        [model],
      ),
    async sealed(id) {
      const [row] = await database.query<{ about: Uint8Array }>(
        'select about from student_versions where id = $1',
        [id],
      );
      const onnx = row && (await files.read(id));
      return onnx && { about: Buffer.from(row.about), onnx };
    },
    async onnx(id) {
      const sealed = await files.read(id);
      return sealed && vault.open(studentPurposes.onnx, sealed);
    },

    tryOut: (id, by) =>
      database.transaction(async (tx) => {
        const row = await lockVersion(tx, id);
        requireUsable(row);
        if (row.state === 'promoted') {
          throw new FacewireError(
            'bad-state',
            `Version ${row.number} serves already; there is nothing to try out.`,
          );
        }
        await tx.query(
          "update student_versions set state = 'candidate' where group_id = $1 and state = 'shadow' and id <> $2",
          [row.group_id, id],
        );
        await tx.query("update student_versions set state = 'shadow', trial = null where id = $1", [id]);
        await audit.append({ actor: by, action: 'training.trial-begun', subject: id }, tx);
        return toVersion((await find(tx, id)) as Row);
      }),

    endTrial: (id, trial, { by, because }) =>
      database.transaction(async (tx) => {
        const row = await lockVersion(tx, id);
        await tx.query('update student_versions set trial = $2 where id = $1', [id, JSON.stringify(trial)]);
        if (row.state !== 'shadow') return;
        await retire(tx, id, { by, because });
        await dropFiles(tx, row.group_id);
        await audit.append(
          {
            actor: by,
            action: 'training.trial-ended',
            subject: id,
            detail: { because: retirementSentence(because) },
          },
          tx,
        );
      }),

    async keepTrial(id, trial) {
      await database.query('update student_versions set trial = $2 where id = $1', [
        id,
        JSON.stringify(trial),
      ]);
    },

    promote: (id, { by, force }) =>
      database.transaction(async (tx) => {
        const row = await lockVersion(tx, id);
        if (row.state === 'promoted') {
          throw new FacewireError('bad-state', `Version ${row.number} serves already.`);
        }
        requireUsable(row);
        const { before, after } = row.lineage;
        if (!force && after.meanTpir <= before.meanTpir) {
          throw new FacewireError(
            'bad-state',
            `Version ${row.number} did no better on people held out (TPIR at FPIR 1 % ${percent(after.tpirAtFpir)}, ` +
              `before ${percent(before.tpirAtFpir)}). Promote it all the same by "force": true.`,
          );
        }
        const serving = await servingOf(tx, row.group_id);
        if (serving) await retire(tx, serving.id, { by, because: { code: 'replaced', version: row.number } });
        await tx.query(
          `update student_versions set state = 'promoted', promoted_at = now(), promoted_by = $2, replaced = $3,
             retired_at = null, retired_by = null, retired_because = null, retired_reason = null where id = $1`,
          [id, by, serving?.id ?? null],
        );
        await dropFiles(tx, row.group_id);
        const detail = { group: row.group_id, number: row.number, replaced: serving?.id ?? null, force };
        await audit.append({ actor: by, action: 'training.promoted', subject: id, detail }, tx);
        return toVersion((await find(tx, id)) as Row);
      }),

    rollBack: (group, decision) =>
      database.transaction(async (tx) => {
        await lockGroup(tx, group);
        const serving = await servingOf(tx, group);
        if (!serving) {
          throw new FacewireError(
            'bad-state',
            'The embedder itself serves this group; there is nothing to go back to.',
          );
        }
        const back = await usableBefore(serving, (id) => find(tx, id));
        await retire(tx, serving.id, decision);
        if (back) {
          await tx.query(
            `update student_versions set state = 'promoted', retired_at = null, retired_by = null, retired_because = null, retired_reason = null
             where id = $1`,
            [back.id],
          );
        }
        await dropFiles(tx, group);
        const because = retirementSentence(decision.because);
        const detail = { group, because, to: back?.id ?? null };
        await audit.append(
          { actor: decision.by, action: 'training.rolled-back', subject: serving.id, detail },
          tx,
        );
        const [from, to] = [await find(tx, serving.id), back && (await find(tx, back.id))];
        return { from: toVersion(from as Row), to: to ? toVersion(to) : null };
      }),
  };
}

/** The last version that served before this one and can serve again. */
async function usableBefore(
  serving: Row,
  find: (id: string) => Promise<Row | undefined>,
): Promise<Row | undefined> {
  const seen = new Set([serving.id]);
  let id = serving.replaced;
  while (id && !seen.has(id)) {
    seen.add(id);
    const row = await find(id);
    if (row?.kept && !row.excluded_at && row.model === serving.model) return row;
    id = row?.replaced ?? null;
  }
  return undefined;
}

function toVersion(row: Row): StudentVersion {
  const time = (date: Date | null) => date?.toISOString() ?? null;
  return {
    id: row.id,
    group: row.group_id,
    number: row.number,
    state: row.state,
    model: row.model,
    parent: row.parent,
    sha256: row.sha256,
    lineage: row.lineage,
    trial: trialSchema.nullable().parse(row.trial),
    createdAt: row.created_at.toISOString(),
    promotedAt: time(row.promoted_at),
    promotedBy: row.promoted_by,
    replaced: row.replaced,
    retiredAt: time(row.retired_at),
    retiredBy: row.retired_by,
    retiredBecause: row.retired_because,
    // A newer server may know codes that this one does not; the words are there.
    retiredReason: retirementReasonSchema.safeParse(row.retired_reason).data ?? null,
    excludedAt: time(row.excluded_at),
    kept: row.kept,
  };
}

export function noSuchVersion(id: unknown): FacewireError {
  return new FacewireError('not-found', `There is no version ${String(id).slice(0, 100)} of a student.`);
}

export function noSuchGroup(id: unknown): FacewireError {
  return new FacewireError('not-found', `There is no group ${String(id).slice(0, 100)} of cameras.`);
}

function percent(share: number): string {
  return `${(100 * share).toFixed(1)} %`;
}
