import { seededRandom } from './random.ts';
import { isSupported, percentileInterval, type Rate, wilson } from './rates.ts';
import type { Search, Searches } from './searches.ts';

/** What a promised rate of false positives came to. */
export type AtFpir = {
  fpir: number;
  /** Cosine; the mean over the splits. */
  threshold: number;
  /** People who were identified: the right name, above the threshold. */
  tpir: Rate;
  /** Strangers who were given a name. */
  measuredFpir: Rate;
  /** Whether there are enough searches of strangers to speak of this rate (rule of 3). */
  supported: boolean;
};

export type Identification = {
  /** People enrolled, mean over the splits. */
  gallerySize: number;
  /** Searches for people who are enrolled, and for strangers; all splits together. */
  probes: number;
  strangers: number;
  /** Different people among them. */
  probePeople: number;
  strangerPeople: number;
  failedToEnrol: number;
  rank1: Rate;
  /** Share of probes whose own template is among the first so many. */
  cmc: { rank: number; rate: number }[];
  /** Thresholds measured: on the strangers of the other splits. */
  atFpir: AtFpir[];
  /** Thresholds promised: by the model's table, before anything was seen of these people. */
  promised: AtFpir[];
  curve: { threshold: number; tpir: number; fpir: number }[];
};

/** Below every cosine: no face, no name. */
const NO_MATCH = -2;
const RANKS = [1, 2, 3, 5, 10, 20];
const RESAMPLES = 400;
const GRID = Array.from({ length: 201 }, (_, i) => i / 200);

/**
 * Rates of open-set identification (ISO/IEC 19795-1: FPIR, and TPIR = 1 − FNIR; at rank 1). The threshold that is
 * judged on one split is chosen on the strangers of the other splits. Intervals are 95 %, by bootstrap over people:
 * a person's searches in several splits are no independent trials. At 0 and 1, where resampling shows no spread, it
 * is Wilson's over the number of people.
 * @param thresholdFor the promised threshold, by FPIR and gallery size
 * @returns null without probes or without strangers
 */
export function identification({
  searches: { searches, gallerySizes, failedToEnrol },
  fpirs,
  thresholdFor,
}: {
  searches: Searches;
  fpirs: readonly number[];
  thresholdFor: (fpir: number, gallerySize: number) => number;
}): Identification | null {
  const probes = searches.filter(({ known }) => known);
  const strangers = searches.filter(({ known }) => !known);
  if (probes.length === 0 || strangers.length === 0) return null;

  const judge = (fpir: number, thresholds: readonly number[]): AtFpir => {
    const passes = ({ score, split }: Search) => score !== null && score >= (thresholds[split] as number);
    return {
      fpir,
      threshold: thresholds.reduce((sum, value) => sum + value, 0) / thresholds.length,
      tpir: rateOverPeople(probes, (search) => search.rank === 1 && passes(search)),
      measuredFpir: rateOverPeople(strangers, passes),
      supported: isSupported({ rate: fpir, trials: strangers.length }),
    };
  };
  return {
    gallerySize: gallerySizes.reduce((sum, size) => sum + size, 0) / gallerySizes.length,
    probes: probes.length,
    strangers: strangers.length,
    probePeople: new Set(probes.map(({ person }) => person)).size,
    strangerPeople: new Set(strangers.map(({ person }) => person)).size,
    failedToEnrol,
    rank1: rateOverPeople(probes, ({ rank }) => rank === 1),
    cmc: RANKS.map((rank) => ({
      rank,
      rate: shareOf(probes, (search) => search.rank !== null && search.rank <= rank),
    })),
    atFpir: fpirs.map((fpir) =>
      judge(
        fpir,
        gallerySizes.map((_, split) => {
          const others = strangers.filter((search) => search.split !== split);
          return thresholdAt(others.length > 0 ? others : strangers, fpir);
        }),
      ),
    ),
    promised: fpirs.map((fpir) =>
      judge(
        fpir,
        gallerySizes.map((size) => thresholdFor(fpir, size)),
      ),
    ),
    curve: GRID.map((threshold) => ({
      threshold,
      tpir: shareOf(probes, ({ rank, score }) => rank === 1 && score !== null && score >= threshold),
      fpir: shareOf(strangers, ({ score }) => score !== null && score >= threshold),
    })),
  };
}

/** The lowest cosine that at most a share `fpir` of the strangers reaches. */
function thresholdAt(strangers: readonly Search[], fpir: number): number {
  const scores = Float64Array.from(strangers, ({ score }) => score ?? NO_MATCH)
    .sort()
    .reverse();
  const allowed = Math.floor(fpir * scores.length + 1e-9);
  const next = scores[allowed];
  return next === undefined ? -1 : next + 1e-9;
}

function shareOf(searches: readonly Search[], counts: (search: Search) => boolean): number {
  return searches.filter(counts).length / searches.length;
}

/** The share of searches that count, with its interval by bootstrap over people. */
function rateOverPeople(searches: readonly Search[], counts: (search: Search) => boolean): Rate {
  const people = new Map<number, { count: number; of: number }>();
  for (const search of searches) {
    const one = people.get(search.person) ?? { count: 0, of: 0 };
    people.set(search.person, { count: one.count + Number(counts(search)), of: one.of + 1 });
  }
  const clusters = [...people.values()];
  const count = clusters.reduce((sum, one) => sum + one.count, 0);
  const value = count / searches.length;
  if (count === 0 || count === searches.length) {
    const { low, high } = wilson({ count: value * clusters.length, of: clusters.length }) as Rate;
    return { value, low, high, count, of: searches.length };
  }
  const random = seededRandom(1);
  const resampled = Array.from({ length: RESAMPLES }, () => {
    let [hits, trials] = [0, 0];
    for (let i = 0; i < clusters.length; i++) {
      const drawn = clusters[Math.floor(random() * clusters.length)] as { count: number; of: number };
      hits += drawn.count;
      trials += drawn.of;
    }
    return hits / trials;
  });
  return { value, ...percentileInterval(resampled), count, of: searches.length };
}
