import { afterEach, describe, expect, it } from 'vitest';
import { en } from '../../../../client/i18n/en/catalogue.ts';
import { chooseLanguage, LANGUAGES } from '../../../../client/i18n/language.ts';
import { speak, t } from '../../../../client/i18n/t.ts';

/** Every text by its path. */
function textsOf(node: unknown, path = ''): [string, string][] {
  if (typeof node === 'string') return [[path, node]];
  return Object.entries(node as object).flatMap(([name, child]) =>
    textsOf(child, path ? `${path}.${name}` : name),
  );
}
const namesIn = (text: string) =>
  [...text.matchAll(/\{(\w+)\}/g)].map(([, name]) => name ?? '').sort((a, b) => a.localeCompare(b));

describe.each(Object.keys(LANGUAGES))('the language %s', (language) => {
  it('has every text of the kiosk, with the same values, in its own words', async () => {
    const messages = (await LANGUAGES[language]?.())?.messages;
    const theirs = new Map(textsOf(messages));
    const ours = textsOf({ ui: en.ui, kiosk: en.kiosk });
    expect([...theirs.keys()].sort()).toEqual(ours.map(([path]) => path).sort());
    for (const [path, text] of ours) expect(namesIn(theirs.get(path) ?? ''), path).toEqual(namesIn(text));
    const headlines = ours.filter(([path]) => path.startsWith('kiosk.headline.'));
    for (const [path, text] of headlines) expect(theirs.get(path), path).not.toBe(text);
  });
});

describe('speaking', () => {
  afterEach(() => speak('en', {}));

  it('chooses the first wanted language that there is', () => {
    expect(chooseLanguage(['nl', 'de-AT', 'fr'])).toBe('de');
    expect(chooseLanguage(['FR'])).toBe('fr');
    expect(chooseLanguage(['en-GB', 'de'])).toBeUndefined();
    expect(chooseLanguage(['ja'])).toBeUndefined();
    expect(chooseLanguage(['constructor', '__proto__'])).toBeUndefined();
  });

  it('takes plural and text from the language, and from English what that lacks', async () => {
    speak('fr', (await LANGUAGES.fr?.())?.messages ?? {});
    expect(t('kiosk.several', { count: 0 })).toContain('personne dans');
    expect(t('kiosk.headline.looking.title')).toBe('Un instant');
    expect(t('console.nav.people')).toBe(en.console.nav.people);
  });
});
