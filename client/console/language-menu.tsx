import { changeLanguage, LANGUAGES, type Language, language } from '../i18n/language.ts';
import { t } from '../i18n/t.ts';
import { Icon } from '../ui/icon.tsx';

/** The browser's own menu under a button's look: it works by keyboard, by voice and on a phone. */
export function LanguageMenu() {
  return (
    <span class="tool-menu button button--quiet button--icon" title={t('console.language')}>
      <Icon name="language" />
      <select
        class="tool-menu__select"
        aria-label={t('console.language')}
        value={language.value}
        onChange={(event) => void changeLanguage(event.currentTarget.value as Language)}
      >
        {Object.entries(LANGUAGES).map(([code, name]) => (
          <option key={code} value={code} lang={code}>
            {name}
          </option>
        ))}
      </select>
    </span>
  );
}
