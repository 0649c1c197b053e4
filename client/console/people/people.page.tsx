import { useSignal } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import { type ListedPerson, PEOPLE_SORTS } from '../../../protocol/rest.ts';
import { t } from '../../i18n/t.ts';
import { Button } from '../../ui/button.tsx';
import { EmptyState, ErrorState, LoadingState, Notice } from '../../ui/message.tsx';
import { SelectField } from '../../ui/select-field.tsx';
import { showToast } from '../../ui/toast.tsx';
import { AddPhotosDialog } from '../add-photos-dialog.tsx';
import { searchPeople } from '../api.ts';
import type { ConsoleStore } from '../console.store.ts';
import { ErasePersonDialog } from '../erase-person-dialog.tsx';
import { moveByArrows, usePageKeys } from '../keyboard.ts';
import { MergeDialog } from '../merge-dialog.tsx';
import { PageHead } from '../page-head.tsx';
import { goTo, hrefOf } from '../router.ts';
import { SearchBox } from '../search-box.tsx';
import { useTask } from '../use-task.ts';
import { EraseSeveralDialog } from './erase-several-dialog.tsx';
import { Pager } from './pager.tsx';
import { PAGE_SIZE, peopleParameters, peopleSearch, SHOWN } from './people-search.ts';
import { PersonRow } from './person-row.tsx';
import { MOST_SELECTED, SelectionBar } from './selection-bar.tsx';

const TYPING_MS = 250;

type Open = { kind: 'add' | 'erase'; person: ListedPerson } | { kind: 'merge' | 'erase-several' };

/** Everyone who is enrolled: searched, sorted, chosen, merged, hidden and erased. */
export function PeoplePage({ store }: { store: ConsoleStore }) {
  const { query, shown, page } = peopleSearch;
  const selected = useSignal<ReadonlyMap<string, ListedPerson>>(new Map());
  const open = useSignal<Open | undefined>(undefined);
  const [task, load] = useTask(() => searchPeople(peopleParameters()));
  const typed = useRef(query.peek());

  const changes = store.galleryChanges.value;
  const asked = peopleParameters().toString();
  useEffect(() => {
    const typing = typed.current !== query.peek();
    typed.current = query.peek();
    const timer = setTimeout(() => void load(), typing ? TYPING_MS : 0);
    return () => clearTimeout(timer);
  }, [asked, changes]);

  usePageKeys([
    { key: 'x', what: t('console.people.keys.choose') },
    { key: 'c', what: t('console.people.keys.add'), run: () => goTo('enrol') },
  ]);

  const { busy, value, error } = task.value;
  // People may have gone meanwhile: a page beyond the last shows the last.
  const last = value ? Math.max(0, Math.ceil(value.total / PAGE_SIZE) - 1) : 0;
  useEffect(() => {
    if (value && page.value > last) page.value = last;
  }, [value, last]);

  const select = (person: ListedPerson, on: boolean) => {
    const next = new Map(selected.value);
    if (on) next.set(person.id, person);
    else next.delete(person.id);
    if (next.size > MOST_SELECTED) {
      showToast({ state: 'info', text: t('console.people.mostSelected', { count: MOST_SELECTED }) });
      return;
    }
    selected.value = next;
  };
  const clear = () => {
    selected.value = new Map();
  };
  const reload = () => void load();
  const close = () => {
    open.value = undefined;
  };
  const chosen = [...selected.value.values()];
  const current = open.value;
  return (
    <>
      <PageHead
        title={t('console.people.title')}
        lead={
          value &&
          [
            t('console.people.lead', { count: value.total }),
            value.hiddenToo > 0 && t('console.people.hiddenToo', { count: value.hiddenToo }),
          ]
            .filter(Boolean)
            .join(' · ')
        }
      >
        <a class="button button--primary" href={hrefOf('enrol')}>
          {t('console.people.enrol')}
        </a>
      </PageHead>
      <Filters />
      {error && value && (
        <Notice state="error" live title={t('console.people.failed')}>
          <p>{error.message}</p>
        </Notice>
      )}
      {!value && error ? (
        <ErrorState title={t('console.people.failed')} onRetry={reload}>
          {error.message}
        </ErrorState>
      ) : !value ? (
        <LoadingState text={t('console.people.loading')} />
      ) : value.people.length === 0 ? (
        <NoPeople query={query.value.trim()} narrowed={shown.value !== 'all'} hidden={value.hiddenToo} />
      ) : (
        <>
          <ul class="rows" aria-busy={busy} aria-label={t('console.people.title')} onKeyDown={moveByArrows}>
            {value.people.map((person) => (
              <PersonRow
                key={person.id}
                person={person}
                selected={selected.value.has(person.id)}
                onSelected={(on) => select(person, on)}
                onAdd={() => (open.value = { kind: 'add', person })}
                onErase={() => (open.value = { kind: 'erase', person })}
              />
            ))}
          </ul>
          <Pager
            page={page.value}
            size={PAGE_SIZE}
            total={value.total}
            busy={busy}
            onPage={(next) => (page.value = next)}
          />
        </>
      )}
      {chosen.length > 0 && (
        <SelectionBar
          people={chosen}
          onMerge={() => (open.value = { kind: 'merge' })}
          onErase={() => (open.value = { kind: 'erase-several' })}
          onClear={clear}
          onChanged={reload}
        />
      )}
      {current?.kind === 'add' && (
        <AddPhotosDialog person={current.person} onClose={close} onAdded={reload} />
      )}
      {current?.kind === 'erase' && (
        <ErasePersonDialog person={current.person} onClose={close} onErased={reload} />
      )}
      {current?.kind === 'merge' && chosen[0] && (
        <MergeDialog
          person={chosen[0]}
          with={chosen[1]}
          onMerged={() => {
            clear();
            reload();
          }}
          onUndone={reload}
          onClose={close}
        />
      )}
      {current?.kind === 'erase-several' && (
        <EraseSeveralDialog
          people={chosen}
          onErased={reload}
          onClose={() => {
            clear();
            close();
          }}
        />
      )}
    </>
  );
}

