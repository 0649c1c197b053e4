import { createHash, randomUUID } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdir, open, rename, rm, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import type { ModelEntry } from '../../models/manifest.schema.ts';

/** Larger files are no face embedders. */
const MOST_BYTES = 1_000_000_000;
const DOWNLOAD_TIMEOUT_MS = 10 * 60_000;

/** A model's file cannot be fetched or put in place; `message` says why and what to do. */
export class ModelInstallError extends Error {
  override readonly name = 'ModelInstallError';
  readonly code = 'model-install';
}

type Named = Pick<ModelEntry, 'name' | 'file' | 'sha256' | 'bytes' | 'source' | 'url'>;

/**
 * Fetches a model's file into `folder`. It comes under its name only once it is all there and is the right one.
 * @throws {ModelInstallError} without a network, or when the file is another one
 */
export async function fetchModel(input: {
  entry: Named;
  folder: string;
  fetch?: typeof fetch;
}): Promise<string> {
  const { entry, folder, fetch: get = fetch } = input;
  if (!entry.url)
    throw new ModelInstallError(`There is no address to fetch ${entry.name} from. ${byHand(entry)}`);
  let response: Response;
  try {
    response = await get(entry.url, { signal: AbortSignal.timeout(DOWNLOAD_TIMEOUT_MS) });
  } catch (cause) {
    throw new ModelInstallError(`${entry.url} cannot be reached. ${byHand(entry)}`, { cause });
  }
  if (!response.ok || !response.body) {
    throw new ModelInstallError(`${entry.url} answers ${response.status}. ${byHand(entry)}`);
  }
  return put({ entry, folder, source: bytesOf(response), what: entry.url });
}

/**
 * Copies a file that somebody has into `folder`, as the model that it is.
 * @throws {ModelInstallError} when it is not the model's file
 */
export async function copyModel(input: { entry: Named; folder: string; file: string }): Promise<string> {
  const { entry, folder, file } = input;
  return put({ entry, folder, source: createReadStream(file), what: file });
}

/** SHA-256 of a file in hex, and its size. @throws {ModelInstallError} when it cannot be read, or is too large */
export async function fingerprint(file: string): Promise<{ sha256: string; bytes: number }> {
  try {
    const { size } = await stat(file);
    if (size > MOST_BYTES) {
      throw new ModelInstallError(`${file} has ${size} bytes; a model has ${MOST_BYTES} at most.`);
    }
    const hash = createHash('sha256');
    await pipeline(createReadStream(file), hash);
    return { sha256: hash.digest('hex'), bytes: size };
  } catch (cause) {
    if (cause instanceof ModelInstallError) throw cause;
    throw new ModelInstallError(`${file} cannot be read (${(cause as NodeJS.ErrnoException).code}).`, {
      cause,
    });
  }
}

/** Holds on to the response: the body of one that is garbage collected before it is read ends at once, empty. */
async function* bytesOf(response: Response): AsyncGenerator<Uint8Array> {
  if (response.body) yield* response.body;
}

async function put(input: {
  entry: Named;
  folder: string;
  source: AsyncIterable<Uint8Array>;
  what: string;
}): Promise<string> {
  const { entry, folder, source, what } = input;
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const temporary = join(folder, `.${entry.file}.${randomUUID()}`);
  const hash = createHash('sha256');
  let bytes = 0;
  try {
    const file = await open(temporary, 'wx', 0o600);
    try {
      for await (const chunk of source) {
        bytes += chunk.length;
        if (bytes > entry.bytes) break; // Whatever follows, it is not this model.
        hash.update(chunk);
        await file.write(chunk);
      }
      await file.sync();
    } finally {
      await file.close();
    }
    if (bytes !== entry.bytes || hash.digest('hex') !== entry.sha256) {
      throw new ModelInstallError(
        `${what} is not the file of ${entry.name}: ${bytes > entry.bytes ? 'more than ' : ''}${Math.min(bytes, entry.bytes)} ` +
          `bytes came, and ${entry.bytes} with sha256 ${entry.sha256} are expected. Nothing was changed.`,
      );
    }
    const place = join(folder, entry.file);
    await rename(temporary, place);
    return place;
  } catch (cause) {
    await rm(temporary, { force: true });
    if (cause instanceof ModelInstallError) throw cause;
    throw new ModelInstallError(
      `${what} could not be put into ${folder}: ${cause instanceof Error ? cause.message : String(cause)}. Nothing was changed.`,
      { cause },
    );
  }
}

function byHand(entry: Named): string {
  const name = basename(entry.url ?? entry.file);
  return (
    `Get the file on a machine that has a network, from ${entry.url ?? entry.source}, copy it here, and run: ` +
    `npm run models -- add ${name}. It is recognised by its sha256 ${entry.sha256}.`
  );
}
