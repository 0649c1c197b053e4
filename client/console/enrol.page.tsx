import { useSignal } from '@preact/signals';
import { LIMITS } from '../../protocol/rest.ts';
import { t } from '../i18n/t.ts';
import { Button } from '../ui/button.tsx';
import { Card } from '../ui/card.tsx';
import { CheckField, Field } from '../ui/field.tsx';
import { Notice } from '../ui/message.tsx';
import { ProgressBar } from '../ui/progress-bar.tsx';
import { addPhotos, enroll } from './api.ts';
import { DuplicateQuestion } from './duplicate-question.tsx';
import { PageHead } from './page-head.tsx';
import { PhotoPicker } from './photo-picker.tsx';
import { missingText, PhotoReports } from './photo-reports.tsx';
import { hrefOf } from './router.ts';
import { type PhotoBatch, usePhotoBatch } from './use-photo-batch.ts';

/** Enrols one person from photos, and tells photo by photo what became of it. */
export function EnrolPage() {
  const name = useSignal('');
  const externalId = useSignal('');
  const consent = useSignal(false);
  const tried = useSignal(false);
  const duplicates = useSignal<'refuse' | 'allow'>('refuse');
  const batch = usePhotoBatch((upload, person) =>
    person
      ? addPhotos(person.id, upload)
      : enroll({
          name: name.value.trim(),
          externalId: externalId.value.trim(),
          consent: consent.value,
          duplicates: duplicates.value,
          ...upload,
        }),
  );

  function startAnew(): void {
    batch.clear();
    name.value = '';
    externalId.value = '';
    consent.value = false;
    tried.value = false;
    duplicates.value = 'refuse';
  }

  function submit(choice: 'refuse' | 'allow'): void {
    duplicates.value = choice;
    void batch.submit();
  }

  const { photos, pending, busy, error } = batch;
  const person = batch.person.value;
  const nameMissing = tried.value && name.value.trim() === '';
  const photosMissing = tried.value && !busy && !person && pending.length === 0;
  return (
    <>
      <PageHead title={t('console.enrol.title')} lead={t('console.enrol.lead')} />
      <div class="columns">
        <Card title={t('console.enrol.person')}>
          <form
            class="form"
            noValidate
            onSubmit={(event) => {
              event.preventDefault();
              tried.value = true;
              if (name.value.trim() !== '' && pending.length > 0 && !person) submit('refuse');
            }}
          >
            <Field
              label={t('console.enrol.name')}
              name="name"
              required
              maxLength={LIMITS.nameLength}
              value={name.value}
              onValue={(value) => {
                name.value = value;
              }}
              error={nameMissing ? t('console.enrol.nameMissing') : error?.fields.name}
            />
            <Field
              label={t('console.enrol.externalId')}
              name="externalId"
              hint={t('console.enrol.externalIdHint')}
              maxLength={LIMITS.nameLength}
              value={externalId.value}
              onValue={(value) => {
                externalId.value = value;
              }}
              error={error?.fields.externalId}
            />
            <PhotoPicker
              photos={photos}
              most={LIMITS.photosPerRequest}
              title={t('console.enrol.photos')}
              hint={t('console.enrol.photosHint', { most: LIMITS.photosPerRequest })}
              error={photosMissing ? missingText(batch) : error?.fields.photos}
              disabled={busy || person !== undefined}
            />
            <CheckField
              label={t('console.enrol.consent')}
              name="consent"
              hint={t('console.enrol.consentHint')}
              checked={consent.value}
              onChecked={(checked) => {
                consent.value = checked;
              }}
            />
            {person ? (
              <Button variant="primary" icon="plus" disabled={busy} onClick={startAnew}>
                {t('console.enrol.another')}
              </Button>
            ) : (
              <Button type="submit" variant="primary" icon="enrol" busy={busy}>
                {t('console.enrol.submit')}
              </Button>
            )}
          </form>
        </Card>
        <div class="column" aria-live="polite">
          {busy && <ProgressBar label={t('console.enrol.busy', { count: pending.length })} />}
          {!busy && person && (
            <Notice state="ok" title={t('console.enrol.doneTitle', { name: person.name })}>
              <p>{t('console.enrol.done', { count: person.templates })}</p>
              <a href={hrefOf('people')}>{t('console.enrol.seePeople')}</a>
            </Notice>
          )}
          {!busy && error && error.people.length > 0 && (
            <DuplicateQuestion
              people={error.people}
              name={name.value.trim()}
              onAddTo={(id) => void batch.submit({ to: { id } })}
              onEnrol={() => submit('allow')}
            />
          )}
          {!busy && error && error.people.length === 0 && (
            <Notice state="error" title={failureTitle(batch)}>
              <p>{error.message}</p>
            </Notice>
          )}
          {!busy && batch.reported.length > 0 && (
            <PhotoReports
              batch={batch}
              resubmit={t(person ? 'console.enrol.addChosen' : 'console.enrol.resubmit')}
            />
          )}
          {!busy && batch.reported.length === 0 && !error && <Advice />}
        </div>
      </div>
    </>
  );
}

function failureTitle({ person, error }: PhotoBatch): string {
  if (person.value) return t('console.addPhotos.failed');
  return t(error?.photos.length ? 'console.enrol.refusedTitle' : 'console.enrol.failedTitle');
}

function Advice() {
  return (
    <Card title={t('console.enrol.adviceTitle')}>
      <ul class="advice">
        <li>{t('console.enrol.advice1')}</li>
        <li>{t('console.enrol.advice2')}</li>
        <li>{t('console.enrol.advice3')}</li>
      </ul>
    </Card>
  );
}
