import type { TrainingRound, TrainingRun } from '../../protocol/student-versions.ts';
import { type RunReason, runReasonSchema } from '../../protocol/training-reasons.ts';
import type { Database } from '../db/client.ts';
import { runSentence } from './sentences.ts';
import type { DataCount } from './training-data.ts';

/** Runs of a group that are kept. */
const KEPT = 20;
const CUT_OFF: RunReason = { code: 'cut-off' };

export type RunStore = {
  begin(run: {
    id: string;
    group: string;
    by: string;
    model: string;
    counts: DataCount;
    /** Rounds that it is to have. */
    planned: number;
  }): Promise<void>;
  addRound(id: string, round: TrainingRound): Promise<void>;
  end(
    id: string,
    end: {
      state: 'done' | 'failed' | 'stopped';
      /** Words where there is no code for it. */
      how: RunReason | string;
      version: string | null;
    },
  ): Promise<void>;
  /** Runs that nobody runs any more: only one server runs at a time, and it is this one, which runs none. */
  endAbandoned(): Promise<void>;
  /** Newest first. */
  list(group: string): Promise<TrainingRun[]>;
  /** The group that a run is under way for, on whichever server. */
  trainingGroup(): Promise<{ id: string; name: string } | undefined>;
};

type Row = {
  id: string;
  state: TrainingRun['state'];
  message: string | null;
  reason: unknown;
  requested_by: string;
  model: string;
  counts: DataCount;
  rounds: TrainingRound[];
  planned: number | null;
  version_id: string | null;
  started_at: Date;
  ended_at: Date | null;
};

export function createRunStore({ database }: { database: Database }): RunStore {
  return {
    async begin({ id, group, by, model, counts, planned }) {
      await database.query(
        `insert into student_runs (id, group_id, state, requested_by, model, counts, planned)
         values ($1, $2, 'running', $3, $4, $5, $6)`,
        [id, group, by, model, JSON.stringify(counts), planned],
      );
      await database.query(
        `delete from student_runs where group_id = $1 and id not in
           (select id from student_runs where group_id = $1 order by started_at desc limit ${KEPT})`,
        [group],
      );
    },
    async addRound(id, round) {
      await database.query('update student_runs set rounds = rounds || $2::jsonb where id = $1', [
        id,
        JSON.stringify([round]),
      ]);
    },
    async end(id, { state, how, version }) {
      const [message, reason] =
        typeof how === 'string' ? [how, null] : [runSentence(how), JSON.stringify(how)];
      await database.query(
        `update student_runs set state = $2, message = $3, reason = $4, version_id = $5, ended_at = now()
         where id = $1`,
        [id, state, message, reason, version],
      );
    },
    async endAbandoned() {
      await database.query(
        `update student_runs set state = 'stopped', message = $1, reason = $2, ended_at = now()
         where state = 'running'`,
        [runSentence(CUT_OFF), JSON.stringify(CUT_OFF)],
      );
    },
    async list(group) {
      const rows = await database.query<Row>(
        `select id, state, message, reason, requested_by, model, counts, rounds, planned, version_id, started_at, ended_at
         from student_runs where group_id = $1 order by started_at desc`,
        [group],
      );
      return rows.map(({ requested_by, version_id, started_at, ended_at, ...row }) => {
        return {
          ...row,
          // A newer server may know codes that this one does not; the words are there.
          reason: runReasonSchema.safeParse(row.reason).data ?? null,
          stoppedEarly: row.state === 'done' && row.planned !== null && row.rounds.length < row.planned,
          by: requested_by,
          version: version_id,
          startedAt: started_at.toISOString(),
          endedAt: ended_at?.toISOString() ?? null,
        };
      });
    },
    async trainingGroup() {
      const [group] = await database.query<{ id: string; name: string }>(
        `select g.id, g.name from student_runs r join student_groups g on g.id = r.group_id
         where r.state = 'running' limit 1`,
      );
      return group;
    },
  };
}
