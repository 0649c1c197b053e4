/** Identification of people who were never trained on, with one threshold: TPIR and rank 1 (ISO/IEC 19795-1). */
import { cosine } from '../embedding.ts';

export type Accuracy = {
  readonly rank1: number;
  readonly tpirAtFpir: number;
  /** Mean of the TPIR at {@link FPIRS}: steadier where only a few people are held out. */
  readonly meanTpir: number;
};

/** Enrolled by one photo each, searched for by others; strangers are searched for and are not enrolled. */
export type HeldOut = {
  readonly gallery: readonly Float32Array[];
  readonly probes: readonly { readonly embedding: Float32Array; readonly person: number }[];
  readonly strangers: readonly Float32Array[];
};

/** One stranger in a hundred may be given a name. */
const FPIR = 0.01;
const FPIRS = [0.01, 0.02, 0.05, 0.1];

/**
 * Searches for strangers decide the threshold. So few of them exceed it that every one counts; therefore the probes
 * are searched for a second time with their own person left out, as strangers too.
 * @returns `rank1`: the share of probes whose own template is the most like; `tpirAtFpir`: of those also above the
 * lowest threshold that at most a share `fpir` of the strangers reaches
 */
export function measureHeldOut({ gallery, probes, strangers }: HeldOut, fpir = FPIR): Accuracy {
  /** The best cosine, of everybody but one person. */
  const bestWithout = (embedding: Float32Array, person: number): number => {
    let best = -2;
    for (const [i, template] of gallery.entries()) {
      if (i !== person) best = Math.max(best, cosine(embedding, template));
    }
    return best;
  };
  const searches = probes.map(({ embedding, person }) => ({
    mate: cosine(embedding, gallery[person] as Float32Array),
    other: bestWithout(embedding, person),
  }));
  const impostors = [
    ...strangers.map((embedding) => bestWithout(embedding, -1)),
    ...searches.map(({ other }) => other),
  ];
  impostors.sort((a, b) => b - a);
  const first = searches.filter(({ mate, other }) => mate > other);
  const tpirAt = (fpir: number) => {
    const threshold = impostors[Math.floor(fpir * impostors.length + 1e-9)] ?? -2;
    return first.filter(({ mate }) => mate > threshold).length / probes.length;
  };
  return {
    rank1: first.length / probes.length,
    tpirAtFpir: tpirAt(fpir),
    meanTpir: FPIRS.reduce((sum, rate) => sum + tpirAt(rate), 0) / FPIRS.length,
  };
}
