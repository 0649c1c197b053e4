import { parseArgs } from 'node:util';
import { z } from 'zod';
import { ArgumentError, fileProblem, folderProblem, outputProblem } from '../../command/places.ts';

export const HELP = `npm run import -- DIR [options]

Enrols many people on the server that runs on DATA_DIR. Cut off, the same command goes on: nobody is enrolled twice.

DIR holds a folder for each person, a table, or both:
  DIR/PERSON/*.jpg     photos (.jpg, .png, .webp) of one person; Ann_Archer is enrolled as Ann Archer. The person is
                       found again by the folder's name. Of more than 20 photos the first 20 are used.
  DIR/*.csv            a line of headings, then a line for each person; separated by commas, semicolons or tabs:
                         name         as kiosks show it (needed)
                         external id  your own id; unique; the person is found again by it
                         consent      yes or no
                         files        photos or folders below DIR, several separated by |; left out, the folder
                                      that is called like the external id or the name
                       Folders that no line names are imported as above.
How:
  --table FILE         this table instead of those in DIR
  --duplicates skip|allow  somebody who seems to be enrolled already is left out and reported, or enrolled all the
                       same [skip]
  --face only|largest  a photo of several faces is refused, or the largest face in it is taken [only]
  --at-once N          people on their way at once, 1 to 32 [6]
  --dry-run            tells whom it would import, and what is wrong with the folder; enrols nobody
What to keep:
  --report FILE        what became of each person and photo, as JSON (protocol/imports.ts)
  --help               this text

Photos go through the lane that waits for live crops: no kiosk is slowed down. DATA_DIR counts as for npm start.
Exit status: 0 everybody is enrolled (or was already), 3 somebody is not, 1 it failed, 130 it was stopped.`;

const schema = z.strictObject({
  table: z.string().min(1, 'needs a path').optional(),
  duplicates: z.enum(['skip', 'allow'], 'takes skip or allow').default('skip'),
  face: z.enum(['only', 'largest'], 'takes only or largest').default('only'),
  'at-once': z
    .string()
    .regex(/^\d{1,2}$/, 'takes a whole number from 1 to 32')
    .transform(Number)
    .pipe(z.number().min(1, 'takes 1 to 32').max(32, 'takes 1 to 32'))
    .default(6),
  'dry-run': z.boolean().default(false),
  report: z.string().min(1, 'needs a path').optional(),
});
export type ImportOptions = z.infer<typeof schema> & { dir: string };

/**
 * Reads the command line strictly.
 * @returns undefined when help was asked for
 * @throws {ArgumentError} naming each wrong option and what is accepted
 */
export function readArguments(args: readonly string[]): ImportOptions | undefined {
  const text = { type: 'string' } as const;
  const flag = { type: 'boolean' } as const;
  let values: Record<string, unknown>;
  let positionals: string[];
  try {
    ({ values, positionals } = parseArgs({
      args: [...args],
      strict: true,
      allowPositionals: true,
      options: {
        table: text,
        duplicates: text,
        face: text,
        'at-once': text,
        'dry-run': flag,
        report: text,
        help: flag,
      },
    }));
  } catch (cause) {
    throw new ArgumentError(`${(cause as Error).message}\n${MORE}`, { cause });
  }
  if (values.help) return undefined;
  const parsed = schema.safeParse(values);
  const [dir, ...others] = positionals;
  const wrong = [
    ...(parsed.error?.issues ?? []).map(({ path: [name], message }) => `--${String(name)} ${message}.`),
    dir === undefined && 'Give the folder of the people: npm run import -- DIR',
    others.length > 0 && `One folder at a time; “${others[0]}” is one too many.`,
    dir !== undefined && folderProblem('DIR', dir),
    parsed.data?.table && fileProblem('--table', parsed.data.table),
    parsed.data?.report && outputProblem('--report', parsed.data.report),
  ].filter(Boolean);
  if (wrong.length > 0 || !parsed.data || dir === undefined) {
    throw new ArgumentError(`${wrong.join('\n')}\n${MORE}`);
  }
  return { ...parsed.data, dir };
}

const MORE = 'npm run import -- --help tells more.';
