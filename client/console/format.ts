import { t } from '../i18n/t.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

const clock = new Intl.DateTimeFormat(undefined, { hour: '2-digit', minute: '2-digit', second: '2-digit' });
const clockShort = new Intl.DateTimeFormat(undefined, { hour: '2-digit', minute: '2-digit' });
const day = new Intl.DateTimeFormat(undefined, { day: 'numeric', month: 'short', year: 'numeric' });

/** A probability as percent: whole, with a decimal close to certainty, and never rounded up to 100 %. */
export function formatPercent(probability: number): string {
  const percent = Math.max(0, Math.min(1, probability)) * 100;
  const value =
    percent > 99 && percent < 100 ? (Math.floor(percent * 10) / 10).toFixed(1) : String(Math.round(percent));
  return t('ui.percent', { value });
}

/** A small share as percent, to two figures that matter: 0.3 %, 0.01 %, 12 %. */
export function formatRate(share: number): string {
  return t('ui.percent', { value: String(Number((100 * share).toPrecision(2))) });
}

/** The time of day; with the date when it is not today. */
export function formatTime(time: number | string, now: number): string {
  const at = new Date(time);
  const today = at.toDateString() === new Date(now).toDateString();
  return today
    ? clock.format(at)
    : t('console.dateTime', { date: day.format(at), time: clockShort.format(at) });
}

export function formatDate(time: string): string {
  return day.format(new Date(time));
}

/** A span in its largest whole unit: `3 s`, `12 min`, `5 h`, `2 d`. */
export function formatDuration(ms: number): string {
  if (ms < MINUTE) return t('console.duration.seconds', { value: Math.max(0, Math.floor(ms / 1000)) });
  if (ms < HOUR) return t('console.duration.minutes', { value: Math.floor(ms / MINUTE) });
  if (ms < DAY) return t('console.duration.hours', { value: Math.floor(ms / HOUR) });
  return t('console.duration.days', { value: Math.floor(ms / DAY) });
}

/** A file's size in the unit a person would use. */
export function formatBytes(bytes: number): string {
  return bytes < 1024 * 1024
    ? t('console.size.kilobytes', { value: Math.max(1, Math.round(bytes / 1024)) })
    : t('console.size.megabytes', { value: (bytes / 1024 / 1024).toFixed(1) });
}
