import { t } from '../i18n/t.ts';
import { Button } from '../ui/button.tsx';
import { Dialog } from '../ui/dialog.tsx';
import { PAGE_LETTERS, pageKeys } from './keyboard.ts';
import type { Page } from './router.ts';

const EVERYWHERE = [
  [['?'], 'help'],
  [['/'], 'search'],
  [['←', '↑', '→', '↓'], 'arrows'],
  [['Enter'], 'enter'],
  [['Esc'], 'escape'],
] as const;

/** What the keys do: on the page that is open, everywhere, and to go from page to page. */
export function HelpDialog({ pages, onClose }: { pages: readonly Page[]; onClose: () => void }) {
  const own = pageKeys.value;
  return (
    <Dialog
      title={t('console.help.title')}
      wide
      onClose={onClose}
      actions={<Button onClick={onClose}>{t('ui.close')}</Button>}
    >
      <div class="help">
        {own.length > 0 && (
          <Keys title={t('console.help.here')} rows={own.map(({ key, what }) => ({ keys: [key], what }))} />
        )}
        <Keys
          title={t('console.help.everywhere')}
          rows={EVERYWHERE.map(([keys, what]) => ({ keys, what: t(`console.help.${what}`) }))}
        />
        <Keys
          title={t('console.help.pages')}
          rows={pages.map((page) => ({
            keys: ['g', PAGE_LETTERS[page] ?? ''],
            what: t(`console.nav.${page}`),
          }))}
        />
      </div>
    </Dialog>
  );
}

function Keys({
  title,
  rows,
}: {
  title: string;
  rows: readonly { keys: readonly string[]; what: string }[];
}) {
  return (
    <section>
      <h3>{title}</h3>
      <dl class="keys">
        {rows.map(({ keys, what }) => (
          <div key={keys.join(' ')} class="keys__row">
            <dt>
              {keys.map((key) => (
                <kbd key={key}>{key}</kbd>
              ))}
            </dt>
            <dd>{what}</dd>
          </div>
        ))}
      </dl>
    </section>
  );
}
