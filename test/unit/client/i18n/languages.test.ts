import { afterEach, describe, expect, it } from 'vitest';
import { en } from '../../../../client/i18n/en/catalogue.ts';
import {
  chooseLanguage,
  LANGUAGES,
  type Language,
  localeOf,
  TRANSLATIONS,
} from '../../../../client/i18n/language.ts';
import { formatList, formatMoment, formatNumber } from '../../../../client/i18n/locale.ts';
import { speak, t } from '../../../../client/i18n/t.ts';

/** Words that a language has in common with English. */
const SHARED: Readonly<Record<Exclude<Language, 'en'>, readonly string[]>> = {
  de: [
    'Kiosk',
    'Live',
    'Streams',
    'Training',
    'Test',
    'Version',
    'Name',
    'Online',
    'Offline',
    'Person',
    'ID',
    'Code',
    'Server',
    'Links',
    'Administrator',
  ],
  es: ['Error', '{value} d', 'no', 'No', 'ID', 'Tokens', 'Detector'],
  fr: [
    'OK',
    'Pages',
    'Versions',
    'Version',
    'version {number}',
    'Actions',
    'candidate',
    'Note',
    'Photo',
    'Photos',
    'Photo {number}',
    '{count} photo',
    '{count} photos',
    'Verdict',
    'Scores',
    'Code',
    'Transports',
    'Sessions',
    'Tables',
    'Licence',
    'Source',
  ],
  it: [
    'Loss',
    'OK',
    'no',
    'No',
    'ID',
    'Audit',
    'Server',
    'Database',
    'Password',
    'Embedder',
    'Worker {shard}',
    'Worker {host}/{pid}',
  ],
};
/** What no language changes: values, names, units and signs. */
const UNCHANGED =
  /\{\w+\}|Facewire|Redis|PostgreSQL|Embedder|Webhooks?|Workers?|WebGPU|WebGL|WebAssembly|SFU|AUC|EER|FPIR|F1|\b(?:ms|s|min|h|KB|MB|GB)\b|[\s\d\p{P}\p{S}]/gu;

const translated = Object.keys(TRANSLATIONS) as (keyof typeof TRANSLATIONS)[];

async function textsIn(language: keyof typeof TRANSLATIONS) {
  const { ui, kiosk, console } = TRANSLATIONS[language];
  return { ui: await ui(), kiosk: await kiosk(), console: await console() };
}

/** Every text by its path. */
function textsOf(node: unknown, path = ''): [string, string][] {
  if (typeof node === 'string') return [[path, node]];
  return Object.entries(node as object).flatMap(([name, child]) =>
    textsOf(child, path ? `${path}.${name}` : name),
  );
}
const namesIn = (text: string) =>
  [...new Set([...text.matchAll(/\{(\w+)\}/g)].map(([, name]) => name ?? ''))].sort((a, b) =>
    a.localeCompare(b),
  );

describe.each(translated)('the language %s', (language) => {
  const ours = new Map(textsOf(en));

  it('has every text', async () => {
    const theirs = new Map(textsOf(await textsIn(language)));
    expect([...ours.keys()].filter((path) => !theirs.has(path))).toEqual([]);
  });

  it('has no text that English lacks, and the same values in each', async () => {
    for (const [path, text] of textsOf(await textsIn(language))) {
      expect(ours.has(path), path).toBe(true);
      // "one" may say it in words: "a photo".
      const names = namesIn(ours.get(path) ?? '').filter(
        (name) => !path.endsWith('.one') || name !== 'count',
      );
      expect(namesIn(text), `${path}: ${text}`).toEqual(expect.arrayContaining(names));
      expect(namesIn(ours.get(path) ?? ''), `${path}: ${text}`).toEqual(
        expect.arrayContaining(namesIn(text)),
      );
    }
  });

  it('says it in its own words', async () => {
    const same = textsOf(await textsIn(language)).filter(([path, text]) => text === ours.get(path));
    const unlisted = same.filter(
      ([, text]) => text.replace(UNCHANGED, '') !== '' && !SHARED[language].includes(text),
    );
    expect([...new Set(unlisted.map(([, text]) => text))]).toEqual([]);
  });
});

describe('speaking', () => {
  afterEach(() => speak({ locale: 'en', texts: [en] }));

  it('chooses the first wanted language that there is, English where there is none', () => {
    expect(chooseLanguage(['nl', 'de-AT', 'fr'])).toBe('de');
    expect(chooseLanguage(['FR'])).toBe('fr');
    expect(chooseLanguage(['en-GB', 'de'])).toBe('en');
    expect(chooseLanguage(['ja'])).toBe('en');
    expect(chooseLanguage(['constructor', '__proto__'])).toBe('en');
    expect(Object.keys(LANGUAGES).sort()).toEqual([...translated, 'en'].sort());
  });

  it('takes the region from what the browser wants', () => {
    expect(localeOf('de', ['en-US', 'de-AT'])).toBe('de-AT');
    expect(localeOf('de', ['en-US'])).toBe('de');
  });

  it('takes plural and text from the language, and from English what that lacks', async () => {
    const { kiosk } = await textsIn('fr');
    speak({ locale: 'fr', texts: [{ kiosk }, en] });
    expect(t('kiosk.several', { count: 0 })).toContain('personne dans');
    expect(t('kiosk.headline.looking.title')).toBe('Un instant');
    expect(t('console.nav.people')).toBe(en.console.nav.people);
  });

  it('writes numbers, dates and lists as the language does', () => {
    speak({ locale: 'de', texts: [en] });
    expect(formatNumber(0.5, 2)).toBe('0,50');
    expect(formatMoment('2026-05-01T12:00:00Z', { day: 'numeric', month: 'long', timeZone: 'UTC' })).toBe(
      '1. Mai',
    );
    expect(formatList(['A', 'B', 'C'])).toBe('A, B und C');
    expect(t('console.streams.lead', { online: 2, count: 1200, people: 31_000 })).toContain('1.200');
  });
});
