import { useSignal } from '@preact/signals';
import { LIMITS } from '../../protocol/rest.ts';
import { t } from '../i18n/t.ts';
import { Button } from '../ui/button.tsx';
import { Card } from '../ui/card.tsx';
import { CheckField, Field } from '../ui/field.tsx';
import { Notice } from '../ui/message.tsx';
import { ProgressBar } from '../ui/progress-bar.tsx';
import { enroll, erasePerson } from './api.ts';
import { EnrolResult } from './enrol-result.tsx';
import { PageHead } from './page-head.tsx';
import { PhotoPicker } from './photo-picker.tsx';
import { dropPhoto, type Photo } from './photos.ts';
import { hrefOf } from './router.ts';
import { useTask } from './use-task.ts';

/** Enrols one person from photos, and tells photo by photo what became of it. */
export function EnrolPage() {
  const name = useSignal('');
  const externalId = useSignal('');
  const consent = useSignal(false);
  const photos = useSignal<readonly Photo[]>([]);
  /** Which face to take, by the photo's id. */
  const chosen = useSignal<Readonly<Record<number, number>>>({});
  const sent = useSignal<readonly Photo[]>([]);
  const tried = useSignal(false);

  const [task, run, reset] = useTask(async (replaces?: string) => {
    sent.value = photos.value;
    // The API adds no photo to a person: the earlier enrolment makes way for the full one.
    if (replaces) await erasePerson(replaces);
    return enroll({
      name: name.value.trim(),
      externalId: externalId.value.trim(),
      consent: consent.value,
      photos: photos.value.map((photo) => photo.file),
      faces: facesOf(photos.value, chosen.value),
    });
  });

  function startAnew(): void {
    photos.value.forEach(dropPhoto);
    photos.value = [];
    name.value = '';
    externalId.value = '';
    consent.value = false;
    chosen.value = {};
    tried.value = false;
    reset();
  }

  const { busy, value: enrolled, error } = task.value;
  const nameMissing = tried.value && name.value.trim() === '';
  const photosMissing = tried.value && photos.value.length === 0;
  const reports = enrolled?.photos ?? error?.photos ?? [];
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
              if (name.value.trim() !== '' && photos.value.length > 0) void run();
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
              error={photosMissing ? t('console.enrol.photosMissing') : error?.fields.photos}
              disabled={busy || enrolled !== undefined}
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
            {enrolled ? (
              <Button variant="primary" icon="plus" onClick={startAnew}>
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
          {busy && <ProgressBar label={t('console.enrol.busy', { count: photos.value.length })} />}
          {!busy && error && (
            <Notice
              state="error"
              title={t(error.photos.length > 0 ? 'console.enrol.refusedTitle' : 'console.enrol.failedTitle')}
            >
              <p>{error.message}</p>
            </Notice>
          )}
          {!busy && enrolled && (
            <Notice state="ok" title={t('console.enrol.doneTitle', { name: enrolled.person.name })}>
              <p>{t('console.enrol.done', { count: enrolled.person.templates })}</p>
              <a href={hrefOf('people')}>{t('console.enrol.seePeople')}</a>
            </Notice>
          )}
          {!busy && reports.length > 0 && (
            <EnrolResult
              photos={sent.value}
              reports={reports}
              chosen={chosen.value}
              onChoose={(photo, face) => {
                chosen.value = { ...chosen.value, [photo.id]: face };
              }}
              onResubmit={() => void run(enrolled?.person.id)}
            />
          )}
          {!busy && reports.length === 0 && !error && <Advice />}
        </div>
      </div>
    </>
  );
}

function facesOf(photos: readonly Photo[], chosen: Readonly<Record<number, number>>): Record<number, number> {
  const faces: Record<number, number> = {};
  for (const [position, photo] of photos.entries()) {
    const face = chosen[photo.id];
    if (face !== undefined) faces[position] = face;
  }
  return faces;
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
