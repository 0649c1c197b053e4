/** Steps of the histogram per unit of cosine: as fine as the digits of a threshold table. */
const STEPS = 10_000;

/** Cosines of enrolled people among themselves, counted in steps of 0.0001 from −1 to 1. */
export type ImpostorScores = {
  readonly histogram: Uint32Array;
  /** How many were counted: two for each pair of people. */
  readonly comparisons: number;
  readonly people: number;
};

export type PersonPair = { readonly a: number; readonly b: number; readonly score: number };

/** Embeddings of length 1, one after the other. */
export type Matrix = { readonly values: Float32Array; readonly columns: number };

/**
 * Compares a photo of each person with everybody else's template, both ways.
 * @param input.probes a photo's embedding of each person
 * @param input.templates in the same order
 * @param input.mostComparisons with more than these, evenly spaced people are compared with everybody
 * @param input.mostAlike so many of the closest pairs are listed, by the higher of their two cosines
 * @param input.alikeFrom and only from this cosine on
 */
export function compareEnrolled(input: {
  probes: Matrix;
  templates: Matrix;
  mostComparisons: number;
  mostAlike: number;
  alikeFrom: number;
}): ImpostorScores & { alike: PersonPair[] } {
  const { probes, templates, mostComparisons, mostAlike, alikeFrom } = input;
  const people = rowsOf(templates);
  const histogram = new Uint32Array(2 * STEPS + 1);
  const count = (score: number) => {
    const step = stepOf(score);
    histogram[step] = (histogram[step] as number) + 1;
  };
  const stride = Math.max(1, Math.ceil((people * (people - 1)) / mostComparisons));
  let alike: PersonPair[] = [];
  let comparisons = 0;
  for (let a = 0; a < people; a += stride) {
    for (let b = 0; b < people; b++) {
      // A pair of two people who are both compared with everybody counts once.
      if (b === a || (b < a && b % stride === 0)) continue;
      const [there, back] = [dot(probes, a, templates, b), dot(probes, b, templates, a)];
      count(there);
      count(back);
      comparisons += 2;
      const score = Math.max(there, back);
      if (score >= alikeFrom) alike.push({ a, b, score });
    }
    if (alike.length > 4 * mostAlike) alike = closest(alike, mostAlike);
  }
  return { histogram, comparisons, people, alike: closest(alike, mostAlike) };
}

/** How many of the scores reach each cosine. */
export function countAbove({ histogram }: ImpostorScores, cosines: readonly number[]): number[] {
  return cosines.map((cosine) => {
    let count = 0;
    for (let step = histogram.length - 1; step >= stepOf(cosine); step--) count += histogram[step] as number;
    return count;
  });
}

export function rowsOf({ values, columns }: Matrix): number {
  return columns > 0 ? values.length / columns : 0;
}

/** Cosine of row `i` of one matrix and row `j` of another. */
export function dot(left: Matrix, i: number, right: Matrix, j: number): number {
  const { columns } = left;
  const [from, to] = [i * columns, j * columns];
  let sum = 0;
  for (let k = 0; k < columns; k++) {
    sum += (left.values[from + k] as number) * (right.values[to + k] as number);
  }
  return sum;
}

/** The step that holds a cosine; a hair is added so that 0.453 lies in its own step. */
function stepOf(cosine: number): number {
  return Math.floor((Math.max(-1, Math.min(1, cosine)) + 1) * STEPS + 1e-6);
}

function closest(pairs: readonly PersonPair[], most: number): PersonPair[] {
  return pairs.toSorted((x, y) => y.score - x.score).slice(0, most);
}
