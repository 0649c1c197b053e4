import { problemsMessages } from '../i18n/en/problems.ts';
import { language } from '../i18n/language.ts';
import { t } from '../i18n/t.ts';

/**
 * An error in the reader's language. In English, and where the sentence hangs on what was asked, it is the server's own.
 * @param code stable code of the error, as in `ERRORS`
 */
export function problemText(code: string, said: string): string {
  return language.value !== 'en' && isTranslated(code) ? t(`console.problems.${code}`) : said;
}

function isTranslated(code: string): code is keyof typeof problemsMessages {
  return Object.hasOwn(problemsMessages, code);
}
