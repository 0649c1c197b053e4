import { signal } from '@preact/signals';
import type { PEOPLE_SORTS } from '../../../protocol/rest.ts';

export const SHOWN = ['all', 'hidden', 'consent', 'photos'] as const;
/** Rows of a page: enough to scan, few enough that ten thousand people are as smooth as fifty. */
export const PAGE_SIZE = 50;

/** What the list looks for. It stays while other pages are open, so that the way back leads to the same place. */
export const peopleSearch = {
  query: signal(''),
  shown: signal<(typeof SHOWN)[number]>('all'),
  sort: signal<(typeof PEOPLE_SORTS)[number]>('name'),
  /** From 0. */
  page: signal(0),
};

/** The search as parameters of `GET /people`. */
export function peopleParameters(): URLSearchParams {
  const { query, shown, sort, page } = peopleSearch;
  const parameters = new URLSearchParams({
    sort: sort.value,
    limit: String(PAGE_SIZE),
    offset: String(PAGE_SIZE * page.value),
  });
  const q = query.value.trim();
  if (q) parameters.set('q', q);
  if (shown.value === 'hidden') parameters.set('hidden', 'only');
  if (shown.value === 'consent' || shown.value === 'photos') parameters.set('lacks', shown.value);
  return parameters;
}
