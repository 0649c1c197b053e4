import { readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  IMPORT_LIMITS,
  type Imported,
  importCheckResponseSchema,
  importedSchema,
  type RefusedPhoto,
} from '../../../protocol/imports.ts';
import { LIMITS } from '../../../protocol/rest.ts';
import { createPace, type Progress } from '../../command/pace.ts';
import { ServerError, type ServerLink } from '../../command/server-link.ts';
import type { ListedPerson } from '../people-list.ts';
import { insideOf } from '../read-folder.ts';

/** Photos wait for live crops, so that one person may take minutes. */
const PERSON_LIMIT_MS = 15 * 60_000;
const TRIES = 5;
const RETRY_MS = 1000;
const LONGEST_RETRY_MS = 10_000;

type How = { duplicates: 'skip' | 'allow'; face: 'only' | 'largest' };

/**
 * Has the server enrol everybody of the list, several at once. Only the photos of those on their way are in memory.
 * @param options.root where the paths begin; no link may lead out of it
 * @param options.onImported told of each person, in the order in which they are done
 * @throws {ServerError} when the server stays away or lets nobody in; the signal's reason
 */
export async function runImport(options: {
  server: ServerLink;
  root: string;
  people: readonly ListedPerson[];
  how: How;
  atOnce: number;
  signal: AbortSignal;
  onImported: (imported: Imported) => void;
  onProgress?: (progress: Progress) => void;
}): Promise<void> {
  const { server, people, atOnce, signal, onImported } = options;
  const pace = createPace(people.length, options.onProgress);
  const chunks = Array.from({ length: Math.ceil(people.length / IMPORT_LIMITS.checked) }, (_, i) =>
    people.slice(i * IMPORT_LIMITS.checked, (i + 1) * IMPORT_LIMITS.checked),
  );
  const failed = new AbortController();
  const stop = AbortSignal.any([signal, failed.signal]);

  /** Asked a chunk ahead of the turn of its people: what was done by an earlier run is not sent again. */
  async function* toImport() {
    for (const chunk of chunks) {
      const there = await alreadyThere({ server, chunk, signal: stop });
      for (const person of chunk) yield { person, there: there.get(person.key) };
    }
  }
  const waiting = toImport();
  const lane = async () => {
    for (;;) {
      stop.throwIfAborted();
      const next = await waiting.next();
      if (next.done) return;
      const { person, there } = next.value;
      onImported(there ?? (await importOne({ ...options, person, signal: stop })));
      pace.tick(there ? 'old' : 'fresh');
    }
  };
  try {
    await Promise.all(Array.from({ length: atOnce }, lane));
  } catch (error) {
    failed.abort(error);
    throw error;
  }
}

async function alreadyThere(options: {
  server: ServerLink;
  chunk: readonly ListedPerson[];
  signal: AbortSignal;
}): Promise<Map<string, Imported>> {
  const { server, chunk, signal } = options;
  const asked = chunk.map(({ key, externalId }) => ({ key, ...(externalId ? { externalId } : {}) }));
  const { there } = await patiently(signal, () =>
    server.ask(importCheckResponseSchema, {
      method: 'POST',
      path: '/imports/check',
      body: { people: asked },
      signal,
    }),
  );
  const names = new Map(chunk.map(({ key, name }) => [key, name]));
  return new Map(
    there.map(({ key, person }) => [
      key,
      {
        key,
        name: names.get(key) ?? person.name,
        outcome: 'already-there',
        person,
        accepted: 0,
        refused: [],
        unused: 0,
      },
    ]),
  );
}

async function importOne(options: {
  server: ServerLink;
  root: string;
  person: ListedPerson;
  how: How;
  signal: AbortSignal;
}): Promise<Imported> {
  const { server, person, how, signal } = options;
  const { key, name, externalId, consent } = person;
  const { files, refused, unused } = await readPhotos(options.root, person.photos);
  const of = { key, name, accepted: 0, refused, unused };
  if (files.length === 0) {
    const message = refused.length > 0 ? 'No photo can be sent.' : 'There is no photo of this person.';
    return { ...of, outcome: 'refused', message };
  }
  const form = new FormData();
  const fields = { key, name, externalId, consent: consent?.toString(), ...how };
  for (const [field, value] of Object.entries(fields)) if (value !== undefined) form.set(field, value);
  for (const file of files) form.append('photos', file);
  try {
    const imported = await patiently(signal, () =>
      server.ask(importedSchema, {
        method: 'POST',
        path: '/imports/people',
        body: form,
        timeoutMs: PERSON_LIMIT_MS,
        signal,
      }),
    );
    return { ...imported, refused: [...refused, ...imported.refused], unused };
  } catch (error) {
    if (!(error instanceof ServerError) || isTheEnd(error)) throw error;
    return { ...of, outcome: 'failed', message: error.message };
  }
}

/** Without a server, or without its leave, no other person fares better. */
function isTheEnd({ status }: ServerError): boolean {
  return status === undefined || status === 401 || status === 403 || status === 404;
}

/** Tries again, a little later each time, what may work then. */
async function patiently<T>(signal: AbortSignal, work: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await work();
    } catch (error) {
      signal.throwIfAborted();
      if (!(error instanceof ServerError) || !error.retryable || attempt === TRIES) throw error;
      await sleep(Math.min(LONGEST_RETRY_MS, RETRY_MS * 2 ** attempt), undefined, { signal });
    }
  }
}

/** Those photos that one request takes; of the others it is said why not. */
async function readPhotos(root: string, paths: readonly string[]) {
  const files: File[] = [];
  const refused: RefusedPhoto[] = [];
  let bytes = 0;
  let unused = 0;
  for (const path of paths) {
    if (files.length >= IMPORT_LIMITS.photosPerPerson) {
      unused++;
      continue;
    }
    const filename = basename(path);
    const refuse = (message: string, reason?: RefusedPhoto['reason']) =>
      refused.push({ filename, message, ...(reason ? { reason } : {}) });
    const place = join(root, path);
    // Looked at again now: the list may be an hour old, and a link may have been put in a file's place.
    const info = await insideOf(root, place);
    if (!info?.isFile()) refuse('It is not there any more, or is a link that leads out of the folder.');
    else if (info.size === 0) refuse('The file is empty.', 'unreadable');
    else if (info.size > LIMITS.photoBytes) {
      refuse(`It is larger than ${LIMITS.photoBytes / 1024 / 1024} MB.`, 'too-large');
    } else if (bytes + info.size > LIMITS.requestBytes) unused++;
    else {
      try {
        files.push(new File([await readFile(place)], filename));
        bytes += info.size;
      } catch (error) {
        refuse(`It cannot be read (${(error as NodeJS.ErrnoException).code}).`);
      }
    }
  }
  return { files, refused, unused };
}
