import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { LIMITS } from '../../protocol/rest.ts';
import { t } from '../i18n/t.ts';
import { StatusDot } from '../ui/badge.tsx';
import { Button } from '../ui/button.tsx';
import { Card } from '../ui/card.tsx';
import { Dialog } from '../ui/dialog.tsx';
import { Field } from '../ui/field.tsx';
import { EmptyState, ErrorState, LoadingState, Notice } from '../ui/message.tsx';
import { createKiosk, type Kiosk, listKiosks, revokeKiosk } from './api.ts';
import { formatDate } from './format.ts';
import { moveByArrows } from './keyboard.ts';
import { LinkDialog, NewLinkDialog } from './link-dialog.tsx';
import { useTask } from './use-task.ts';

/** Kiosks: who may send crops, how to add one, and how to shut one out. */
export function KiosksCard() {
  const adding = useSignal(false);
  const linking = useSignal<Kiosk | undefined>(undefined);
  const revoking = useSignal<Kiosk | undefined>(undefined);
  const [task, load] = useTask(listKiosks);
  useEffect(() => void load(), []);

  const { value: kiosks, error } = task.value;
  return (
    <Card
      title={t('console.kiosks.title')}
      aside={
        <Button
          variant="primary"
          icon="plus"
          onClick={() => {
            adding.value = true;
          }}
        >
          {t('console.kiosks.add')}
        </Button>
      }
    >
      {error ? (
        <ErrorState title={t('console.kiosks.failed')} onRetry={() => void load()}>
          {error.message}
        </ErrorState>
      ) : !kiosks ? (
        <LoadingState />
      ) : kiosks.length === 0 ? (
        <EmptyState icon="streams" title={t('console.kiosks.emptyTitle')}>
          {t('console.kiosks.empty')}
        </EmptyState>
      ) : (
        <ul class="rows rows--inset" onKeyDown={moveByArrows}>
          {kiosks.map((kiosk) => (
            <li key={kiosk.id} class="row row--kiosk" data-testid="kiosk" data-kiosk-id={kiosk.id}>
              <div class="row__what row__what--stacked">
                <span class="row__title truncate" title={kiosk.name}>
                  {kiosk.name}
                </span>
                <span class="muted small truncate">
                  {[kiosk.place, t('console.kiosks.since', { date: formatDate(kiosk.createdAt) })]
                    .filter(Boolean)
                    .join(' · ')}
                </span>
              </div>
              <StatusDot state={kiosk.online ? 'online' : 'offline'} />
              <Button
                variant="quiet"
                icon="key"
                data-arrow-stop
                aria-label={t('console.kiosks.newLinkNamed', { name: kiosk.name })}
                title={t('console.kiosks.newLinkNamed', { name: kiosk.name })}
                onClick={() => {
                  linking.value = kiosk;
                }}
              />
              <Button
                variant="quiet"
                icon="trash"
                data-arrow-stop
                aria-label={t('console.kiosks.revokeNamed', { name: kiosk.name })}
                title={t('console.kiosks.revokeNamed', { name: kiosk.name })}
                onClick={() => {
                  revoking.value = kiosk;
                }}
              />
            </li>
          ))}
        </ul>
      )}
      {adding.value && (
        <AddKioskDialog
          onAdded={() => void load()}
          onClose={() => {
            adding.value = false;
          }}
        />
      )}
      {linking.value && (
        <NewLinkDialog
          name={linking.value.name}
          link={{ role: 'kiosk', kioskId: linking.value.id }}
          onClose={() => {
            linking.value = undefined;
          }}
        />
      )}
      {revoking.value && (
        <RevokeDialog
          kiosk={revoking.value}
          onRevoked={() => void load()}
          onClose={() => {
            revoking.value = undefined;
          }}
        />
      )}
    </Card>
  );
}

function AddKioskDialog({ onAdded, onClose }: { onAdded: () => void; onClose: () => void }) {
  const name = useSignal('');
  const place = useSignal('');
  const tried = useSignal(false);
  const [task, create] = useTask(async () => {
    const created = await createKiosk({ name: name.value.trim(), place: place.value.trim() });
    onAdded();
    return created;
  });
  const { busy, value, error } = task.value;
  if (value) return <LinkDialog name={name.value.trim()} url={value.url} onClose={onClose} />;
  return (
    <Dialog title={t('console.kiosks.addTitle')} onClose={onClose}>
      <form
        class="form"
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          tried.value = true;
          if (name.value.trim() !== '') void create();
        }}
      >
        <Field
          label={t('console.kiosks.name')}
          name="name"
          required
          hint={t('console.kiosks.nameHint')}
          maxLength={LIMITS.nameLength}
          value={name.value}
          onValue={(value) => {
            name.value = value;
          }}
          error={
            tried.value && name.value.trim() === '' ? t('console.kiosks.nameMissing') : error?.fields.name
          }
        />
        <Field
          label={t('console.kiosks.place')}
          name="place"
          maxLength={LIMITS.nameLength}
          value={place.value}
          onValue={(value) => {
            place.value = value;
          }}
          error={error?.fields.place}
        />
        {error && (
          <Notice state="error" live title={t('console.kiosks.addFailed')}>
            <p>{error.message}</p>
          </Notice>
        )}
        <div class="dialog__actions">
          <Button onClick={onClose}>{t('ui.cancel')}</Button>
          <Button type="submit" variant="primary" busy={busy}>
            {t('console.kiosks.create')}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}

function RevokeDialog({
  kiosk,
  onRevoked,
  onClose,
}: {
  kiosk: Kiosk;
  onRevoked: () => void;
  onClose: () => void;
}) {
  const [task, revoke] = useTask(async () => {
    await revokeKiosk(kiosk.id);
    onRevoked();
    onClose();
  });
  const { busy, error } = task.value;
  return (
    <Dialog
      title={t('console.kiosks.revokeTitle', { name: kiosk.name })}
      onClose={onClose}
      actions={
        <>
          <Button onClick={onClose}>{t('ui.cancel')}</Button>
          <Button variant="danger" busy={busy} onClick={() => void revoke()}>
            {t('console.kiosks.revoke')}
          </Button>
        </>
      }
    >
      <p>{t('console.kiosks.revokeText')}</p>
      {error && (
        <Notice state="error" live title={t('console.kiosks.revokeFailed')}>
          <p>{error.message}</p>
        </Notice>
      )}
    </Dialog>
  );
}
