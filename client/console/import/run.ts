import {
  IMPORT_LIMITS,
  type Imported,
  type ImportPlan,
  importCheckResponseSchema,
  importedSchema,
  importPlanSchema,
} from '../../../protocol/imports.ts';
import { LIMITS } from '../../../protocol/rest.ts';
import { ApiError, call } from '../api.ts';
import type { FolderFile } from '../evaluation/folder.ts';

/** Photos wait for live crops, so that one person may take minutes. */
const PERSON_LIMIT_MS = 15 * 60_000;
const AT_ONCE = 3;
const TRIES = 5;
const RETRY_MS = 2000;

export type How = { duplicates: 'skip' | 'allow'; face: 'only' | 'largest' };
type Planned = ImportPlan['people'][number];

/** Asks the server who is in the folder: it reads tables and paths as `npm run import` does. @throws {ApiError} */
export async function planImport(files: readonly FolderFile[]): Promise<ImportPlan> {
  const form = new FormData();
  const tables = files.filter(({ path }) => /\.csv$/i.test(path));
  const paths = JSON.stringify(files.map(({ path }) => path));
  form.append('paths', new File([paths], 'paths.json', { type: 'application/json' }));
  for (const { file } of tables) form.append('tables', file, file.name);
  return call('/imports/plan', importPlanSchema, { method: 'POST', body: form });
}

/**
 * Has the server enrol everybody of the plan, a few at once; whoever is there already is passed over, so that a run
 * that was cut off goes on when the folder is chosen again.
 * @param options.onImported told of each person
 * @throws {ApiError} when the server stays away; the signal's reason
 */
export async function runImport(options: {
  people: readonly Planned[];
  files: ReadonlyMap<string, File>;
  how: How;
  signal: AbortSignal;
  onImported: (imported: Imported) => void;
}): Promise<void> {
  const { people, signal, onImported } = options;
  async function* inTurn() {
    for (let at = 0; at < people.length; at += IMPORT_LIMITS.checked) {
      const chunk = people.slice(at, at + IMPORT_LIMITS.checked);
      const asked = chunk.map(({ key, externalId }) => ({ key, ...(externalId ? { externalId } : {}) }));
      const { there } = await patiently(signal, () =>
        call('/imports/check', importCheckResponseSchema, { method: 'POST', body: { people: asked } }),
      );
      const known = new Map(there.map(({ key, person }) => [key, person]));
      for (const person of chunk) yield { person, there: known.get(person.key) };
    }
  }
  const waiting = inTurn();
  const lane = async () => {
    for (;;) {
      signal.throwIfAborted();
      const next = await waiting.next();
      if (next.done) return;
      const { person, there } = next.value;
      onImported(
        there
          ? { ...nothingOf(person), outcome: 'already-there', person: there }
          : await one(person, options),
      );
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, lane));
}

async function one(
  person: Planned,
  { files, how, signal }: { files: ReadonlyMap<string, File>; how: How; signal: AbortSignal },
): Promise<Imported> {
  const { key, name, externalId, consent } = person;
  const photos = person.photos.flatMap((path) => files.get(path) ?? []);
  const tooLarge = photos.filter(({ size }) => size > LIMITS.photoBytes);
  const fit = photos.filter(({ size }) => size > 0 && size <= LIMITS.photoBytes);
  const sent = withinRequest(fit.slice(0, IMPORT_LIMITS.photosPerPerson));
  const refused = tooLarge.map((file) => ({ filename: file.name, reason: 'too-large' as const }));
  const own = { refused, unused: fit.length - sent.length };
  if (sent.length === 0) return { ...nothingOf(person), ...own, outcome: 'refused' };
  const form = new FormData();
  const fields = { key, name, externalId, consent: consent?.toString(), ...how };
  for (const [field, value] of Object.entries(fields)) if (value !== undefined) form.set(field, value);
  for (const file of sent) form.append('photos', file, file.name);
  try {
    const imported = await patiently(signal, () =>
      call('/imports/people', importedSchema, { method: 'POST', body: form, limitMs: PERSON_LIMIT_MS }),
    );
    return { ...imported, refused: [...refused, ...imported.refused], unused: own.unused };
  } catch (error) {
    if (!(error instanceof ApiError) || ['offline', 'unauthenticated', 'forbidden'].includes(error.code))
      throw error;
    return { ...nothingOf(person), ...own, outcome: 'failed', message: error.message };
  }
}

function withinRequest(files: readonly File[]): File[] {
  let bytes = 0;
  return files.filter(({ size }) => {
    bytes += size;
    return bytes <= LIMITS.requestBytes;
  });
}

function nothingOf({ key, name }: Planned): Omit<Imported, 'outcome'> {
  return { key, name, accepted: 0, refused: [], unused: 0 };
}

/** Tries again, a little later each time, what may work then. */
async function patiently<T>(signal: AbortSignal, work: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await work();
    } catch (error) {
      signal.throwIfAborted();
      if (!(error instanceof ApiError) || !error.retryable || attempt === TRIES) throw error;
      await new Promise((done) => setTimeout(done, RETRY_MS * attempt));
    }
  }
}
