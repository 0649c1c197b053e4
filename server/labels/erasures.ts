import type { Decision } from '../../protocol/jobs.ts';

const KEPT = 10_000;

/** Who was erased, and from which version of the gallery on: a worker may still answer from an older one. */
export class Erasures {
  readonly #versions = new Map<string, number>();

  add(personId: string, galleryVersion: number): void {
    this.#versions.set(personId, galleryVersion);
    if (this.#versions.size > KEPT) this.#versions.delete(this.#versions.keys().next().value as string);
  }

  /** Whether this decision knows of somebody who is gone: it must not be shown. */
  outdates({ candidates, galleryVersion }: Pick<Decision, 'candidates' | 'galleryVersion'>): boolean {
    return candidates.some(({ personId }) => galleryVersion < (this.#versions.get(personId) ?? 0));
  }
}
