import { signal } from '@preact/signals';
import { t } from '../i18n/t.ts';
import { Button } from './button.tsx';
import { Icon } from './icon.tsx';
import { STATE_ICONS, type UiState } from './state.ts';

type Toast = { id: number; state: UiState; text: string; action?: Action };
/** What can be done about it, once. */
type Action = { label: string; run: () => void };

const SHOWN_MS = 6000;
/** Long enough to read, think and press. */
const SHOWN_WITH_ACTION_MS = 15_000;
const MOST = 4;
const toasts = signal<readonly Toast[]>([]);
let nextId = 1;

/** Says a sentence at the edge of the page for six seconds, fifteen with an action; errors stay until they are closed. */
export function showToast(toast: Omit<Toast, 'id'>): void {
  const id = nextId++;
  toasts.value = [...toasts.value, { id, ...toast }].slice(-MOST);
  if (toast.state !== 'error') setTimeout(() => close(id), toast.action ? SHOWN_WITH_ACTION_MS : SHOWN_MS);
}

function close(id: number): void {
  toasts.value = toasts.value.filter((toast) => toast.id !== id);
}

/** The place of the toasts: rendered once in each page. */
export function Toasts() {
  return (
    <div class="toasts" role="status" aria-live="polite">
      {toasts.value.map(({ id, state, text, action }) => (
        <div key={id} class={`toast state--${state}`}>
          <Icon name={STATE_ICONS[state]} />
          <span>{text}</span>
          {action && (
            <Button
              onClick={() => {
                close(id);
                action.run();
              }}
            >
              {action.label}
            </Button>
          )}
          <Button variant="quiet" icon="cross" aria-label={t('ui.close')} onClick={() => close(id)} />
        </div>
      ))}
    </div>
  );
}
