import { useSignal } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import { t } from '../../i18n/t.ts';
import { Button } from '../../ui/button.tsx';
import { Card } from '../../ui/card.tsx';
import { Notice } from '../../ui/message.tsx';
import { addPhotos, enroll } from '../api.ts';
import { useCaptureSession } from '../capture/use-capture-session.ts';
import { PageHead } from '../page-head.tsx';
import { goToPerson, hrefOfImport } from '../router.ts';
import { usePhotoBatch } from '../use-photo-batch.ts';
import { Outcome } from './outcome.tsx';
import { PhotosStep } from './photos-step.tsx';
import { type Step, Steps } from './steps.tsx';
import { TestMatch } from './test-match.tsx';
import { useStepKeys } from './use-step-keys.ts';
import { type Way, WhoStep } from './who-step.tsx';

/** Enrols one person in three steps: who it is, photos, and a look whether it works. */
export function EnrolPage() {
  const who = { name: useSignal(''), externalId: useSignal(''), consent: useSignal(false) };
  const step = useSignal<Step>('who');
  const way = useSignal<Way>('camera');
  const tried = useSignal(false);
  const duplicates = useSignal<'refuse' | 'allow'>('refuse');
  const testing = useSignal(false);
  const wizard = useRef<HTMLDivElement>(null);
  const batch = usePhotoBatch((upload, person) =>
    person
      ? addPhotos(person.id, upload)
      : enroll({
          name: who.name.value.trim(),
          externalId: who.externalId.value.trim(),
          consent: who.consent.value,
          duplicates: duplicates.value,
          ...upload,
        }),
  );
  const filming = step.value === 'photos' ? way.value === 'camera' : step.value === 'test' && testing.value;
  const session = useCaptureSession(filming ? 'guided' : undefined);
  const { pending, busy, error, person } = batch;

  // A step is read from its heading, and Enter goes on from there.
  const shown = useRef(step.value);
  useEffect(() => {
    if (shown.current !== step.value && step.value !== 'who') focusHeading(wizard.current);
    shown.current = step.value;
  }, [step.value]);

  function go(next: Step): void {
    step.value = next;
    tried.value = false;
  }

  async function submit(options: { choice?: 'refuse' | 'allow'; to?: { id: string } } = {}): Promise<void> {
    tried.value = true;
    if (busy || pending.length === 0) return;
    duplicates.value = options.choice ?? 'refuse';
    if (!(await batch.submit(options.to ? { to: options.to } : {}))) return;
    testing.value = way.value === 'camera';
    go('test');
  }

  function startAnew(): void {
    batch.clear();
    who.name.value = '';
    who.externalId.value = '';
    who.consent.value = false;
    testing.value = false;
    go('who');
  }

  useStepKeys({
    onEnter: () => {
      if (step.value === 'photos') void submit();
      else if (step.value === 'test') startAnew();
    },
    onEscape: () => {
      if (step.value === 'photos' && !busy) go(person.value ? 'test' : 'who');
    },
  });

  const named = person.value?.name ?? who.name.value.trim();
  const outcome = (
    <Outcome
      batch={batch}
      name={named}
      onSubmit={(options) => void submit(options)}
      onChangeId={() => go('who')}
    />
  );
  return (
    <div class="wizard" ref={wizard}>
      <PageHead title={t('console.enrol.title')} lead={t('console.enrol.lead')} />
      <Steps current={step.value} />
      {step.value === 'who' && (
        <div class="columns">
          <WhoStep
            who={who}
            error={error}
            onNext={(next) => {
              way.value = next;
              go('photos');
            }}
          />
          <Advice />
        </div>
      )}
      {step.value === 'photos' && (
        <PhotosStep
          name={named}
          way={way.value}
          batch={batch}
          session={session}
          tried={tried.value}
          submitText={t(person.value ? 'console.addPhotos.submit' : 'console.enrol.submit')}
          onSubmit={() => void submit()}
          onBack={() => go(person.value ? 'test' : 'who')}
          onWay={(next) => {
            way.value = next;
          }}
        >
          {outcome}
        </PhotosStep>
      )}
      {step.value === 'test' && person.value && (
        <div class="column">
          <Notice state="ok" title={t('console.enrol.doneTitle', { name: person.value.name })} live>
            <p>{t('console.enrol.done', { count: person.value.templates })}</p>
          </Notice>
          <div class="wizard__actions">
            <Button variant="primary" size="large" icon="plus" onClick={startAnew}>
              {t('console.enrol.another')}
            </Button>
            <Button size="large" icon="person" onClick={() => goToPerson(person.value?.id ?? '')}>
              {t('console.enrol.openPerson', { name: person.value.name })}
            </Button>
          </div>
          <TestMatch
            person={person.value}
            session={session}
            onCamera={() => {
              testing.value = true;
            }}
            onAddPhotos={() => {
              batch.forgetSent();
              go('photos');
            }}
          />
          {outcome}
        </div>
      )}
    </div>
  );
}

function focusHeading(wizard: HTMLElement | null): void {
  const heading = wizard?.querySelector<HTMLElement>('.card h2, .notice__title');
  if (!heading) return;
  heading.tabIndex = -1;
  heading.focus();
}

function Advice() {
  return (
    <Card title={t('console.enrol.adviceTitle')}>
      <ul class="advice">
        <li>{t('console.enrol.advice1')}</li>
        <li>{t('console.enrol.advice2')}</li>
        <li>{t('console.enrol.advice3')}</li>
      </ul>
      <p>
        <a href={hrefOfImport()}>{t('console.import.many')}</a>
      </p>
    </Card>
  );
}
