import { computed, signal } from '@preact/signals';
import type { Role } from '../../protocol/rest.ts';

export const PAGES = [
  'streams',
  'events',
  'unknowns',
  'people',
  'enrol',
  'identify',
  'verify',
  'evaluation',
  'training',
  'admin',
] as const;
export type Page = (typeof PAGES)[number];

/** What a guard sees. All else changes something, or tells of people who were not seen. */
const WATCHING: readonly Page[] = ['streams', 'events'];

/** The pages that a role may open. */
export function pagesOf(role: Role): readonly Page[] {
  if (role === 'admin') return PAGES;
  return role === 'guard' ? WATCHING : PAGES.filter((name) => name !== 'admin');
}

const hash = signal(location.hash);
addEventListener('hashchange', () => {
  hash.value = location.hash;
});

/** The page that the address names; `#/streams` when it names none. */
export const page = computed<Page>(() => {
  const name = hash.value.replace(/^#\/?/, '').split(/[/?]/)[0];
  return PAGES.find((one) => one === name) ?? 'streams';
});

/** What the address names within the page, as the person in `#/people/ID`. */
export const subject = computed<string | undefined>(() => {
  const [, name] = hash.value.replace(/^#\/?/, '').split('?')[0]?.split('/') ?? [];
  return name || undefined;
});

export function hrefOf(name: Page): string {
  return `#/${name}`;
}

export function goTo(name: Page): void {
  location.hash = hrefOf(name);
}

export function hrefOfUnknown(id: string): string {
  return `${hrefOf('unknowns')}/${id}`;
}

export function hrefOfImport(): string {
  return `${hrefOf('enrol')}/import`;
}

export function hrefOfPerson(id: string): string {
  return `${hrefOf('people')}/${id}`;
}

export function goToPerson(id: string): void {
  location.hash = hrefOfPerson(id);
}

/** What stands behind `?` in the address's fragment. */
export const parameters = computed(() => new URLSearchParams(hash.value.split('?')[1] ?? ''));
