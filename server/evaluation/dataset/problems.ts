import type { EvaluationProblems, PROBLEM_KINDS } from '../../../protocol/evaluation.ts';

type Kind = (typeof PROBLEM_KINDS)[number];

/** Of each kind so many are named; the rest is counted. */
const LISTED_PER_KIND = 20;

/** What is wrong with the data, bounded: a folder of a million broken files makes a short list. */
export class Problems {
  readonly #listed: EvaluationProblems['listed'] = [];
  readonly #counts = new Map<Kind, number>();

  add(kind: Kind, subject: string, message: string): void {
    const count = (this.#counts.get(kind) ?? 0) + 1;
    this.#counts.set(kind, count);
    if (count <= LISTED_PER_KIND) this.#listed.push({ kind, subject: subject.slice(0, 300), message });
  }

  summary(): EvaluationProblems {
    return {
      total: [...this.#counts.values()].reduce((sum, count) => sum + count, 0),
      byKind: Object.fromEntries(this.#counts),
      listed: [...this.#listed],
    };
  }
}
