import { useSignal } from '@preact/signals';
import { t } from '../i18n/t.ts';
import { Button } from '../ui/button.tsx';

/** A text that is shown once, with a button that copies it. */
export function CopyOnce({ text, testId }: { text: string; testId: string }) {
  const outcome = useSignal<'copy' | 'copied' | 'copyFailed'>('copy');
  async function copy(): Promise<void> {
    try {
      await navigator.clipboard.writeText(text);
      outcome.value = 'copied';
    } catch {
      outcome.value = 'copyFailed';
    }
  }
  const copied = outcome.value === 'copied';
  return (
    <>
      <div class="copy">
        <code class="copy__text" data-testid={testId}>
          {text}
        </code>
        <Button variant="primary" icon={copied ? 'check' : 'copy'} onClick={() => void copy()}>
          {t(copied ? 'console.link.copied' : 'console.link.copy')}
        </Button>
      </div>
      <p class="small" role="status">
        {outcome.value === 'copyFailed' && t('console.link.copyFailed')}
      </p>
    </>
  );
}
