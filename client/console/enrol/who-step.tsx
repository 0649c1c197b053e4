import { type Signal, useSignal } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import { LIMITS } from '../../../protocol/rest.ts';
import { t } from '../../i18n/t.ts';
import { Button } from '../../ui/button.tsx';
import { Card } from '../../ui/card.tsx';
import { CheckField, Field } from '../../ui/field.tsx';
import type { ApiError } from '../api.ts';

/** How the photos come. */
export type Way = 'camera' | 'files';

/** What is known of the person who is to be enrolled. */
export type Who = { name: Signal<string>; externalId: Signal<string>; consent: Signal<boolean> };

/** First step: who it is, and where the photos come from. */
export function WhoStep({
  who,
  error,
  onNext,
}: {
  who: Who;
  /** Of the server, about a field of this step. */
  error: ApiError | undefined;
  onNext: (way: Way) => void;
}) {
  const form = useRef<HTMLFormElement>(null);
  const tried = useSignal(false);
  useEffect(() => {
    // After the frame of the page has had its say: here the name is what everybody wants to type first.
    const frame = requestAnimationFrame(() =>
      form.current?.querySelector('input')?.focus({ preventScroll: true }),
    );
    return () => cancelAnimationFrame(frame);
  }, []);

  function next(way: Way): void {
    tried.value = true;
    if (who.name.value.trim() === '') form.current?.querySelector('input')?.focus();
    else onNext(way);
  }

  const missing = tried.value && who.name.value.trim() === '';
  return (
    <Card title={t('console.enrol.person')}>
      <form
        ref={form}
        class="form"
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          next('camera');
        }}
      >
        <Field
          label={t('console.enrol.name')}
          name="name"
          required
          maxLength={LIMITS.nameLength}
          value={who.name.value}
          onValue={(value) => {
            who.name.value = value;
          }}
          error={missing ? t('console.enrol.nameMissing') : error?.fields.name}
        />
        <Field
          label={t('console.enrol.externalId')}
          name="externalId"
          hint={t('console.enrol.externalIdHint')}
          maxLength={LIMITS.nameLength}
          value={who.externalId.value}
          onValue={(value) => {
            who.externalId.value = value;
          }}
          error={error?.code === 'conflict' ? error.message : error?.fields.externalId}
        />
        <CheckField
          label={t('console.enrol.consent')}
          name="consent"
          hint={t('console.enrol.consentHint')}
          checked={who.consent.value}
          onChecked={(checked) => {
            who.consent.value = checked;
          }}
        />
        <div class="wizard__actions">
          <Button type="submit" variant="primary" size="large" icon="camera">
            {t('console.enrol.withCamera')}
          </Button>
          <Button size="large" icon="upload" onClick={() => next('files')}>
            {t('console.enrol.withFiles')}
          </Button>
        </div>
      </form>
    </Card>
  );
}
