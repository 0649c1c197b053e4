import { t } from '../i18n/t.ts';
import { showToast } from '../ui/toast.tsx';
import { ApiError } from './api.ts';

/** Says what was done, with a button that takes it back. */
export function offerUndo({
  text,
  undo,
  onUndone,
}: {
  text: string;
  undo: () => Promise<unknown>;
  onUndone: () => void;
}): void {
  const run = async () => {
    try {
      await undo();
      showToast({ state: 'ok', text: t('console.person.undone') });
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      showToast({ state: 'error', text: t('console.person.undoFailed', { reason: error.message }) });
    }
    onUndone();
  };
  showToast({ state: 'ok', text, action: { label: t('console.person.undo'), run: () => void run() } });
}
