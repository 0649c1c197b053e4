import type { UnknownGroup, UnknownGroupDetails } from '../../protocol/unknowns.ts';
import { noSuchGroup, noSuchPerson, noSuchSightings } from './assigner.ts';
import type { Grouper } from './grouper.ts';
import type { Suggester } from './suggester.ts';
import type { UnknownStore } from './unknown.store.ts';
import type { UnknownListStore } from './unknown-list.store.ts';

/** How long a list waits for the search of who its groups may be. */
const SUGGEST_WAIT_MS = 500;

/** The groups of unknown people as operators see and order them. Each change is told to the consoles. */
export type Unknowns = {
  list(query: { ignored: boolean; limit: number; offset: number }): Promise<{
    groups: UnknownGroup[];
    total: number;
    ignored: number;
    retentionHours: number;
  }>;
  /** @throws {FacewireError} `not-found`, as the others do */
  get(group: string): Promise<UnknownGroupDetails>;
  setIgnored(input: { group: string; ignored: boolean; by: string }): Promise<void>;
  setDenied(input: { group: string; person: string; denied: boolean; by: string }): Promise<void>;
  /** @returns the group where the sightings are now */
  move(input: { group: string; sightings: readonly string[]; to: string; by: string }): Promise<string>;
  /** @returns how many sightings were erased */
  erase(input: { group: string; by: string }): Promise<number>;
};

/**
 * @param dependencies.retentionHours how long sightings of unknown people are kept
 * @param dependencies.onErased told which sightings are gone
 * @param dependencies.onChange told when groups are otherwise than before
 */
export function createUnknowns(dependencies: {
  store: UnknownStore;
  lists: UnknownListStore;
  grouper: Pick<Grouper, 'sync'>;
  suggester: Suggester;
  retentionHours: () => Promise<number>;
  onErased: (sightings: readonly string[]) => void;
  onChange: () => void;
}): Unknowns {
  const { store, lists, grouper, suggester, retentionHours, onErased, onChange } = dependencies;
  const changed = async () => {
    await grouper.sync();
    onChange();
  };
  return {
    async list(query) {
      const { groups, total, ignored } = await lists.list(query);
      const ids = groups.map(({ id }) => id);
      const suggestions = await suggester.suggest(ids, SUGGEST_WAIT_MS);
      return {
        groups: groups.map((group) => ({ ...group, suggestions: suggestions.get(group.id) ?? [] })),
        total,
        ignored,
        retentionHours: await retentionHours(),
      };
    },
    async get(id) {
      const group = await lists.get(id);
      if (!group) throw noSuchGroup();
      const suggestions = await suggester.suggest([id], SUGGEST_WAIT_MS);
      return { ...group, suggestions: suggestions.get(id) ?? [] };
    },
    async setIgnored(input) {
      if (!(await store.setIgnored(input))) throw noSuchGroup();
      onChange();
    },
    async setDenied(input) {
      if (!(await lists.get(input.group))) throw noSuchGroup();
      if (!(await store.setDenied(input))) throw noSuchPerson(input.person);
      onChange();
    },
    async move(input) {
      if (!(await lists.get(input.group))) throw noSuchGroup();
      const target = await store.move(input);
      if (!target) throw noSuchSightings();
      await changed();
      return target;
    },
    async erase(input) {
      const erased = await store.erase(input);
      if (!erased) throw noSuchGroup();
      onErased(erased);
      await changed();
      return erased.length;
    },
  };
}
