import { CsvError, parse } from 'csv-parse/sync';
import { z } from 'zod';
import { IMPORT_LIMITS } from '../../protocol/imports.ts';
import { LIMITS } from '../../protocol/rest.ts';

/** A row of the table of people. */
export type PersonRow = {
  line: number;
  name: string;
  externalId: string | undefined;
  consent: boolean | undefined;
  /** Paths of photos or folders, as they stand in the table; empty: the folder named as the person. */
  files: string[];
};

export class PeopleTableError extends Error {
  readonly code = 'import';
}

/** Headings by which a column is known, compared without case, spaces, dashes and underscores. */
const HEADINGS = {
  name: ['name', 'fullname', 'person'],
  externalId: ['externalid', 'id', 'personid', 'number', 'employeeid'],
  consent: ['consent', 'agreed'],
  files: ['files', 'file', 'photos', 'photo', 'folder', 'images', 'image'],
} as const;
type Column = keyof typeof HEADINGS;

const YES = ['yes', 'y', 'true', '1'];
const NO = ['no', 'n', 'false', '0'];
const MOST_ROWS = 200_000;
const MOST_BYTES = 64 * 1024 * 1024;

const rowSchema = z.object({
  name: z
    .string()
    .min(1, 'the name is empty')
    .max(LIMITS.nameLength, 'the name is longer than 200 characters'),
  externalId: z.string().max(200, 'the external id is longer than 200 characters').optional(),
  consent: z
    .string()
    .toLowerCase()
    .refine(
      (text) => ['', ...YES, ...NO].includes(text),
      'the consent is none of yes, no, true, false, 1, 0 or empty',
    )
    .transform((text) => (text === '' ? undefined : YES.includes(text))),
  files: z.array(z.string().max(IMPORT_LIMITS.pathLength, 'a path is too long')).max(1000, 'too many files'),
});

/**
 * Reads a table of people: CSV with a line of headings, separated by commas, semicolons or tabs. Several files in one
 * cell are separated by `|` or `;`.
 * @param onProblem told of each row that cannot be read
 * @throws {PeopleTableError} when it is no such table at all
 */
export function readPeopleTable(input: {
  text: string;
  origin: string;
  onProblem: (subject: string, message: string) => void;
}): PersonRow[] {
  const { text, origin, onProblem } = input;
  if (text.length > MOST_BYTES) throw new PeopleTableError(`${origin} is larger than 64 MB. Split it.`);
  const [headings, ...records] = recordsOf(text, origin);
  const columns = columnsOf(headings?.record ?? [], origin);
  if (records.length > MOST_ROWS) {
    throw new PeopleTableError(`${origin} has more than ${MOST_ROWS} rows. Split it.`);
  }
  return records.flatMap(({ record, line }) => {
    const cell = (column: Column) => record[columns[column] ?? -1]?.trim() ?? '';
    const parsed = rowSchema.safeParse({
      name: cell('name'),
      externalId: cell('externalId') || undefined,
      consent: cell('consent'),
      files: cell('files')
        .split(/[|;]/)
        .map((path) => path.trim())
        .filter(Boolean),
    });
    if (parsed.success) return [{ line, ...parsed.data, externalId: parsed.data.externalId }];
    onProblem(`${origin}:${line}`, `is left out: ${parsed.error.issues[0]?.message ?? 'it cannot be read'}.`);
    return [];
  });
}

function recordsOf(text: string, origin: string): { record: string[]; line: number }[] {
  const heading = text.slice(0, 10_000).split(/\r?\n/, 1)[0] ?? '';
  const delimiter = [',', ';', '\t'].reduce((best, one) =>
    heading.split(one).length > heading.split(best).length ? one : best,
  );
  try {
    const records = parse(text, {
      bom: true,
      delimiter,
      info: true,
      relaxColumnCount: true,
      skipEmptyLines: true,
      skipRecordsWithEmptyValues: true,
      maxRecordSize: 100_000,
    }) as unknown as { record: string[]; info: { lines: number } }[];
    return records.map(({ record, info }) => ({ record, line: info.lines }));
  } catch (error) {
    if (!(error instanceof CsvError)) throw error;
    throw new PeopleTableError(`${origin} cannot be read as CSV: ${error.message}`);
  }
}

function columnsOf(headings: readonly string[], origin: string): Partial<Record<Column, number>> {
  const plain = headings.map((heading) => heading.toLowerCase().replace(/[\s_-]/g, ''));
  const columns: Partial<Record<Column, number>> = {};
  for (const [column, names] of Object.entries(HEADINGS) as [Column, readonly string[]][]) {
    const at = plain.findIndex((heading) => names.includes(heading));
    if (at >= 0) columns[column] = at;
  }
  if (columns.name !== undefined) return columns;
  throw new PeopleTableError(
    `${origin} has no column “name” in its first line (it has: ${headings.join(', ').slice(0, 200)}). ` +
      'Accepted are name, external id, consent and files, in any order.',
  );
}
