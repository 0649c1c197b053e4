import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { getCACertificates, setDefaultCACertificates } from 'node:tls';
import { z } from 'zod';
import { problemSchema } from '../../protocol/rest.ts';

const TIMEOUT_MS = 20_000;

/** The server cannot be asked, or has refused; `message` is for the person at the terminal. */
export class ServerError extends Error {
  override readonly name = 'ServerError';
  readonly code = 'server';
  /** Whether the same may work a little later. */
  readonly retryable: boolean;
  /** Of its answer; absent when none came. */
  readonly status: number | undefined;

  constructor(message: string, options: { cause?: unknown; retryable?: boolean; status?: number } = {}) {
    super(message, { cause: options.cause });
    this.retryable = options.retryable ?? false;
    this.status = options.status;
  }
}

export type ServerLink = {
  /** Asks over REST, and parses the answer. @throws {ServerError} */
  ask<T>(
    schema: z.ZodType<T>,
    request: {
      method: string;
      path: string;
      body?: FormData | object;
      timeoutMs?: number;
      signal?: AbortSignal;
    },
  ): Promise<T>;
};

const linksSchema = z.object({ admin: z.url(), apiKey: z.string() });

/**
 * The server that runs on a data folder, asked with its API key.
 * @returns `undefined` when it has never run there
 */
export function linkToServer({ dataDir }: { dataDir: string }): ServerLink | undefined {
  let links: z.infer<typeof linksSchema>;
  try {
    links = linksSchema.parse(JSON.parse(readFileSync(join(dataDir, 'links.json'), 'utf8')));
  } catch {
    return undefined;
  }
  trustOwnCertificate(dataDir);
  const { origin } = new URL(links.admin);
  return {
    async ask(schema, { method, path, body, timeoutMs = TIMEOUT_MS, signal }) {
      const isForm = body instanceof FormData;
      const timeout = AbortSignal.timeout(timeoutMs);
      let response: Response;
      let json: unknown;
      try {
        response = await fetch(origin + path, {
          method,
          headers: {
            authorization: `Bearer ${links.apiKey}`,
            ...(isForm ? {} : { 'content-type': 'application/json' }),
          },
          ...(body === undefined ? {} : { body: isForm ? body : JSON.stringify(body) }),
          signal: signal ? AbortSignal.any([signal, timeout]) : timeout,
        });
        json = await response.json().catch(() => undefined);
      } catch (cause) {
        signal?.throwIfAborted();
        throw new ServerError(
          `The server at ${origin} does not answer. Start it with npm start; DATA_DIR names its folder.`,
          { cause, retryable: true },
        );
      }
      if (!response.ok) {
        const problem = problemSchema.safeParse(json).data;
        const { status } = response;
        throw new ServerError(problem?.detail ?? `The server at ${origin} answers ${status}.`, {
          retryable: problem?.retryable ?? status >= 500,
          status,
        });
      }
      return schema.parse(json);
    },
  };
}

/** Under `TLS=self-signed` the server's own certificate lies in its data folder. */
function trustOwnCertificate(dataDir: string): void {
  let pem: string;
  try {
    pem = readFileSync(join(dataDir, 'tls.pem'), 'utf8');
  } catch {
    return;
  }
  const [certificate] = pem.match(/-----BEGIN CERTIFICATE-----[\s\S]+?-----END CERTIFICATE-----/) ?? [];
  if (certificate) setDefaultCACertificates([...getCACertificates(), certificate]);
}
