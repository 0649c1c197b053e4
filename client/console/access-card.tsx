import { useSignal } from '@preact/signals';
import { t } from '../i18n/t.ts';
import { Button } from '../ui/button.tsx';
import { Card } from '../ui/card.tsx';
import { NewLinkDialog } from './link-dialog.tsx';

/** Lets one more browser in: as an operator or as an administrator. */
export function AccessCard() {
  const inviting = useSignal<'operator' | 'admin' | undefined>(undefined);
  return (
    <Card title={t('console.access.title')}>
      <p class="muted">{t('console.access.text')}</p>
      <div class="buttons">
        {(['operator', 'admin'] as const).map((role) => (
          <Button
            key={role}
            icon="key"
            onClick={() => {
              inviting.value = role;
            }}
          >
            {t(`console.access.${role}`)}
          </Button>
        ))}
      </div>
      {inviting.value && (
        <NewLinkDialog
          name={t(`console.access.name.${inviting.value}`)}
          link={{ role: inviting.value }}
          onClose={() => {
            inviting.value = undefined;
          }}
        />
      )}
    </Card>
  );
}
