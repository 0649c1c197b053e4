import { spokenLocale } from './t.ts';

/** Makers of `Intl`'s objects are slow, so each is kept: by locale, and by what it was made with. */
function kept<Options extends object, Made>(make: (locale: string, options: Options) => Made) {
  const made = new Map<string, Made>();
  return (options: Options): Made => {
    const locale = spokenLocale();
    const key = `${locale} ${JSON.stringify(options)}`;
    const known = made.get(key);
    if (known) return known;
    const one = make(locale, options);
    made.set(key, one);
    return one;
  };
}

const numberFormat = kept(
  (locale, options: Intl.NumberFormatOptions) => new Intl.NumberFormat(locale, options),
);
const dateFormat = kept(
  (locale, options: Intl.DateTimeFormatOptions) => new Intl.DateTimeFormat(locale, options),
);
const listFormat = kept((locale, options: Intl.ListFormatOptions) => new Intl.ListFormat(locale, options));
const collator = kept((locale, options: Intl.CollatorOptions) => new Intl.Collator(locale, options));

/** A number with exactly so many decimals: 0.5 with 2 is `0.50`, in German `0,50`. */
export function formatNumber(value: number, digits: number): string {
  return numberFormat({ minimumFractionDigits: digits, maximumFractionDigits: digits }).format(value);
}

/** A date or time, by what is asked of it. @param time ms, or ISO 8601 */
export function formatMoment(time: number | string, options: Intl.DateTimeFormatOptions): string {
  return dateFormat(options).format(new Date(time));
}

/** `Ann, Bob and Cy`. */
export function formatList(
  items: readonly string[],
  type: 'conjunction' | 'disjunction' = 'conjunction',
): string {
  return listFormat({ type, style: 'long' }).format(items);
}

/** The order of names in the reader's language; numbers in them by their value. */
export function compareNames(a: string, b: string): number {
  return collator({ numeric: true, sensitivity: 'base' }).compare(a, b);
}
