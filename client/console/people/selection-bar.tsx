import type { ListedPerson } from '../../../protocol/rest.ts';
import { t } from '../../i18n/t.ts';
import { Button } from '../../ui/button.tsx';
import { changePerson } from '../person-calls.ts';
import { offerUndo } from '../person-undo.ts';
import { useTask } from '../use-task.ts';

/** So many can be chosen at once: each is a call of its own. */
export const MOST_SELECTED = 50;

/** What can be done with the people who are chosen. */
export function SelectionBar({
  people,
  onMerge,
  onErase,
  onClear,
  onChanged,
}: {
  people: readonly ListedPerson[];
  onMerge: () => void;
  onErase: () => void;
  onClear: () => void;
  onChanged: () => void;
}) {
  const allHidden = people.every(({ hidden }) => hidden);
  const [task, hide] = useTask(async () => {
    const hidden = !allHidden;
    const changed = people.filter((person) => person.hidden !== hidden);
    const setAll = async (to: boolean) => {
      for (const { id } of changed) await changePerson(id, { hidden: to });
    };
    await setAll(hidden);
    const count = changed.length;
    offerUndo({
      text: t(hidden ? 'console.people.hid' : 'console.people.unhid', { count }),
      undo: () => setAll(!hidden),
      onUndone: onChanged,
    });
    onClear();
    onChanged();
  });
  const { busy, error } = task.value;
  return (
    <section class="selection" aria-label={t('console.people.selection')}>
      <strong class="figure" aria-live="polite">
        {t('console.people.selected', { count: people.length })}
      </strong>
      <div class="buttons">
        {people.length === 2 && <Button onClick={onMerge}>{t('console.person.merge')} …</Button>}
        <Button icon={allHidden ? 'show' : 'hide'} busy={busy} onClick={() => void hide()}>
          {t(allHidden ? 'console.person.unhide' : 'console.person.hide')}
        </Button>
        <Button icon="trash" onClick={onErase}>
          {t('console.person.erase')} …
        </Button>
        <Button variant="quiet" onClick={onClear}>
          {t('console.people.clear')}
        </Button>
      </div>
      {error && <p class="selection__error">{error.message}</p>}
    </section>
  );
}
