import { parseArgs } from 'node:util';
import { z } from 'zod';
import { ArgumentError } from '../../command/places.ts';

export const HELP = `npm run evaluate -- [options]

Measures a model on labelled photographs, with the workers of a running server or with its own.

What to measure (at least one of the two):
  --pairs FILE         same-or-different pairs, as LFW lists them: "NAME i j" and "NAME1 i NAME2 j"
                       (View 1, or View 2 with its ten folds), with
  --images DIR         the photos of the pairs: DIR/NAME/NAME_0001.jpg
  --open-set DIR       folders of people: DIR/PERSON/*.jpg, .png or .webp. Half of them are enrolled, by 1 and by
                       3 photos; all are searched for, by 1 frame and by 3; the other half are strangers.
  --train-pairs FILE   pairs that the threshold is chosen on. Without it: the other folds of View 2, or else the
                       other tenths of the list.
How:
  --model NAME         embedder, by its name in the manifest; default: the serving one
  --face middle|largest  which face counts in photos that show several; default: middle with --pairs (the person
                       named stands in the middle of LFW's photos), else largest
  --splits N           random halves of the open set, 1 to 50 [5]
  --workers N          start N own workers, even where a server runs. Default: the workers of the server on
                       DATA_DIR or REDIS_URL; without one, as many own ones as there are CPUs
  --fresh              forget what an interrupted run has done; else it goes on from there for 24 hours
What to keep:
  --json FILE          all figures, as protocol/evaluation.ts describes them
  --report DIR         DIR/index.html: one page with plots and the worst mistakes (it holds photographs)
  --help               this text

DATA_DIR, DATA_KEY, REDIS_URL, MODEL and PROVIDER count as they do for npm start.`;

const path = z.string().min(1, 'needs a path');
const schema = z
  .strictObject({
    pairs: path.optional(),
    images: path.optional(),
    'train-pairs': path.optional(),
    'open-set': path.optional(),
    model: z.string().min(1, 'needs a name').max(100).optional(),
    json: path.optional(),
    report: path.optional(),
    face: z.enum(['middle', 'largest'], 'takes "middle" or "largest"').optional(),
    splits: wholeNumber(1, 50).default(5),
    workers: wholeNumber(1, 64).optional(),
    fresh: z.boolean().default(false),
  })
  .superRefine((options, context) => {
    const issue = (message: string) => context.addIssue({ code: 'custom', path: [], message });
    if (!options.pairs && !options['open-set']) {
      issue('There is nothing to measure: give --pairs FILE with --images DIR, or --open-set DIR.');
    }
    if (options.pairs && !options.images) issue('--pairs needs --images DIR, where its photos are.');
    if (options.images && !options.pairs) {
      issue('--images is for the photos of --pairs FILE; folders of people are given by --open-set DIR.');
    }
    if (options['train-pairs'] && !options.pairs) issue('--train-pairs needs --pairs FILE, which is judged.');
  });
export type EvaluateOptions = z.infer<typeof schema> & { face: 'middle' | 'largest' };

/**
 * Reads the command line strictly.
 * @returns undefined when help was asked for
 * @throws {ArgumentError} naming each wrong option and what is accepted
 */
export function readArguments(args: readonly string[]): EvaluateOptions | undefined {
  const text = { type: 'string' } as const;
  const flag = { type: 'boolean' } as const;
  let values: Record<string, unknown>;
  try {
    ({ values } = parseArgs({
      args: [...args],
      strict: true,
      allowPositionals: false,
      options: {
        pairs: text,
        images: text,
        'train-pairs': text,
        'open-set': text,
        model: text,
        json: text,
        report: text,
        face: text,
        splits: text,
        workers: text,
        fresh: flag,
        help: flag,
      },
    }));
  } catch (cause) {
    throw new ArgumentError(`${(cause as Error).message}\nnpm run evaluate -- --help tells the options.`, {
      cause,
    });
  }
  if (values.help) return undefined;
  const parsed = schema.safeParse(values);
  if (!parsed.success) {
    const lines = parsed.error.issues.map(({ path: [name], message }) =>
      name === undefined ? message : `--${String(name)} ${message}.`,
    );
    throw new ArgumentError(`${lines.join('\n')}\nnpm run evaluate -- --help tells the options.`);
  }
  const { data } = parsed;
  return { ...data, face: data.face ?? (data.pairs ? 'middle' : 'largest') };
}

function wholeNumber(min: number, max: number) {
  return z
    .string()
    .regex(/^\d{1,4}$/, `takes a whole number from ${min} to ${max}`)
    .transform(Number)
    .pipe(z.number().min(min, `takes ${min} to ${max}`).max(max, `takes ${min} to ${max}`));
}
