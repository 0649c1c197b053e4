import { readFileSync } from 'node:fs';
import { z } from 'zod';
import { type Config, configSchema } from './schema.ts';

export class ConfigError extends Error {
  readonly code = 'config';
}

type Source = { values: Record<string, unknown>; origin: string };

/**
 * Reads the settings: a JSON file named by `CONFIG`, over it the environment.
 * An empty variable counts as not set.
 * @throws {ConfigError} one line for each wrong setting: which, where it came from, what is accepted
 */
export function loadConfig(environment: Record<string, string | undefined>): Config {
  const names = Object.keys(configSchema.shape);
  const file: Source = environment.CONFIG
    ? { values: readJson(environment.CONFIG), origin: environment.CONFIG }
    : { values: {}, origin: '' };
  const unknown = Object.keys(file.values).filter((name) => !names.includes(name));
  const problems = unknown.map(
    (name) => `${name} (in ${file.origin}): there is no such setting. Accepted are ${names.join(', ')}`,
  );
  const merged: Record<string, unknown> = { ...file.values };
  for (const name of names) {
    if (environment[name]) merged[name] = environment[name];
  }
  const parsed = configSchema.safeParse(merged);
  for (const issue of parsed.error?.issues ?? []) {
    const name = String(issue.path[0]);
    const origin = environment[name] ? 'environment' : file.origin;
    problems.push(`${name} (in ${origin}): ${issue.message}${accepted(name)}`);
  }
  if (problems.length > 0 || !parsed.success) {
    throw new ConfigError(`Wrong settings:\n${problems.map((line) => `  ${line}`).join('\n')}`);
  }
  return Object.freeze(parsed.data);
}

/** One line for each setting, with its default: the text of `--help`. */
export function describeConfig(): string {
  return Object.entries(configSchema.shape)
    .map(([name, schema]) => {
      const fallback = schema instanceof z.ZodDefault ? ` [${String(schema.def.defaultValue)}]` : '';
      return `  ${name.padEnd(17)} ${schema.description ?? ''}${fallback}`;
    })
    .join('\n');
}

function accepted(name: string): string {
  const schema = configSchema.shape[name as keyof typeof configSchema.shape];
  return schema?.description ? `. ${name} is: ${schema.description}` : '';
}

function readJson(path: string): Record<string, unknown> {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (cause) {
    throw new ConfigError(
      `CONFIG names ${path}, which cannot be read (${(cause as NodeJS.ErrnoException).code}).`,
    );
  }
  try {
    return z.record(z.string(), z.unknown()).parse(JSON.parse(text));
  } catch {
    throw new ConfigError(
      `CONFIG names ${path}, which is not a JSON object of settings, such as {"PORT": 8080}.`,
    );
  }
}
