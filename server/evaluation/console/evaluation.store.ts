import { z } from 'zod';
import {
  EVALUATION_LIMITS,
  type Evaluation,
  type EvaluationResult,
  type EvaluationSummary,
  evaluationResultSchema,
} from '../../../protocol/evaluation.ts';
import type { Database } from '../../db/client.ts';

type Row = {
  id: string;
  name: string;
  state: 'done' | 'failed';
  photos: number;
  error: string | null;
  result: unknown;
  created_at: Date;
};
const COLUMNS = 'id, name, state, photos, error, result, created_at';

/** The evaluations that have ended: figures only, no photo, no embedding, and no name of a person or file. */
export type EvaluationStore = {
  /** Keeps the newest ones, within a bound. */
  save(evaluation: {
    id: string;
    name: string;
    state: 'done' | 'failed';
    photos: number;
    error: string | null;
    result: EvaluationResult | null;
    by: string;
  }): Promise<void>;
  /** Newest first. */
  list(): Promise<EvaluationSummary[]>;
  get(id: string): Promise<Evaluation | undefined>;
  /** @returns false when there is none */
  remove(id: string): Promise<boolean>;
};

export function createEvaluationStore({ database }: { database: Database }): EvaluationStore {
  return {
    async save({ id, name, state, photos, error, result, by }) {
      const figures = result && JSON.stringify(withoutNames(result));
      await database.query(
        `insert into evaluations (id, name, state, photos, error, result, created_by)
         values ($1, $2, $3, $4, $5, $6, $7)`,
        [id, name, state, photos, error, figures, by],
      );
      await database.query(
        `delete from evaluations where id not in
           (select id from evaluations order by created_at desc, id limit ${EVALUATION_LIMITS.history})`,
      );
    },
    async list() {
      const rows = await database.query<Row>(
        `select ${COLUMNS} from evaluations order by created_at desc, id limit ${EVALUATION_LIMITS.history}`,
      );
      return rows.map((row) => summaryOf(toEvaluation(row)));
    },
    async get(id) {
      const [row] = await database.query<Row>(`select ${COLUMNS} from evaluations where id = $1`, [id]);
      return row && toEvaluation(row);
    },
    async remove(id) {
      const rows = await database.query('delete from evaluations where id = $1 returning id', [id]);
      return rows.length > 0;
    },
  };
}

/** An evaluation as a line of the list. */
export function summaryOf({ result, ...evaluation }: Evaluation): EvaluationSummary {
  return {
    ...evaluation,
    model: result?.model ?? null,
    accuracy: result?.accuracy ?? null,
    eer: result?.eer ?? null,
    rank1: result?.rank1 ?? null,
    tpir: result?.tpirAtFpir?.['0.01'] ?? null,
  };
}

function withoutNames(result: EvaluationResult): EvaluationResult {
  return { ...result, mistakes: [], undetected: [], problems: { ...result.problems, listed: [] } };
}

function toEvaluation(row: Row): Evaluation {
  const json = typeof row.result === 'string' ? (JSON.parse(row.result) as unknown) : row.result;
  // A result of an older version is left out rather than shown wrongly.
  const result = evaluationResultSchema.nullable().safeParse(json).data ?? null;
  return {
    id: z.uuid().parse(row.id),
    name: row.name,
    state: row.state,
    createdAt: row.created_at.toISOString(),
    photos: row.photos,
    analysed: result?.images ?? 0,
    secondsLeft: null,
    error: row.error,
    result,
  };
}
