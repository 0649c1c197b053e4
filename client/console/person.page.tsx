import { useSignal } from '@preact/signals';
import type { ComponentChildren } from 'preact';
import { useEffect } from 'preact/hooks';
import type { PersonDetails } from '../../protocol/people.ts';
import { t } from '../i18n/t.ts';
import { Button } from '../ui/button.tsx';
import { Card } from '../ui/card.tsx';
import { ErrorState, LoadingState, Notice } from '../ui/message.tsx';
import { AddPhotosDialog } from './add-photos-dialog.tsx';
import { WatchCard } from './alerts/watch-card.tsx';
import type { ConsoleStore } from './console.store.ts';
import { ErasePersonDialog } from './erase-person-dialog.tsx';
import { formatDate, formatTime } from './format.ts';
import { usePageKeys } from './keyboard.ts';
import { MergeDialog } from './merge-dialog.tsx';
import { PageHead } from './page-head.tsx';
import { TemplateQuality } from './people/template-quality.tsx';
import { changePerson, exportPersonUrl, getPerson } from './person-calls.ts';
import { PersonEditDialog } from './person-edit-dialog.tsx';
import { PersonHistory } from './person-history.tsx';
import { PersonMerges } from './person-merges.tsx';
import { PersonPhotos } from './person-photos.tsx';
import { PersonSightings } from './person-sightings.tsx';
import { offerUndo } from './person-undo.ts';
import { goTo, goToPerson, hrefOf } from './router.ts';
import { useTask } from './use-task.ts';

type Open = 'edit' | 'merge' | 'add' | 'erase';

/** One person: photos, sightings, who was merged into them, and every way to change that. */
export function PersonPage({ id, store }: { id: string; store: ConsoleStore }) {
  const [task, load] = useTask(() => getPerson(id));
  const open = useSignal<Open | undefined>(undefined);
  const erased = useSignal(false);
  const changes = store.galleryChanges.value;
  useEffect(() => {
    // Whoever is being erased here is shown until the receipt is closed.
    if (!erased.peek()) void load();
  }, [id, changes]);
  const { value: person, error } = task.value;
  const close = () => {
    open.value = undefined;
    if (erased.value) goTo('people');
  };
  const reload = () => void load();

  usePageKeys(
    person
      ? [
          { key: 'e', what: t('console.person.keys.edit'), run: () => (open.value = 'edit') },
          { key: 'm', what: t('console.person.keys.merge'), run: () => (open.value = 'merge') },
          { key: 'c', what: t('console.person.keys.add'), run: () => (open.value = 'add') },
          { key: 'b', what: t('console.person.keys.back'), run: () => goTo('people') },
        ]
      : [],
  );

  const back = <a href={hrefOf('people')}>← {t('console.person.back')}</a>;
  if (error && (!person || error.code === 'not-found')) {
    const gone = error.code === 'not-found';
    return (
      <>
        <PageHead title={t('console.people.title')} lead={back} />
        <ErrorState
          title={t(gone ? 'console.person.goneTitle' : 'console.person.failed')}
          onRetry={gone ? undefined : reload}
        >
          {gone ? t('console.person.gone') : error.message}
        </ErrorState>
      </>
    );
  }
  if (!person) {
    return (
      <>
        <PageHead title={t('console.people.title')} lead={back} />
        <LoadingState text={t('console.person.loading')} />
      </>
    );
  }
  return (
    <>
      <PageHead title={person.name} lead={back}>
        <div class="page-head__controls">
          <Button onClick={() => (open.value = 'edit')}>{t('console.person.edit')}</Button>
          <Button onClick={() => (open.value = 'merge')}>{t('console.person.merge')}</Button>
          <Button variant="primary" icon="plus" onClick={() => (open.value = 'add')}>
            {t('console.person.addPhotos')}
          </Button>
        </div>
      </PageHead>
      {error && (
        <Notice state="error" live title={t('console.person.failed')}>
          <p>{error.message}</p>
        </Notice>
      )}
      {person.hidden && (
        <Notice state="info" title={t('console.person.hiddenTitle')}>
          <p>{t('console.person.hiddenText')}</p>
        </Notice>
      )}
      <div class="person">
        <div class="person__aside">
          <About person={person} onErase={() => (open.value = 'erase')} onChanged={reload} />
          <WatchCard person={person} />
          <PersonMerges person={person} onChanged={reload} />
        </div>
        <div class="person__main">
          <PersonPhotos person={person} onChanged={reload} />
          <PersonSightings id={id} changes={changes} />
          <PersonHistory id={id} changes={person.updatedAt} />
        </div>
      </div>
      {open.value === 'edit' && <PersonEditDialog person={person} onChanged={reload} onClose={close} />}
      {open.value === 'merge' && (
        <MergeDialog
          person={person}
          onMerged={(survivor) => (survivor === id ? reload() : goToPerson(survivor))}
          onUndone={() => {
            goToPerson(id);
            reload();
          }}
          onClose={close}
        />
      )}
      {open.value === 'add' && <AddPhotosDialog person={person} onAdded={reload} onClose={close} />}
      {open.value === 'erase' && (
        <ErasePersonDialog person={person} onErased={() => (erased.value = true)} onClose={close} />
      )}
    </>
  );
}

function About({
  person,
  onErase,
  onChanged,
}: {
  person: PersonDetails;
  onErase: () => void;
  onChanged: () => void;
}) {
  const { externalId, consent, createdAt, lastSeen } = person;
  const consented =
    consent === null ? 'consentUnknown' : consent ? 'consentGiven' : ('consentRefused' as const);
  return (
    <Card title={t('console.person.about')}>
      <dl class="facts">
        <Fact name={t('console.person.externalId')}>{externalId ?? t('console.person.none')}</Fact>
        <Fact name={t('console.person.consent')}>{t(`console.person.${consented}`)}</Fact>
        <Fact name={t('console.person.enrolled')}>{formatDate(createdAt)}</Fact>
        <Fact name={t('console.person.lastSeen')}>
          {lastSeen ? formatTime(lastSeen, Date.now()) : t('console.person.never')}
        </Fact>
        <Fact name={t('console.person.templateQuality')}>
          <TemplateQuality person={person} />
        </Fact>
      </dl>
      <div class="person__actions">
        <HideButton person={person} onChanged={onChanged} />
        <a class="button button--secondary" href={exportPersonUrl(person.id)} download>
          {t('console.person.export')}
        </a>
        <Button icon="trash" onClick={onErase}>
          {t('console.person.erase')}
        </Button>
      </div>
    </Card>
  );
}

/** Hides the person from lists, or brings them back; both can be undone. */
function HideButton({ person, onChanged }: { person: PersonDetails; onChanged: () => void }) {
  const { id, name, hidden } = person;
  const [task, change] = useTask(async () => {
    await changePerson(id, { hidden: !hidden });
    offerUndo({
      text: t(hidden ? 'console.person.unhid' : 'console.person.hid', { name }),
      undo: () => changePerson(id, { hidden }),
      onUndone: onChanged,
    });
    onChanged();
  });
  const { busy, error } = task.value;
  return (
    <>
      <Button icon={hidden ? 'show' : 'hide'} busy={busy} onClick={() => void change()}>
        {t(hidden ? 'console.person.unhide' : 'console.person.hide')}
      </Button>
      {error && <Notice state="error" live title={error.message} />}
    </>
  );
}

function Fact({ name, children }: { name: string; children: ComponentChildren }) {
  return (
    <div class="facts__row">
      <dt class="muted">{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}
