import { useSignal } from '@preact/signals';
import type { ListedPerson } from '../../protocol/rest.ts';
import type { UnknownSighting } from '../../protocol/unknowns.ts';
import { t } from '../i18n/t.ts';
import { Button } from '../ui/button.tsx';
import { Dialog } from '../ui/dialog.tsx';
import { Notice } from '../ui/message.tsx';
import { PersonPicker } from './person-picker.tsx';
import { tellAssigned } from './unknown-actions.ts';
import { assignUnknown } from './unknown-calls.ts';
import { bestOf, UnknownPictures } from './unknown-pictures.tsx';
import { useTask } from './use-task.ts';

/** Says that a group is somebody who is enrolled; on wish, pictures become photos of theirs. */
export function UnknownAssignDialog({
  id,
  sightings,
  onAssigned,
  onClose,
}: {
  id: string;
  sightings: readonly UnknownSighting[];
  /** Also called when it was undone. */
  onAssigned: () => void;
  onClose: () => void;
}) {
  const chosen = useSignal<ListedPerson | undefined>(undefined);
  const ticked = useSignal<string[]>([]);
  const tried = useSignal(false);
  const [task, assign] = useTask(async (person: string) => {
    const assigned = await assignUnknown(id, { person, photos: ticked.value });
    const { name } = assigned.person;
    const text = t('console.unknowns.assigned', { count: assigned.sightings, name });
    tellAssigned(assigned, text, onAssigned);
    onClose();
    onAssigned();
  });
  const { busy, error } = task.value;
  return (
    <Dialog
      title={t('console.unknowns.assignTitle')}
      onClose={onClose}
      actions={
        <>
          <Button onClick={onClose}>{t('ui.cancel')}</Button>
          <Button
            variant="primary"
            busy={busy}
            onClick={() => {
              tried.value = true;
              if (chosen.value) void assign(chosen.value.id);
            }}
          >
            {t('console.unknowns.assignConfirm')}
          </Button>
        </>
      }
    >
      <p class="muted">{t('console.unknowns.assignText')}</p>
      <PersonPicker
        except=""
        chosen={chosen.value}
        onChosen={(person) => (chosen.value = person)}
        missing={tried.value && !chosen.value}
      />
      <UnknownPictures
        sightings={bestOf(sightings)}
        ticked={ticked.value}
        onTicked={(sightings) => (ticked.value = sightings)}
        reports={error?.photos ?? []}
        required={false}
        missing={false}
      />
      {error && (
        <Notice state="error" live title={t('console.unknowns.assignFailed')}>
          <p>{error.message}</p>
        </Notice>
      )}
    </Dialog>
  );
}
