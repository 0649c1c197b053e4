import { parseArgs } from 'node:util';
import { z } from 'zod';
import { SHIFTS } from '../../models/training/shifts.ts';
import { ArgumentError } from '../command/places.ts';

export const HELP = `npm run train -- simulate --images DIR [options]

Trains a student embedder for a difficult camera, distributed over worker processes through a real queue, and
measures it on people that it never saw.

  --images DIR       folders of people: DIR/PERSON/*.jpg, .png or .webp. Half of the people are never trained on.
  --shift NAME       the camera: ${Object.entries(SHIFTS)
    .map(([name, { about }]) => `${name} (${about})`)
    .join(',\n                     ')} [dark-kiosk]
  --workers N        worker processes, each with a shard of the people, 1 to 16 [2]
  --rounds N         rounds of local steps and one common step, 1 to 200 [10]
  --steps N          local steps of 32 crops in each round, 1 to 200 [20]
  --groups N         people arrive in so many groups, one after the other over the rounds, 1 to 50 [1]
  --tail | --full    what learns: the part after the last sum before the last stride, or everything [--tail]
  --max-people N     take so many people of the folder, at least 12
  --seed N           of the division of the people, of batches and of the camera [1]
  --json FILE        the figures
  --help             this text

DATA_DIR, DATA_KEY and MODEL count as they do for npm start. Analysed photos are kept for 24 hours, sealed.`;

const schema = z.strictObject({
  images: z.string({ error: 'needs a folder' }).min(1, 'needs a folder'),
  shift: z
    .enum(Object.keys(SHIFTS) as [keyof typeof SHIFTS], `takes ${Object.keys(SHIFTS).join(' or ')}`)
    .default('dark-kiosk'),
  workers: wholeNumber(1, 16).default(2),
  rounds: wholeNumber(1, 200).default(10),
  steps: wholeNumber(1, 200).default(20),
  groups: wholeNumber(1, 50).default(1),
  tail: z.boolean().default(false),
  full: z.boolean().default(false),
  'max-people': wholeNumber(12, 1_000_000).optional(),
  seed: wholeNumber(0, 999_999).default(1),
  json: z.string().min(1, 'needs a path').optional(),
});
export type SimulateOptions = Omit<z.infer<typeof schema>, 'tail' | 'full'> & { part: 'tail' | 'full' };

/**
 * Reads the command line strictly.
 * @returns undefined when help was asked for
 * @throws {ArgumentError} naming each wrong option and what is accepted
 */
export function readArguments(args: readonly string[]): SimulateOptions | undefined {
  const text = { type: 'string' } as const;
  const flag = { type: 'boolean' } as const;
  const seeHelp = 'npm run train -- --help tells the options.';
  let parsed: { values: Record<string, unknown>; positionals: string[] };
  try {
    parsed = parseArgs({
      args: [...args],
      strict: true,
      allowPositionals: true,
      options: {
        images: text,
        shift: text,
        workers: text,
        rounds: text,
        steps: text,
        groups: text,
        tail: flag,
        full: flag,
        'max-people': text,
        seed: text,
        json: text,
        help: flag,
      },
    });
  } catch (cause) {
    throw new ArgumentError(`${(cause as Error).message}\n${seeHelp}`, { cause });
  }
  const { values, positionals } = parsed;
  if (values.help) return undefined;
  if (positionals.length !== 1 || positionals[0] !== 'simulate') {
    throw new ArgumentError(`Say what to do: npm run train -- simulate --images DIR\n${seeHelp}`);
  }
  const result = schema.safeParse(values);
  if (!result.success) {
    const lines = result.error.issues.map(({ path: [name], message }) => `--${String(name)} ${message}.`);
    throw new ArgumentError(`${lines.join('\n')}\n${seeHelp}`);
  }
  const { tail, full, ...options } = result.data;
  if (tail && full) throw new ArgumentError(`Give --tail or --full, not both.\n${seeHelp}`);
  return { ...options, part: full ? 'full' : 'tail' };
}

function wholeNumber(min: number, max: number) {
  return z
    .string()
    .regex(/^\d{1,7}$/, `takes a whole number from ${min} to ${max}`)
    .transform(Number)
    .pipe(z.number().min(min, `takes ${min} to ${max}`).max(max, `takes ${min} to ${max}`));
}
