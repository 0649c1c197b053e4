import { signal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { goTo } from './router.ts';

const ARROWS = {
  ArrowLeft: { x: -1, y: 0 },
  ArrowRight: { x: 1, y: 0 },
  ArrowUp: { x: 0, y: -1 },
  ArrowDown: { x: 0, y: 1 },
} as const;

/** After `g`, the letter that goes to a page; pages are known by their names in the address. */
export const PAGE_LETTERS: Readonly<Record<string, string>> = {
  streams: 's',
  events: 'e',
  unknowns: 'u',
  people: 'p',
  enrol: 'n',
  identify: 'i',
  verify: 'v',
  evaluation: 'l',
  training: 't',
  admin: 'a',
};
/** So long after `g` a letter still belongs to it. */
const SEQUENCE_MS = 1500;

export type PageKey = {
  /** As `KeyboardEvent.key` has it. */
  key: string;
  /** What it does, for the help. */
  what: string;
  /** Left out where what is focused handles the key itself. */
  run?: () => void;
};
/** Keys of the page that is open. */
export const pageKeys = signal<readonly PageKey[]>([]);

/** Gives a page keys of its own while it is open; they work where nobody types, and stand in the help. */
export function usePageKeys(keys: readonly PageKey[]): void {
  useEffect(() => {
    pageKeys.value = keys;
  });
  useEffect(
    () => () => {
      pageKeys.value = [];
    },
    [],
  );
}

/** `?` opens the help, `/` goes to the page's search, `g` and a letter to a page; then the page's own keys. */
export function useShortcuts({ onHelp }: { onHelp: () => void }): void {
  useEffect(() => {
    let wentAt = Number.NEGATIVE_INFINITY;
    const handle = (key: string, at: number): boolean => {
      const goes = at - wentAt < SEQUENCE_MS;
      wentAt = key === 'g' ? at : Number.NEGATIVE_INFINITY;
      if (goes) {
        const link = linkTo(key);
        link?.click();
        return link !== undefined;
      }
      if (key === '?') onHelp();
      else if (key === '/') focusSearch();
      else {
        const own = pageKeys.peek().find((one) => one.key === key)?.run;
        own?.();
        return own !== undefined;
      }
      return true;
    };
    const onKeyDown = (event: KeyboardEvent): void => {
      if (event.ctrlKey || event.metaKey || event.altKey) return;
      if (isTyping(event.target) || document.querySelector('dialog[open]')) return;
      if (!handle(event.key, event.timeStamp)) return;
      event.preventDefault();
      event.stopPropagation();
    };
    // Before what has the focus: the letter after `g` may be a key of a row or a tile as well.
    addEventListener('keydown', onKeyDown, { capture: true });
    return () => removeEventListener('keydown', onKeyDown, { capture: true });
  }, []);
}

/** The navigation's link to the page of a letter: who may not see a page has none. */
function linkTo(letter: string): HTMLAnchorElement | undefined {
  const name = Object.keys(PAGE_LETTERS).find((page) => PAGE_LETTERS[page] === letter);
  return document.querySelector<HTMLAnchorElement>(`.nav__link[data-page="${name}"]`) ?? undefined;
}

function focusSearch(): void {
  const search = (): HTMLElement | null => document.querySelector<HTMLElement>('main input[type="search"]');
  const here = search();
  if (here) {
    here.focus();
    return;
  }
  goTo('people');
  requestAnimationFrame(() => requestAnimationFrame(() => search()?.focus()));
}

/** Whether a key goes into a field. */
export function isTyping(target: EventTarget | null): boolean {
  // On a checkbox letters write nothing.
  const typed = 'input:not([type="checkbox"], [type="radio"]), textarea, select, [contenteditable]';
  return target instanceof HTMLElement && target.matches(typed);
}

/**
 * Key handler of a grid or list: arrows move the focus to the nearest element marked
 * `data-arrow-stop` in that direction, Home and End to the first and the last.
 */
export function moveByArrows(event: KeyboardEvent): void {
  const container = event.currentTarget as HTMLElement;
  const from = event.target as HTMLElement;
  if (!from.matches('[data-arrow-stop]')) return;
  const stops = [...container.querySelectorAll<HTMLElement>('[data-arrow-stop]')];
  const next = nextStop(event.key, from, stops);
  if (!next) return;
  event.preventDefault();
  next.focus();
}

function nextStop(key: string, from: HTMLElement, stops: readonly HTMLElement[]): HTMLElement | undefined {
  if (key === 'Home') return stops[0];
  if (key === 'End') return stops.at(-1);
  const direction = ARROWS[key as keyof typeof ARROWS];
  if (!direction) return undefined;
  const here = centreOf(from);
  let nearest: HTMLElement | undefined;
  let least = Number.POSITIVE_INFINITY;
  for (const stop of stops) {
    const there = centreOf(stop);
    const along = (there.x - here.x) * direction.x + (there.y - here.y) * direction.y;
    const aside = Math.abs((there.x - here.x) * direction.y) + Math.abs((there.y - here.y) * direction.x);
    const distance = along + 3 * aside;
    if (along > 1 && distance < least) [nearest, least] = [stop, distance];
  }
  return nearest;
}

function centreOf(element: HTMLElement): { x: number; y: number } {
  const { left, top, width, height } = element.getBoundingClientRect();
  return { x: left + width / 2, y: top + height / 2 };
}
