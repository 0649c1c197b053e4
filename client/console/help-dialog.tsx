import { t } from '../i18n/t.ts';
import { Button } from '../ui/button.tsx';
import { Dialog } from '../ui/dialog.tsx';

const KEYS = [
  ['?', 'help'],
  ['/', 'search'],
  ['← ↑ → ↓', 'arrows'],
  ['Enter', 'enter'],
  ['p', 'pin'],
  ['f', 'fullScreen'],
  ['Esc', 'escape'],
] as const;

/** What the keys do. */
export function HelpDialog({ onClose }: { onClose: () => void }) {
  return (
    <Dialog
      title={t('console.help.title')}
      onClose={onClose}
      actions={<Button onClick={onClose}>{t('ui.close')}</Button>}
    >
      <dl class="keys">
        {KEYS.map(([key, what]) => (
          <div key={key} class="keys__row">
            <dt>
              <kbd>{key}</kbd>
            </dt>
            <dd>{t(`console.help.${what}`)}</dd>
          </div>
        ))}
      </dl>
    </Dialog>
  );
}
