/** Identification of people who were never trained on, with one threshold: TPIR and rank 1 (ISO/IEC 19795-1). */
import { cosine } from '../embedding.ts';

export type Accuracy = { readonly rank1: number; readonly tpirAtFpir: number };

/** Enrolled by one photo each, searched for by others; strangers are searched for and are not enrolled. */
export type HeldOut = {
  readonly gallery: readonly Float32Array[];
  readonly probes: readonly { readonly embedding: Float32Array; readonly person: number }[];
  readonly strangers: readonly Float32Array[];
};

/** One stranger in a hundred may be given a name. */
export const FPIR = 0.01;

/**
 * @returns `rank1`: the share of probes whose own template is the most like; `tpirAtFpir`: of those also above the
 * lowest threshold that at most a share `fpir` of the strangers reaches
 */
export function measureHeldOut({ gallery, probes, strangers }: HeldOut, fpir = FPIR): Accuracy {
  const search = (embedding: Float32Array) => {
    let best = { person: -1, score: -2 };
    for (const [person, template] of gallery.entries()) {
      const score = cosine(embedding, template);
      if (score > best.score) best = { person, score };
    }
    return best;
  };
  const impostors = strangers.map((embedding) => search(embedding).score).sort((a, b) => b - a);
  const threshold = impostors[Math.floor(fpir * impostors.length + 1e-9)] ?? -2;
  const found = probes.map(({ embedding, person }) => ({ ...search(embedding), own: person }));
  const right = found.filter(({ person, own }) => person === own);
  return {
    rank1: right.length / probes.length,
    tpirAtFpir: right.filter(({ score }) => score > threshold).length / probes.length,
  };
}
