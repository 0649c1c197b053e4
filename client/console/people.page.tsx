import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import type { ListedPerson, Person } from '../../protocol/rest.ts';
import { t } from '../i18n/t.ts';
import { Badge } from '../ui/badge.tsx';
import { Button } from '../ui/button.tsx';
import { EmptyState, ErrorState, LoadingState, Notice } from '../ui/message.tsx';
import { AddPhotosDialog } from './add-photos-dialog.tsx';
import { listPeople } from './api.ts';
import type { ConsoleStore } from './console.store.ts';
import { ErasePersonDialog } from './erase-person-dialog.tsx';
import { formatDate, formatTime } from './format.ts';
import { moveByArrows } from './keyboard.ts';
import { PageHead } from './page-head.tsx';
import { PersonPicture } from './person-picture.tsx';
import { hrefOf, hrefOfPerson } from './router.ts';
import { SearchBox } from './search-box.tsx';
import { useTask } from './use-task.ts';

const PAGE_SIZE = 50;
/** The most that the server lists at once. */
const MOST = 500;
const TYPING_MS = 250;

/** Everyone who is enrolled, with a search, and the ways to add photos of a person and to erase one. */
export function PeoplePage({ store }: { store: ConsoleStore }) {
  const query = useSignal('');
  const limit = useSignal(PAGE_SIZE);
  const adding = useSignal<Person | undefined>(undefined);
  const erasing = useSignal<Person | undefined>(undefined);
  const [task, load] = useTask(() => listPeople({ q: query.value.trim(), limit: limit.value, offset: 0 }));

  const changes = store.galleryChanges.value;
  useEffect(() => {
    const timer = setTimeout(() => void load(), task.peek().value ? TYPING_MS : 0);
    return () => clearTimeout(timer);
  }, [query.value, limit.value, changes]);

  const { busy, value, error } = task.value;
  return (
    <>
      <PageHead
        title={t('console.people.title')}
        lead={value && t('console.people.lead', { count: value.total })}
      >
        <div class="page-head__controls">
          <SearchBox query={query} label={t('console.people.search')} />
          <a class="button button--primary" href={hrefOf('enrol')}>
            {t('console.people.enrol')}
          </a>
        </div>
      </PageHead>
      {error && value && (
        <Notice state="error" live title={t('console.people.failed')}>
          <p>{error.message}</p>
        </Notice>
      )}
      {!value && error ? (
        <ErrorState title={t('console.people.failed')} onRetry={() => void load()}>
          {error.message}
        </ErrorState>
      ) : !value ? (
        <LoadingState text={t('console.people.loading')} />
      ) : value.people.length === 0 ? (
        <NoPeople query={query.value.trim()} />
      ) : (
        <>
          <ul class="rows" aria-busy={busy} onKeyDown={moveByArrows}>
            {value.people.map((person) => (
              <PersonRow
                key={person.id}
                person={person}
                onAdd={() => {
                  adding.value = person;
                }}
                onErase={() => {
                  erasing.value = person;
                }}
              />
            ))}
          </ul>
          {value.total > value.people.length && limit.value < MOST && (
            <Button
              class="more"
              busy={busy}
              onClick={() => {
                limit.value = Math.min(MOST, limit.value + PAGE_SIZE);
              }}
            >
              {t('console.people.more', { shown: value.people.length, total: value.total })}
            </Button>
          )}
          {value.total > MOST && limit.value === MOST && (
            <p class="muted">{t('console.people.useSearch', { most: MOST })}</p>
          )}
        </>
      )}
      {adding.value && (
        <AddPhotosDialog
          person={adding.value}
          onClose={() => {
            adding.value = undefined;
          }}
          onAdded={() => void load()}
        />
      )}
      {erasing.value && (
        <ErasePersonDialog
          person={erasing.value}
          onClose={() => {
            erasing.value = undefined;
          }}
          onErased={() => void load()}
        />
      )}
    </>
  );
}

function PersonRow({
  person,
  onAdd,
  onErase,
}: {
  person: ListedPerson;
  onAdd: () => void;
  onErase: () => void;
}) {
  return (
    <li class="row row--person" data-testid="person" data-person-id={person.id}>
      <PersonPicture person={person} />
      <div class="row__what row__what--stacked">
        <a class="row__title truncate" data-arrow-stop href={hrefOfPerson(person.id)} title={person.name}>
          {person.name}
        </a>
        <span class="muted small truncate">
          {[
            t('console.people.photos', { count: person.templates }),
            person.externalId,
            person.lastSeen
              ? t('console.person.seen', { time: formatTime(person.lastSeen, Date.now()) })
              : t('console.people.since', { date: formatDate(person.createdAt) }),
          ]
            .filter(Boolean)
            .join(' · ')}
        </span>
      </div>
      <span class="row__consent">
        {person.consent === true ? (
          <Badge state="ok">{t('console.people.consent')}</Badge>
        ) : (
          <Badge state="warning">{t('console.people.noConsent')}</Badge>
        )}
      </span>
      <span class="row__actions">
        <Button
          variant="quiet"
          icon="plus"
          data-arrow-stop
          aria-label={t('console.people.addPhotos', { name: person.name })}
          title={t('console.people.addPhotos', { name: person.name })}
          onClick={onAdd}
        />
        <Button
          variant="quiet"
          icon="trash"
          data-arrow-stop
          aria-label={t('console.people.erase', { name: person.name })}
          title={t('console.people.erase', { name: person.name })}
          onClick={onErase}
        />
      </span>
    </li>
  );
}

function NoPeople({ query }: { query: string }) {
  if (query) return <EmptyState icon="search" title={t('console.noMatch', { query })} />;
  return (
    <EmptyState
      icon="people"
      title={t('console.people.emptyTitle')}
      actions={
        <a class="button button--primary" href={hrefOf('enrol')}>
          {t('console.people.enrol')}
        </a>
      }
    >
      {t('console.people.empty')}
    </EmptyState>
  );
}
