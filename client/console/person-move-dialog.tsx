import { useSignal } from '@preact/signals';
import { LIMITS, type ListedPerson } from '../../protocol/rest.ts';
import { t } from '../i18n/t.ts';
import { Button } from '../ui/button.tsx';
import { Dialog } from '../ui/dialog.tsx';
import { Field } from '../ui/field.tsx';
import { Notice } from '../ui/message.tsx';
import { RadioGroup } from '../ui/radio.tsx';
import { mergePerson, movePhoto } from './person-calls.ts';
import { PersonPicker } from './person-picker.tsx';
import { offerUndo } from './person-undo.ts';
import { useTask } from './use-task.ts';

/** Gives a photo to somebody else, or to a new person; it can be brought back. */
export function PersonMoveDialog({
  personId,
  photo,
  onMoved,
  onClose,
}: {
  personId: string;
  photo: string;
  onMoved: () => void;
  onClose: () => void;
}) {
  const where = useSignal<'existing' | 'new'>('existing');
  const chosen = useSignal<ListedPerson | undefined>(undefined);
  const name = useSignal('');
  const tried = useSignal(false);
  const target = () => {
    if (where.value === 'existing') return chosen.value?.id;
    return name.value.trim() ? { name: name.value.trim() } : undefined;
  };
  const [task, move] = useTask(async (to: string | { name: string }) => {
    const moved = await movePhoto(personId, photo, to);
    offerUndo({
      text: t('console.person.moved', { name: moved.to.name }),
      // A new person has only this photo, and comes back with it as a whole.
      undo: () =>
        typeof to === 'string' ? movePhoto(to, photo, personId) : mergePerson(moved.to.id, personId),
      onUndone: onMoved,
    });
    onMoved();
    onClose();
  });
  const { busy, error } = task.value;
  return (
    <Dialog
      title={t('console.person.moveTitle')}
      onClose={onClose}
      actions={
        <>
          <Button onClick={onClose}>{t('ui.cancel')}</Button>
          <Button
            variant="primary"
            busy={busy}
            onClick={() => {
              tried.value = true;
              const to = target();
              if (to) void move(to);
            }}
          >
            {t('console.person.moveConfirm')}
          </Button>
        </>
      }
    >
      <RadioGroup
        legend={t('console.person.moveWhere')}
        value={where.value}
        onValue={(value) => {
          where.value = value;
          tried.value = false;
        }}
        options={[
          { value: 'existing', label: t('console.person.moveExisting') },
          { value: 'new', label: t('console.person.moveNew') },
        ]}
      />
      {where.value === 'existing' ? (
        <PersonPicker
          except={personId}
          chosen={chosen.value}
          onChosen={(person) => (chosen.value = person)}
          missing={tried.value && !chosen.value}
        />
      ) : (
        <Field
          label={t('console.enrol.name')}
          name="name"
          required
          maxLength={LIMITS.nameLength}
          value={name.value}
          onValue={(value) => (name.value = value)}
          error={tried.value && !name.value.trim() ? t('console.enrol.nameMissing') : undefined}
        />
      )}
      {error && (
        <Notice state="error" live title={t('console.person.moveFailed')}>
          <p>{error.message}</p>
        </Notice>
      )}
    </Dialog>
  );
}
