import { signal } from '@preact/signals';
import { type Part, type Speech, speak } from './t.ts';

/** What there is, by the names that their speakers give them. */
export const LANGUAGES = {
  de: 'Deutsch',
  en: 'English',
  es: 'Español',
  fr: 'Français',
  it: 'Italiano',
} as const;
export type Language = keyof typeof LANGUAGES;

type Load = () => Promise<object>;

/** English is what every page has; the others come when they are asked for, a part at a time. */
export const TRANSLATIONS: Readonly<Record<Exclude<Language, 'en'>, Readonly<Record<Part, Load>>>> = {
  de: {
    ui: async () => (await import('./de/ui.ts')).uiMessages,
    kiosk: async () => (await import('./de/kiosk.ts')).kioskMessages,
    console: async () => (await import('./de/console.ts')).consoleMessages,
  },
  es: {
    ui: async () => (await import('./es/ui.ts')).uiMessages,
    kiosk: async () => (await import('./es/kiosk.ts')).kioskMessages,
    console: async () => (await import('./es/console.ts')).consoleMessages,
  },
  fr: {
    ui: async () => (await import('./fr/ui.ts')).uiMessages,
    kiosk: async () => (await import('./fr/kiosk.ts')).kioskMessages,
    console: async () => (await import('./fr/console.ts')).consoleMessages,
  },
  it: {
    ui: async () => (await import('./it/ui.ts')).uiMessages,
    kiosk: async () => (await import('./it/kiosk.ts')).kioskMessages,
    console: async () => (await import('./it/console.ts')).consoleMessages,
  },
};

const REMEMBERED = 'language';

/** The language that the page speaks. */
export const language = signal<Language>('en');

/** English, of the parts that this page is made of. */
let english: Partial<Record<Part, object>> = {};

/**
 * The first of the wanted languages that there is; English where there is none.
 * @param wanted as browsers list them, best first: `de-AT`, `en`
 */
export function chooseLanguage(wanted: readonly string[]): Language {
  for (const tag of wanted) {
    const name = primaryOf(tag);
    if (Object.hasOwn(LANGUAGES, name)) return name as Language;
  }
  return 'en';
}

/** The locale for a language: with the region that the browser wants it for, as `de-AT`, if it wants it at all. */
export function localeOf(name: Language, wanted: readonly string[]): string {
  return wanted.find((tag) => primaryOf(tag) === name) ?? name;
}

/**
 * Speaks the language of `?lang=`, else the one that was chosen here before, else the browser's.
 * @param texts the page's own parts in English
 */
export async function startSpeaking(texts: Partial<Record<Part, object>>): Promise<void> {
  english = texts;
  const asked = new URLSearchParams(location.search).get('lang') ?? remembered();
  await speakLanguage(chooseLanguage(asked === null ? navigator.languages : [asked, ...navigator.languages]));
}

/** Speaks another language from now on, and on later visits. */
export async function changeLanguage(next: Language): Promise<void> {
  try {
    localStorage.setItem(REMEMBERED, next);
  } catch {
    // Storage may be forbidden; the choice then lasts as long as the page.
  }
  const address = new URL(location.href);
  address.searchParams.delete('lang');
  history.replaceState(history.state, '', address);
  await speakLanguage(next);
}

async function speakLanguage(next: Language): Promise<void> {
  const translation = await load(next);
  const spoken = translation ? next : 'en';
  const texts: Speech['texts'] = translation ? [translation, english] : [english];
  speak({ locale: localeOf(spoken, navigator.languages), texts });
  language.value = spoken;
  document.documentElement.lang = spoken;
}

/** @returns undefined for English, and where a part cannot be loaded: English is better than nothing then */
async function load(name: Language): Promise<Partial<Record<Part, object>> | undefined> {
  if (name === 'en') return undefined;
  const parts = Object.keys(english) as Part[];
  try {
    return Object.fromEntries(
      await Promise.all(parts.map(async (part) => [part, await TRANSLATIONS[name][part]()] as const)),
    );
  } catch {
    return undefined;
  }
}

function remembered(): string | null {
  try {
    return localStorage.getItem(REMEMBERED);
  } catch {
    return null;
  }
}

function primaryOf(tag: string): string {
  return tag.toLowerCase().split('-')[0] as string;
}
