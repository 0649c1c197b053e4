import { speak, type Translation } from './t.ts';

/** English is what every page has; the others come when they are asked for. */
export const LANGUAGES: Readonly<Record<string, () => Promise<{ messages: Translation }>>> = {
  de: () => import('./languages/de.ts'),
  es: () => import('./languages/es.ts'),
  fr: () => import('./languages/fr.ts'),
  it: () => import('./languages/it.ts'),
};

/**
 * The first of the wanted languages that there is.
 * @param wanted as browsers list them, best first: `de-AT`, `en`
 * @returns undefined for English
 */
export function chooseLanguage(wanted: readonly string[]): string | undefined {
  for (const tag of wanted) {
    const language = tag.toLowerCase().split('-')[0] as string;
    if (language === 'en') return undefined;
    if (Object.hasOwn(LANGUAGES, language)) return language;
  }
  return undefined;
}

/** Speaks the language of `?lang=` or of the browser, as far as there is a translation. English where it fails. */
export async function speakBrowsersLanguage(): Promise<void> {
  const asked = new URLSearchParams(location.search).get('lang');
  const language = chooseLanguage(asked ? [asked] : navigator.languages);
  const load = language === undefined ? undefined : LANGUAGES[language];
  if (language === undefined || load === undefined) return;
  try {
    speak(language, (await load()).messages);
    document.documentElement.lang = language;
  } catch {
    // The page is English then: better than none.
  }
}
