import type { Sighting } from '../../../protocol/events.ts';

export const PERIODS = ['all', 'hour', 'day', 'week', 'range'] as const;
const PERIOD_MS = { all: Number.POSITIVE_INFINITY, hour: 3_600_000, day: 86_400_000, week: 604_800_000 };

/** What the page looks for; an empty text is no condition. */
export type SightingSearch = {
  q: string;
  stream: string;
  state: '' | Sighting['state'];
  period: (typeof PERIODS)[number];
  /** Of the period `range`, as `<input type="datetime-local">` has them: the reader's time. */
  from: string;
  to: string;
};

export const EVERYTHING: SightingSearch = { q: '', stream: '', state: '', period: 'all', from: '', to: '' };

/** Whether anything is looked for: then an empty list does not mean that nothing happened. */
export function searches({ q, stream, state, period, from, to }: SightingSearch): boolean {
  if (period === 'range') return Boolean(q || stream || state || from || to);
  return Boolean(q || stream || state) || period !== 'all';
}

/** Whether the range ends before it begins. */
export function isBackwards({ period, from, to }: SightingSearch): boolean {
  return period === 'range' && from !== '' && to !== '' && Date.parse(from) > Date.parse(to);
}

/** The time looked for, ms. @param now the end of the quick periods */
function spanOf({ period, from, to }: SightingSearch, now: number): { from: number; to: number } {
  if (period !== 'range') return { from: now - PERIOD_MS[period], to: Number.POSITIVE_INFINITY };
  return {
    from: from ? Date.parse(from) : Number.NEGATIVE_INFINITY,
    to: to ? Date.parse(to) : Number.POSITIVE_INFINITY,
  };
}

/** As `GET /sightings` takes it. @param now ms, the end of the quick periods */
export function parametersOf(search: SightingSearch, now: number): URLSearchParams {
  const { q, stream, state } = search;
  const span = spanOf(search, now);
  const parameters = new URLSearchParams();
  if (q) parameters.set('q', q);
  if (stream) parameters.set('stream', stream);
  if (state) parameters.set('state', state);
  if (Number.isFinite(span.from)) parameters.set('from', new Date(span.from).toISOString());
  if (Number.isFinite(span.to)) parameters.set('to', new Date(span.to).toISOString());
  return parameters;
}

export function exportUrl(search: SightingSearch, format: 'csv' | 'json'): string {
  return `/sightings.${format}?${parametersOf(search, Date.now())}`;
}

/** Whether a sighting that is just told of belongs to what is looked for. */
export function isFound(search: SightingSearch, sighting: Sighting, now: number): boolean {
  const { q, stream, state } = search;
  const span = spanOf(search, now);
  return (
    (!q || (sighting.name ?? '').toLocaleLowerCase().includes(q.toLocaleLowerCase())) &&
    (!stream || sighting.stream === stream) &&
    (!state || sighting.state === state) &&
    Date.parse(sighting.until ?? sighting.at) >= span.from &&
    Date.parse(sighting.at) <= span.to
  );
}