function Filters() {
  const { query, shown, sort, page } = peopleSearch;
  /** What is looked for anew is looked at from its beginning. */
  const set = (change: () => void) => {
    change();
    page.value = 0;
  };
  return (
    <div class="filters">
      <SearchBox query={query} label={t('console.people.search')} onChanged={() => (page.value = 0)} />
      <SelectField
        label={t('console.people.show')}
        value={shown.value}
        onValue={(value) => set(() => (shown.value = value as typeof shown.value))}
        options={SHOWN.map((value) => ({ value, label: t(`console.people.shown.${value}`) }))}
      />
      <SelectField
        label={t('console.people.sort')}
        value={sort.value}
        onValue={(value) => set(() => (sort.value = value as typeof sort.value))}
        options={PEOPLE_SORTS.map((value) => ({ value, label: t(`console.people.sorted.${value}`) }))}
      />
    </div>
  );
}

function NoPeople({ query, narrowed, hidden }: { query: string; narrowed: boolean; hidden: number }) {
  if (query || narrowed) {
    const { shown } = peopleSearch;
    return (
      <EmptyState
        icon="search"
        title={query ? t('console.noMatch', { query }) : t(`console.people.noneShown.${shown.value}`)}
        actions={
          narrowed && <Button onClick={() => (shown.value = 'all')}>{t('console.people.showAll')}</Button>
        }
      />
    );
  }
  if (hidden > 0) {
    return (
      <EmptyState
        icon="hide"
        title={t('console.people.allHidden')}
        actions={
          <Button onClick={() => (peopleSearch.shown.value = 'hidden')}>
            {t('console.people.shown.hidden')}
          </Button>
        }
      />
    );
  }
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
