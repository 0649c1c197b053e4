import { useSignal } from '@preact/signals';
import { WEBHOOK_LIMITS } from '../../protocol/webhooks.ts';
import { t } from '../i18n/t.ts';
import { Button } from '../ui/button.tsx';
import { Dialog } from '../ui/dialog.tsx';
import { CheckField, Field } from '../ui/field.tsx';
import { Notice } from '../ui/message.tsx';
import { CopyOnce } from './copy-once.tsx';
import { useTask } from './use-task.ts';
import { createWebhook } from './webhook-calls.ts';

const ABOUT = ['known', 'unknown'] as const;
const MOMENTS = ['began', 'ended', 'alert'] as const;

/** Asks where events are to go and which, then shows the secret this once. */
export function AddWebhookDialog({ onAdded, onClose }: { onAdded: () => void; onClose: () => void }) {
  const url = useSignal('');
  const about = useSignal<readonly string[]>(['known']);
  const moments = useSignal<readonly string[]>(['began']);
  const tried = useSignal(false);
  const [task, create] = useTask(async () => {
    const created = await createWebhook({
      url: url.value.trim(),
      about: about.value,
      moments: moments.value,
    });
    onAdded();
    return created;
  });
  const { busy, value, error } = task.value;
  if (value) return <SecretDialog url={value.webhook.url} secret={value.secret} onClose={onClose} />;
  const urlWrong = !/^https?:\/\/./i.test(url.value.trim());
  const noneChosen = about.value.length === 0 || moments.value.length === 0;
  return (
    <Dialog title={t('console.webhooks.addTitle')} onClose={onClose}>
      <form
        class="form"
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          tried.value = true;
          if (!urlWrong && !noneChosen) void create();
        }}
      >
        <Field
          label={t('console.webhooks.url')}
          name="url"
          required
          hint={t('console.webhooks.urlHint')}
          maxLength={WEBHOOK_LIMITS.urlLength}
          value={url.value}
          onValue={(text) => {
            url.value = text;
          }}
          error={tried.value && urlWrong ? t('console.webhooks.urlMissing') : error?.fields.url}
        />
        <div class="webhook-choices">
          <fieldset>
            <legend class="field__label">{t('console.webhooks.aboutLegend')}</legend>
            {ABOUT.map((whose) => (
              <CheckField
                key={whose}
                name={whose}
                label={t(`console.webhooks.about.${whose}`)}
                checked={about.value.includes(whose)}
                onChecked={(checked) => {
                  about.value = ABOUT.filter((each) =>
                    each === whose ? checked : about.value.includes(each),
                  );
                }}
              />
            ))}
          </fieldset>
          <fieldset>
            <legend class="field__label">{t('console.webhooks.momentsLegend')}</legend>
            {MOMENTS.map((moment) => (
              <CheckField
                key={moment}
                name={moment}
                label={t(`console.webhooks.moments.${moment}`)}
                checked={moments.value.includes(moment)}
                onChecked={(checked) => {
                  moments.value = MOMENTS.filter((each) =>
                    each === moment ? checked : moments.value.includes(each),
                  );
                }}
              />
            ))}
          </fieldset>
        </div>
        {tried.value && noneChosen && (
          <Notice state="error" live>
            <p>{t('console.webhooks.oneMissing')}</p>
          </Notice>
        )}
        {error && (
          <Notice state="error" live title={t('console.webhooks.addFailed')}>
            <p>{error.message}</p>
          </Notice>
        )}
        <div class="dialog__actions">
          <Button onClick={onClose}>{t('ui.cancel')}</Button>
          <Button type="submit" variant="primary" busy={busy}>
            {t('console.webhooks.create')}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}

function SecretDialog({ url, secret, onClose }: { url: string; secret: string; onClose: () => void }) {
  return (
    <Dialog
      title={t('console.webhooks.secretTitle', { name: new URL(url).host })}
      onClose={onClose}
      actions={<Button onClick={onClose}>{t('ui.close')}</Button>}
    >
      <p>{t('console.webhooks.secretText')}</p>
      <CopyOnce text={secret} testId="webhook-secret" />
      <Notice state="warning" title={t('console.webhooks.secretOnceTitle')}>
        <p>{t('console.webhooks.secretOnce')}</p>
      </Notice>
    </Dialog>
  );
}
