import {
  IMPORT_OUTCOMES,
  type ImportCounts,
  type Imported,
  type ImportReport,
} from '../../protocol/imports.ts';

/** Of what was passed over so much is named; the rest is counted. */
const MOST_PROBLEMS = 500;

/** Gathers what became of each person of an import. */
export function createReport({ startedAt = new Date() }: { startedAt?: Date } = {}) {
  const people: Imported[] = [];
  const problems: ImportReport['problems'] = [];
  let problemCount = 0;
  return {
    add: (imported: Imported) => void people.push(imported),
    problem: (subject: string, message: string): void => {
      problemCount++;
      if (problems.length < MOST_PROBLEMS) problems.push({ subject: subject.slice(0, 300), message });
    },
    /** @param complete false when it was cut off */
    finish: ({ complete, endedAt = new Date() }: { complete: boolean; endedAt?: Date }): ImportReport => ({
      startedAt: startedAt.toISOString(),
      endedAt: endedAt.toISOString(),
      complete,
      counts: countOutcomes(people),
      people,
      problems,
      problemCount,
    }),
  };
}

export function countOutcomes(people: readonly Pick<Imported, 'outcome'>[]): ImportCounts {
  const counts = Object.fromEntries(IMPORT_OUTCOMES.map((outcome) => [outcome, 0])) as ImportCounts;
  for (const { outcome } of people) counts[outcome]++;
  return counts;
}
