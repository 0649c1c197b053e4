import { useSignal } from '@preact/signals';
import { LIMITS } from '../../protocol/rest.ts';
import type { UnknownSighting } from '../../protocol/unknowns.ts';
import { t } from '../i18n/t.ts';
import { Button } from '../ui/button.tsx';
import { Dialog } from '../ui/dialog.tsx';
import { CheckField, Field } from '../ui/field.tsx';
import { Notice } from '../ui/message.tsx';
import { DuplicateQuestion } from './duplicate-question.tsx';
import { tellAssigned } from './unknown-actions.ts';
import { assignUnknown, enrolUnknown } from './unknown-calls.ts';
import { bestOf, UnknownPictures } from './unknown-pictures.tsx';
import { useTask } from './use-task.ts';

/** Ticked at first: enough to be recognised by, few enough to be looked at. */
const TICKED = 5;

/** Enrols the person of a group by the pictures that are ticked. */
export function UnknownCreateDialog({
  id,
  sightings,
  onCreated,
  onClose,
}: {
  id: string;
  sightings: readonly UnknownSighting[];
  /** Also called when it was undone. */
  onCreated: () => void;
  onClose: () => void;
}) {
  const best = bestOf(sightings);
  const name = useSignal('');
  const consent = useSignal(false);
  const ticked = useSignal(best.slice(0, TICKED).map((sighting) => sighting.id));
  const tried = useSignal(false);
  const [task, create] = useTask(async (how: { duplicates: 'refuse' | 'allow' } | { person: string }) => {
    const photos = ticked.value;
    const assigned =
      'person' in how
        ? await assignUnknown(id, { person: how.person, photos })
        : await enrolUnknown(id, { name: name.value.trim(), consent: consent.value, photos, ...how });
    const who = assigned.person.name;
    const text =
      'person' in how
        ? t('console.unknowns.assigned', { count: assigned.sightings, name: who })
        : t('console.unknowns.created', { name: who });
    tellAssigned(assigned, text, onCreated);
    onClose();
    onCreated();
  });
  const submit = () => {
    tried.value = true;
    if (name.value.trim() && ticked.value.length > 0) void create({ duplicates: 'refuse' });
  };
  const { busy, error } = task.value;
  return (
    <Dialog
      title={t('console.unknowns.createTitle')}
      onClose={onClose}
      actions={
        <>
          <Button onClick={onClose}>{t('ui.cancel')}</Button>
          <Button variant="primary" busy={busy} type="submit" form="unknown-create">
            {t('console.unknowns.createConfirm')}
          </Button>
        </>
      }
    >
      <form
        id="unknown-create"
        class="column"
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          submit();
        }}
      >
        <Field
          label={t('console.enrol.name')}
          name="name"
          required
          maxLength={LIMITS.nameLength}
          value={name.value}
          onValue={(value) => (name.value = value)}
          error={tried.value && !name.value.trim() ? t('console.enrol.nameMissing') : undefined}
        />
        <CheckField
          label={t('console.enrol.consent')}
          name="consent"
          checked={consent.value}
          onChecked={(checked) => (consent.value = checked)}
        />
        <UnknownPictures
          sightings={best}
          ticked={ticked.value}
          onTicked={(sightings) => (ticked.value = sightings)}
          reports={error?.photos ?? []}
          required
          missing={tried.value && ticked.value.length === 0}
        />
      </form>
      {error?.code === 'likely-duplicate' && error.people.length > 0 ? (
        <DuplicateQuestion
          people={error.people}
          name={name.value.trim()}
          onAddTo={(person) => void create({ person })}
          onEnrol={() => void create({ duplicates: 'allow' })}
        />
      ) : (
        error && (
          <Notice state="error" live title={t('console.unknowns.createFailed')}>
            <p>{error.message}</p>
          </Notice>
        )
      )}
    </Dialog>
  );
}
