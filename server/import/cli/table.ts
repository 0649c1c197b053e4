import {
  IMPORT_OUTCOMES,
  type Imported,
  type ImportOutcome,
  type ImportReport,
} from '../../../protocol/imports.ts';

const WORDS: Record<ImportOutcome, string> = {
  enrolled: 'enrolled',
  'already-there': 'already there',
  'likely-duplicate': 'likely duplicates',
  refused: 'refused',
  failed: 'failed',
};
/** The whole list is in the JSON. */
const SHOWN = 50;

/** The report for the person at the terminal. */
export function describeReport(report: ImportReport): string {
  const { people, counts, problems, problemCount, complete } = report;
  const missing = people.filter(({ outcome }) => outcome !== 'enrolled' && outcome !== 'already-there');
  const partly = people.filter((one) => one.outcome === 'enrolled' && one.refused.length > 0);
  return [
    speedOf(report),
    ...IMPORT_OUTCOMES.map(
      (outcome) => `  ${WORDS[outcome].padEnd(18)} ${String(counts[outcome]).padStart(6)}`,
    ),
    ...section('Not enrolled', missing, (one) => [
      `  ${one.name}: ${one.message ?? WORDS[one.outcome]}`,
      ...refusals(one),
    ]),
    ...section('Enrolled without some of their photos', partly, (one) => [`  ${one.name}`, ...refusals(one)]),
    ...section('Passed over', problems, ({ subject, message }) => [`  ${subject} ${message}`], problemCount),
    ...(complete ? [] : ['', 'Not everybody’s turn has come: the same command goes on from here.']),
  ].join('\n');
}

function speedOf({ people, startedAt, endedAt }: ImportReport): string {
  const seconds = Math.max(0.1, (Date.parse(endedAt) - Date.parse(startedAt)) / 1000);
  const fresh = people.filter(({ outcome }) => outcome !== 'already-there');
  const photos = fresh.reduce((sum, { accepted, refused }) => sum + accepted + refused.length, 0);
  const rates = `${(fresh.length / seconds).toFixed(1)} people/s, ${(photos / seconds).toFixed(1)} photos/s`;
  return `${people.length} people in ${seconds.toFixed(1)} s${fresh.length > 0 ? ` (${rates})` : ''}`;
}

function refusals({ refused }: Imported): string[] {
  return refused.map(
    ({ filename, reason, message }) => `      ${filename}: ${message ?? reason ?? 'refused'}`,
  );
}

function section<T>(
  title: string,
  all: readonly T[],
  lines: (one: T) => string[],
  total = all.length,
): string[] {
  if (total === 0) return [];
  const more = total - Math.min(SHOWN, all.length);
  return [
    '',
    `${title} (${total}):`,
    ...all.slice(0, SHOWN).flatMap(lines),
    ...(more > 0 ? [`  … and ${more} more`] : []),
  ];
}
