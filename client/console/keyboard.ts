import { useEffect } from 'preact/hooks';
import { goTo } from './router.ts';

const ARROWS = {
  ArrowLeft: { x: -1, y: 0 },
  ArrowRight: { x: 1, y: 0 },
  ArrowUp: { x: 0, y: -1 },
  ArrowDown: { x: 0, y: 1 },
} as const;

/** `?` opens the help, `/` goes to the page's search, or to the people's where the page has none. */
export function useShortcuts({ onHelp }: { onHelp: () => void }): void {
  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent): void => {
      if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return;
      if (document.querySelector('dialog[open]')) return;
      if (event.key === '?') {
        event.preventDefault();
        onHelp();
      } else if (event.key === '/') {
        event.preventDefault();
        focusSearch();
      }
    };
    addEventListener('keydown', onKeyDown);
    return () => removeEventListener('keydown', onKeyDown);
  }, []);
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
  return target instanceof HTMLElement && target.matches('input, textarea, select, [contenteditable]');
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
