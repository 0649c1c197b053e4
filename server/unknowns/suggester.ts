import { candidateProbabilities } from '../../models/decision.ts';
import type { EmbedderEntry } from '../../models/manifest.schema.ts';
import type { Decision } from '../../protocol/jobs.ts';
import { type Suggestion, UNKNOWN_LIMITS } from '../../protocol/unknowns.ts';

/** Whoever is less likely than this is not worth a question. */
const LEAST_PROBABILITY = 0.05;
/** Groups whose search is remembered. */
const KEPT = 2000;
/** Workers take a change of the gallery up within a second. */
const BEHIND_MS = 3000;
const BEHIND_RETRY_MS = 100;

type Searched = { mean: Float32Array; gallery: number; decision: Decision };

/** Says who enrolled a group may be: its mean embedding is searched in the gallery by a worker. */
export type Suggester = {
  /**
   * Suggestions as far as the gallery has been searched; what is missing or out of date is searched now.
   * @param waitMs how long to wait for that; what comes later is told by `onNews`
   */
  suggest(groups: readonly string[], waitMs: number): Promise<Map<string, Suggestion[]>>;
};

/**
 * @param dependencies.meanOf the likeness of a group
 * @param dependencies.names of people who may be suggested for a group; the others are left out
 * @param dependencies.galleryHead version of the gallery in the database
 * @param dependencies.onNews told when suggestions have changed
 */
export function createSuggester(dependencies: {
  meanOf: (group: string) => Float32Array | undefined;
  search: (input: { embeddings: readonly Float32Array[]; model: string }) => Promise<Decision[]>;
  names: (group: string, people: readonly string[]) => Promise<Map<string, string>>;
  galleryHead: () => Promise<number>;
  model: EmbedderEntry;
  onNews: () => void;
}): Suggester {
  const { meanOf, search, names, galleryHead, model, onNews } = dependencies;
  const searched = new Map<string, Searched>();

  const searchAll = async (groups: readonly string[], head: number): Promise<void> => {
    const asked = groups.flatMap((group) => {
      const mean = meanOf(group);
      return mean ? [{ group, mean }] : [];
    });
    if (asked.length === 0) return;
    const embeddings = asked.map(({ mean }) => mean);
    const until = Date.now() + BEHIND_MS;
    for (;;) {
      const decisions = await search({ embeddings, model: model.name });
      const behind = decisions.some(({ galleryVersion }) => galleryVersion < head);
      if (behind && Date.now() < until) {
        await new Promise((done) => setTimeout(done, BEHIND_RETRY_MS));
        continue;
      }
      for (const [i, { group, mean }] of asked.entries()) {
        searched.delete(group);
        searched.set(group, { mean, gallery: head, decision: decisions[i] as Decision });
        if (searched.size > KEPT) searched.delete(searched.keys().next().value as string);
      }
      return;
    }
  };

  const inWords = async (group: string): Promise<Suggestion[]> => {
    const found = searched.get(group);
    if (!found || found.decision.candidates.length === 0 || found.decision.model !== model.name) return [];
    const { candidates, gallerySize } = found.decision;
    const known = await names(
      group,
      candidates.map(({ personId }) => personId),
    );
    const left = candidates.filter(({ personId }) => known.has(personId));
    const scores = left.map(({ score }) => score);
    const probabilities = candidateProbabilities({ manifestEntry: model, scores, gallerySize });
    return left
      .map(({ personId: id, score }, i) => ({
        person: { id, name: known.get(id) ?? '' },
        score,
        probability: probabilities[i] ?? 0,
      }))
      .filter(({ probability }) => probability >= LEAST_PROBABILITY)
      .slice(0, UNKNOWN_LIMITS.suggestions);
  };

  return {
    async suggest(groups, waitMs) {
      const head = await galleryHead();
      const stale = groups.filter((group) => {
        const before = searched.get(group);
        return !before || before.mean !== meanOf(group) || before.gallery < head;
      });
      if (stale.length > 0) {
        let late = false;
        const work = searchAll(stale, head).then(
          () => {
            if (late) onNews();
          },
          () => {}, // Without a worker there is nothing to suggest; the next look tries again.
        );
        const { promise: tooLate, resolve } = Promise.withResolvers<void>();
        const timer = setTimeout(() => {
          late = true;
          resolve();
        }, waitMs);
        await Promise.race([work, tooLate]);
        clearTimeout(timer);
      }
      const suggestions = await Promise.all(
        groups.map(async (group) => [group, await inWords(group)] as const),
      );
      return new Map(suggestions);
    },
  };
}
