import { parseArgs } from 'node:util';
import { z } from 'zod';
import { modelDescriptionSchema } from './add-unknown.ts';

/** The command line is not understood; `message` says what is accepted. */
export class CommandError extends Error {
  override readonly name = 'CommandError';
  readonly code = 'arguments';
}

export const HELP = `npm run models -- COMMAND

  list                  every model: whether it serves, is there, its size, licence, and what it was trained on
  pull NAME             fetch an optional model; it is checked by its sha256
  add FILE              put the file of an optional model in place; it is recognised by its sha256
  add FILE --name NAME --licence SPDX --training-data TEXT --source TEXT
          [--colour rgb|bgr] [--mean R,G,B] [--std R,G,B]
                        add an embedder that is not known here: ONNX, input [N, 3, 112, 112] of aligned faces.
                        It is tried out; before it can serve, its thresholds must be measured.
  add FILE --json DESCRIPTION.json
                        the same from a file: {"name": …, "licence": …, "trainingData": …, "source": …, "mean": […]}
  use NAME [--force]    have the running server change to it: every enrolled photo is embedded anew while the
                        model before serves, then all workers change over at once. --force goes on although
                        people would be lost whose photos it cannot embed.
  status                how far a change is
  cancel                give a change up

DATA_DIR counts as it does for npm start.`;

export type Command =
  | { name: 'help' | 'list' | 'status' | 'cancel' }
  | { name: 'pull'; model: string }
  | { name: 'use'; model: string; force: boolean }
  | { name: 'add'; file: string; json?: string; description?: Record<string, unknown> };

const DESCRIBED = ['name', 'licence', 'training-data', 'source', 'colour', 'mean', 'std'] as const;

/** @throws {CommandError} */
export function readCommand(args: readonly string[]): Command {
  const { values, positionals } = parse(args);
  const [name = 'help', argument, ...rest] = positionals;
  if (values.help || name === 'help') return { name: 'help' };
  const [surplus] = ['list', 'status', 'cancel'].includes(name) && argument ? [argument] : rest;
  if (surplus) throw new CommandError(`"${surplus}" is one word too many.\n\n${HELP}`);
  switch (name) {
    case 'list':
    case 'status':
    case 'cancel':
      return { name };
    case 'pull':
    case 'use': {
      if (!argument) throw new CommandError(`${name} needs a model's name; list tells which there are.`);
      return name === 'pull'
        ? { name, model: argument }
        : { name, model: argument, force: values.force ?? false };
    }
    case 'add': {
      if (!argument) throw new CommandError('add needs a file.');
      if (values.json) return { name, file: argument, json: values.json };
      const given = DESCRIBED.filter((option) => values[option] !== undefined);
      if (given.length === 0) return { name, file: argument };
      const numbers = (text: string | undefined) => text?.split(',').map(Number);
      const { 'training-data': trainingData, mean, std } = values;
      const { name: called, licence, source, colour } = values;
      const description = {
        name: called,
        licence,
        trainingData,
        source,
        colour,
        mean: numbers(mean),
        std: numbers(std),
      };
      return { name, file: argument, description };
    }
    default:
      throw new CommandError(`There is no command "${name}".\n\n${HELP}`);
  }
}

/** @throws {CommandError} naming each field that is missing or wrong */
export function readDescription(given: unknown): z.infer<typeof modelDescriptionSchema> {
  const parsed = modelDescriptionSchema.safeParse(given);
  if (parsed.success) return parsed.data;
  throw new CommandError(
    `The description of the model is not complete:\n${z.prettifyError(parsed.error)}\n` +
      'Needed are --name, --licence, --training-data and --source; see npm run models -- help.',
  );
}

function parse(args: readonly string[]) {
  const text = { type: 'string' } as const;
  try {
    return parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        help: { type: 'boolean' },
        force: { type: 'boolean' },
        json: text,
        name: text,
        licence: text,
        'training-data': text,
        source: text,
        colour: text,
        mean: text,
        std: text,
      },
    });
  } catch (cause) {
    throw new CommandError(`${(cause as Error).message}\n\n${HELP}`, { cause });
  }
}
