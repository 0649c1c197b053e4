import { useSignal } from '@preact/signals';
import { LIMITS, type ListedPerson } from '../../protocol/rest.ts';
import { t } from '../i18n/t.ts';
import { Button } from '../ui/button.tsx';
import { Dialog } from '../ui/dialog.tsx';
import { Notice } from '../ui/message.tsx';
import { RadioGroup } from '../ui/radio.tsx';
import { mergePerson, undoMerge } from './person-calls.ts';
import { PersonPicker } from './person-picker.tsx';
import { offerUndo } from './person-undo.ts';
import { useTask } from './use-task.ts';

/** Makes one person of two entries: whom, and which entry stays. */
export function MergeDialog({
  person,
  with: given,
  onMerged,
  onUndone,
  onClose,
}: {
  person: ListedPerson;
  /** The other one, where that is settled. */
  with?: ListedPerson | undefined;
  /** Told who stayed. */
  onMerged: (survivorId: string) => void;
  onUndone: () => void;
  onClose: () => void;
}) {
  const other = useSignal<ListedPerson | undefined>(given);
  const keepsOther = useSignal(false);
  const tried = useSignal(false);
  const [task, merge] = useTask(async (from: string, into: string) => {
    const merged = await mergePerson(from, into);
    offerUndo({
      text: t('console.person.merged', { other: merged.merge.person.name, name: merged.person.name }),
      undo: () => undoMerge(merged.merge.id),
      onUndone,
    });
    onClose();
    onMerged(merged.person.id);
  });
  const { busy, error } = task.value;
  const chosen = other.value;
  const total = person.templates + (chosen?.templates ?? 0);
  const over = total - LIMITS.templatesPerPerson;
  return (
    <Dialog
      title={
        given
          ? t('console.person.mergeTwoTitle', { name: person.name, other: given.name })
          : t('console.person.mergeTitle', { name: person.name })
      }
      onClose={onClose}
      actions={
        <>
          <Button onClick={onClose}>{t('ui.cancel')}</Button>
          <Button
            variant="primary"
            busy={busy}
            disabled={over > 0}
            onClick={() => {
              tried.value = true;
              if (!chosen) return;
              if (keepsOther.value) void merge(person.id, chosen.id);
              else void merge(chosen.id, person.id);
            }}
          >
            {t('console.person.mergeConfirm')}
          </Button>
        </>
      }
    >
      <p class="muted">{t('console.person.mergeText')}</p>
      {!given && (
        <PersonPicker
          except={person.id}
          chosen={chosen}
          onChosen={(found) => (other.value = found)}
          missing={tried.value && !chosen}
        />
      )}
      {chosen && (
        <RadioGroup
          legend={t('console.person.mergeKeep')}
          value={keepsOther.value ? 'other' : 'this'}
          onValue={(value) => (keepsOther.value = value === 'other')}
          options={[person, chosen].map((one) => ({
            value: one === person ? ('this' as const) : ('other' as const),
            label: one.name,
            hint: [t('console.person.mergeKeepHint', { count: one.templates }), one.externalId]
              .filter(Boolean)
              .join(' · '),
          }))}
        />
      )}
      {over > 0 && (
        <Notice
          state="warning"
          live
          title={t('console.person.mergeTooMany', { total, most: LIMITS.templatesPerPerson, over })}
        />
      )}
      {error && (
        <Notice state="error" live title={t('console.person.mergeFailed')}>
          <p>{error.message}</p>
        </Notice>
      )}
    </Dialog>
  );
}
