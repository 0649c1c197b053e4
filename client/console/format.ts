import { formatMoment, formatNumber } from '../i18n/locale.ts';
import { t } from '../i18n/t.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

const CLOCK = { hour: '2-digit', minute: '2-digit', second: '2-digit' } as const;
const CLOCK_SHORT = { hour: '2-digit', minute: '2-digit' } as const;
const DATE = { day: 'numeric', month: 'short', year: 'numeric' } as const;

/** A probability as percent: whole, with a decimal close to certainty, and never rounded up to 100 %. */
export function formatPercent(probability: number): string {
  const percent = Math.max(0, Math.min(1, probability)) * 100;
  const value =
    percent > 99 && percent < 100
      ? formatNumber(Math.floor(percent * 10) / 10, 1)
      : formatNumber(Math.round(percent), 0);
  return t('ui.percent', { value });
}

/** A small share as percent, to two figures that matter: 0.3 %, 0.01 %, 12 %. */
export function formatRate(share: number): string {
  return t('ui.percent', { value: Number((100 * share).toPrecision(2)) });
}

/** A share as percent with so many decimals. */
export function formatShare(share: number, digits: number): string {
  return t('ui.percent', { value: formatNumber(100 * share, digits) });
}

/** The time of day; with the date when it is not today. */
export function formatTime(time: number | string, now: number): string {
  const today = new Date(time).toDateString() === new Date(now).toDateString();
  return today
    ? formatMoment(time, CLOCK)
    : t('console.dateTime', { date: formatMoment(time, DATE), time: formatMoment(time, CLOCK_SHORT) });
}

export function formatDate(time: string): string {
  return formatMoment(time, DATE);
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
    : t('console.size.megabytes', { value: formatNumber(bytes / 1024 / 1024, 1) });
}
