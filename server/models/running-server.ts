import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { type ModelsResponse, modelsResponseSchema } from '../../protocol/models.ts';
import { problemSchema } from '../../protocol/rest.ts';

const TIMEOUT_MS = 20_000;

/** The server cannot be asked, or has refused; `message` is for the person at the terminal. */
export class ServerError extends Error {
  override readonly name = 'ServerError';
  readonly code = 'server';
}

export type RunningServer = {
  models(): Promise<ModelsResponse>;
  use(name: string, force: boolean): Promise<ModelsResponse>;
  cancel(): Promise<ModelsResponse>;
};

const linksSchema = z.object({ admin: z.url(), apiKey: z.string() });

/**
 * The server that runs on a data folder, asked over REST with its API key.
 * @returns `undefined` when it has never run there
 */
export function findServer({ dataDir }: { dataDir: string }): RunningServer | undefined {
  let links: z.infer<typeof linksSchema>;
  try {
    links = linksSchema.parse(JSON.parse(readFileSync(join(dataDir, 'links.json'), 'utf8')));
  } catch {
    return undefined;
  }
  const { origin } = new URL(links.admin);
  const ask = async (method: string, path: string, body?: unknown): Promise<ModelsResponse> => {
    let response: Response;
    try {
      response = await fetch(origin + path, {
        method,
        headers: { authorization: `Bearer ${links.apiKey}`, 'content-type': 'application/json' },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
        signal: AbortSignal.timeout(TIMEOUT_MS),
      });
    } catch (cause) {
      throw new ServerError(
        `The server at ${origin} does not answer. Start it with npm start; DATA_DIR names its folder.`,
        { cause },
      );
    }
    const json: unknown = await response.json().catch(() => undefined);
    if (!response.ok) {
      const problem = problemSchema.safeParse(json).data;
      throw new ServerError(problem?.detail ?? `The server at ${origin} answers ${response.status}.`);
    }
    return modelsResponseSchema.parse(json);
  };
  return {
    models: () => ask('GET', '/models'),
    use: (name, force) => ask('POST', `/models/${encodeURIComponent(name)}/use`, { force }),
    cancel: () => ask('DELETE', '/models/switch'),
  };
}
