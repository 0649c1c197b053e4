import type { z } from 'zod';
import { PERSON_ACTIONS, type PersonHistory, personHistorySchema } from '../../protocol/people.ts';
import type { Database } from '../db/client.ts';
import { readPerson } from './person-rows.ts';

/** The newest are told; a person is hardly ever changed as often. */
const MOST = 200;

type Change = z.infer<typeof personHistorySchema>['changes'][number];
type Row = {
  sequence: number;
  at: string;
  actor: string;
  action: Change['action'];
  subject: string;
  detail: string;
};

/**
 * Who changed a person and when, from the audit: what was done to them, and what came to them from others.
 * @returns `undefined` when there is no such person
 */
export async function readPersonHistory(database: Database, id: string): Promise<PersonHistory | undefined> {
  if (!(await readPerson(database, id))) return undefined;
  const rows = await database.query<Row>(
    `select sequence, at, actor, action, subject, detail from audit where action = any($2::text[]) and (
       subject = $1
       or (action = 'person.photo-moved' and detail::jsonb ->> 'to' = $1)
       or (action = 'person.merged' and detail::jsonb ->> 'into' = $1)
       or (action = 'person.merge-undone' and detail::jsonb ->> 'from' = $1))
     order by sequence desc limit ${MOST}`,
    [id, [...PERSON_ACTIONS]],
  );
  return personHistorySchema.parse({
    changes: rows.map(({ sequence, at, actor, action, subject, detail }) => ({
      sequence,
      at,
      by: actor,
      action,
      fromAnother: subject !== id,
      detail: JSON.parse(detail) as unknown,
    })),
  });
}
