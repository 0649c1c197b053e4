import type { EmbedderEntry } from '../../models/manifest.schema.ts';
import type { Provider, Wanted } from './providers.ts';
import { startThread, type ThreadError } from './thread.ts';

export type EngineOptions = {
  model: string;
  provider: Wanted;
  /** Where optional and added models lie, in its folder `models`. */
  dataDir: string;
};
export type EngineStarted = { provider: Provider; passedOver: string[] };

/** A person of the gallery and the cosine of their template with a query. */
export type Match = { personId: string; score: number };
export type Template = { personId: string; template: Float32Array };

export type EngineMethods = {
  embed(batch: { input: Float32Array; count: number; student: string | undefined }): Promise<Float32Array>;
  openStudent(student: { id: string; entry: EmbedderEntry; onnx: Uint8Array }): Promise<void>;
  closeStudent(student: { id: string }): Promise<void>;
  match(batch: { queries: Float32Array; count: number; k: number }): Promise<Match[][]>;
  upsert(person: Template): void;
  remove(person: { personId: string }): void;
  replace(gallery: { people: Template[] }): void;
};

/** Candidates given for a query; the protocol carries no more. */
export const MAX_CANDIDATES = 5;

/** The embedder and the gallery's templates, on a thread of their own. Calls take effect in the order they are made. */
export type Engine = {
  readonly provider: Provider;
  /** Better providers that do not work here, each with the reason. */
  readonly passedOver: readonly string[];
  /**
   * @param input float32 `[count, 3, 112, 112]`; handed over, so empty for the caller afterwards
   * @param student that is open; the embedder itself where absent
   * @returns float32 `[count, embedding size]`, not normalised
   */
  embed(input: Float32Array<ArrayBuffer>, count: number, student?: string): Promise<Float32Array>;
  /**
   * Opens a student beside the embedder, on the same provider.
   * @throws {ThreadError} when it cannot be run, or gives another vector for the golden crop than its entry says
   */
  openStudent(student: { id: string; entry: EmbedderEntry; onnx: Uint8Array }): Promise<void>;
  closeStudent(id: string): Promise<void>;
  /**
   * Exact search.
   * @param queries float32 `[count, embedding size]`, rows of length 1 or less; handed over
   * @returns for each query the best people, best first, at most {@link MAX_CANDIDATES}
   */
  match(queries: Float32Array<ArrayBuffer>, count: number): Promise<Match[][]>;
  upsert(person: Template): Promise<void>;
  remove(personId: string): Promise<void>;
  replace(people: Template[]): Promise<void>;
  close(): Promise<void>;
};

/**
 * Starts the engine.
 * @param options.model name in the library of models
 * @param options.onDeath called when the thread ends by itself; the engine is of no use then
 * @throws {ThreadError} with the reason: no such model, damaged file, provider that does not work
 */
export async function startEngine(
  options: EngineOptions & { onDeath: (error: ThreadError) => void },
): Promise<Engine> {
  const { model, provider, dataDir, onDeath } = options;
  const { thread, started } = await startThread<EngineMethods, EngineStarted>({
    script: new URL('./engine-thread.ts', import.meta.url),
    data: { model, provider, dataDir } satisfies EngineOptions,
    onDeath,
  });
  return {
    ...started,
    embed: (input, count, student) => thread.call('embed', { input, count, student }, [input.buffer]),
    openStudent: (student) => thread.call('openStudent', student),
    closeStudent: (id) => thread.call('closeStudent', { id }),
    match: (queries, count) => thread.call('match', { queries, count, k: MAX_CANDIDATES }, [queries.buffer]),
    upsert: (person) => thread.call('upsert', person),
    remove: (personId) => thread.call('remove', { personId }),
    replace: (people) => thread.call('replace', { people }),
    close: () => thread.close(),
  };
}
