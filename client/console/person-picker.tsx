import { useSignal } from '@preact/signals';
import { useEffect, useId } from 'preact/hooks';
import type { ListedPerson } from '../../protocol/rest.ts';
import { t } from '../i18n/t.ts';
import { Notice } from '../ui/message.tsx';
import { listPeople } from './api.ts';
import { PersonPicture } from './person-picture.tsx';
import { SearchBox } from './search-box.tsx';
import { useTask } from './use-task.ts';

const TYPING_MS = 250;
const SHOWN = 6;

/** Finds somebody who is enrolled by name, other than `except`. */
export function PersonPicker({
  except,
  chosen,
  onChosen,
  missing = false,
}: {
  except: string;
  chosen: ListedPerson | undefined;
  onChosen: (person: ListedPerson) => void;
  /** Nobody was chosen, and somebody should have been. */
  missing?: boolean;
}) {
  const query = useSignal('');
  const group = useId();
  const [task, load] = useTask(() => listPeople({ q: query.peek().trim(), limit: SHOWN + 1, offset: 0 }));
  useEffect(() => {
    const timer = setTimeout(() => void load(), task.peek().value ? TYPING_MS : 0);
    return () => clearTimeout(timer);
  }, [query.value]);
  const { value, error } = task.value;
  const found = value?.people.filter(({ id }) => id !== except).slice(0, SHOWN) ?? [];
  return (
    <div class="column">
      <SearchBox query={query} label={t('console.person.pick')} />
      {error && <Notice state="error" live title={error.message} />}
      <fieldset class="picker" aria-busy={task.value.busy}>
        <legend class="visually-hidden">{t('console.person.pickList')}</legend>
        {found.map((person) => (
          <label key={person.id} class="picker__one">
            <input
              type="radio"
              name={group}
              checked={chosen?.id === person.id}
              onChange={() => onChosen(person)}
            />
            <PersonPicture person={person} />
            <span class="picker__who">
              <span class="truncate">{person.name}</span>
              <span class="muted small truncate">
                {[t('console.person.photosCount', { count: person.templates }), person.externalId]
                  .filter(Boolean)
                  .join(' · ')}
              </span>
            </span>
          </label>
        ))}
        {value && found.length === 0 && <p class="muted">{t('console.person.pickNone')}</p>}
      </fieldset>
      {missing && (
        <p class="field__error" role="alert">
          {t('console.person.pickMissing')}
        </p>
      )}
    </div>
  );
}
