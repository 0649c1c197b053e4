import { cropsToInput, normalize } from '../../models/embedding.ts';
import { addEvidence, type Evidence } from '../../models/evidence.ts';
import type { EmbedderEntry } from '../../models/manifest.schema.ts';
import type { Engine, Match } from '../runtime/engine.ts';
import type { Student, Students } from '../runtime/students.ts';
import { createBatcher } from './batcher.ts';

/** A decoded crop on its way through embed and match. */
export type Probe = {
  /** RGBA of 112 × 112. */
  crop: Uint8Array;
  quality: number;
  /** The track's, and the student that made it; of another version it is left out. */
  evidence: (Evidence & { readonly student: string | undefined }) | undefined;
  /** Student of the camera. Until it is ready here, the embedder itself serves. */
  student?: string | undefined;
  /** Server clock, ms; a probe that has not been started by then is left. */
  deadlineAt: number;
};

export type Recognition =
  | { kind: 'late' }
  /** The embedder gave no usable vector for this crop. */
  | { kind: 'no-embedding' }
  | {
      kind: 'recognized';
      /** Whose embedding it is; absent: the embedder's own. */
      student: Student | undefined;
      evidence: Evidence;
      evidenceReset: boolean;
      /** Best first. */
      matches: Match[];
      /** ms; when its batch was embedded, and when it was matched. */
      embeddedAt: number;
      matchedAt: number;
    };

export type Recognizer = { recognize(probe: Probe): Promise<Recognition> };

/**
 * Embeds what waits as one batch, or as one for each student, adds each embedding to its track's evidence, and
 * searches with that.
 * @param options.limit most crops in one batch
 * @param options.now ms since the epoch
 */
export function createRecognizer(options: {
  engine: Pick<Engine, 'embed' | 'match'>;
  entry: EmbedderEntry;
  students?: Pick<Students, 'find'>;
  limit: number;
  now: () => number;
}): Recognizer {
  const { engine, entry, students, limit, now } = options;
  const size = entry.embeddingSize;

  const embed = async (probes: readonly Probe[]) => {
    const batches = Map.groupBy(probes, ({ student }) => (student ? students?.find(student) : undefined));
    // Called right after the look-up, and in one go: no student is closed in between.
    const embedded = [...batches].map(async ([student, batch]) => {
      const input = cropsToInput({ crops: batch.map(({ crop }) => crop), input: entry.input });
      const output = await engine.embed(input, batch.length, student?.id);
      return batch.map((probe, row) => ({ probe, student, embedding: embeddingIn({ output, row, size }) }));
    });
    return (await Promise.all(embedded)).flat();
  };

  const run = async (probes: Probe[]): Promise<Recognition[]> => {
    const startedAt = now();
    const results = new Map<Probe, Recognition>();
    const inTime = probes.filter(({ deadlineAt }) => deadlineAt >= startedAt);
    if (inTime.length > 0) {
      const embedded = await embed(inTime);
      const embeddedAt = now();
      const gathered = embedded.flatMap(({ probe, student, embedding }) => {
        if (!embedding) results.set(probe, { kind: 'no-embedding' });
        if (!embedding) return [];
        const before = probe.evidence?.student === student?.id ? probe.evidence : undefined;
        const added = addEvidence({ evidence: before, embedding, quality: probe.quality });
        const reset = added.reset || (probe.evidence !== undefined && before === undefined);
        return [{ probe, student, ...added, reset }];
      });
      const found = await engine.match(concat(gathered.map(({ query }) => query)), gathered.length);
      const matchedAt = now();
      for (const [i, { probe, student, evidence, reset }] of gathered.entries()) {
        results.set(probe, {
          kind: 'recognized',
          student,
          evidence,
          evidenceReset: reset,
          matches: found[i] ?? [],
          embeddedAt,
          matchedAt,
        });
      }
    }
    return probes.map((probe) => results.get(probe) ?? { kind: 'late' });
  };
  const batcher = createBatcher({ limit, run });
  return { recognize: (probe) => batcher.submit(probe) };
}

/** One row of a batch's output, of length 1; undefined when it is zero or not finite. */
function embeddingIn(options: { output: Float32Array; row: number; size: number }): Float32Array | undefined {
  const { output, row, size } = options;
  try {
    return normalize(output.subarray(row * size, (row + 1) * size));
  } catch {
    return undefined;
  }
}

function concat(parts: readonly Float32Array[]): Float32Array<ArrayBuffer> {
  const joined = new Float32Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    joined.set(part, at);
    at += part.length;
  }
  return joined;
}
