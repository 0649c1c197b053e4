import { useSignal } from '@preact/signals';
import { LIMITS, type Person } from '../../protocol/rest.ts';
import { t } from '../i18n/t.ts';
import { Button } from '../ui/button.tsx';
import { Dialog } from '../ui/dialog.tsx';
import { CheckField, Field } from '../ui/field.tsx';
import { Notice } from '../ui/message.tsx';
import { changePerson } from './person-calls.ts';
import { offerUndo } from './person-undo.ts';
import { useTask } from './use-task.ts';

/** Changes name, external id and consent; what was there before can be brought back. */
export function PersonEditDialog({
  person,
  onChanged,
  onClose,
}: {
  person: Person;
  onChanged: () => void;
  onClose: () => void;
}) {
  const name = useSignal(person.name);
  const externalId = useSignal(person.externalId ?? '');
  const consent = useSignal(person.consent === true);
  const tried = useSignal(false);
  const [task, save] = useTask(async () => {
    const changed = await changePerson(person.id, {
      name: name.value.trim(),
      externalId: externalId.value.trim() || null,
      // What was never noted stays so, unless it is noted now.
      consent: consent.value || (person.consent === null ? null : false),
    });
    offerUndo({
      text:
        changed.name === person.name
          ? t('console.person.saved', { name: changed.name })
          : t('console.person.renamed', { before: person.name, name: changed.name }),
      undo: () =>
        changePerson(person.id, {
          name: person.name,
          externalId: person.externalId,
          consent: person.consent,
        }),
      onUndone: onChanged,
    });
    onChanged();
    onClose();
  });
  const { busy, error } = task.value;
  const nameMissing = tried.value && name.value.trim() === '';
  const submit = () => {
    tried.value = true;
    if (name.value.trim()) void save();
  };
  return (
    <Dialog
      title={t('console.person.editTitle', { name: person.name })}
      onClose={onClose}
      actions={
        <>
          <Button onClick={onClose}>{t('ui.cancel')}</Button>
          <Button variant="primary" icon="check" busy={busy} onClick={submit}>
            {t('console.person.save')}
          </Button>
        </>
      }
    >
      <form
        class="form"
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
          error={nameMissing ? t('console.enrol.nameMissing') : error?.fields.name}
        />
        <Field
          label={t('console.enrol.externalId')}
          name="externalId"
          maxLength={200}
          value={externalId.value}
          onValue={(value) => (externalId.value = value)}
          hint={t('console.enrol.externalIdHint')}
          error={error?.fields.externalId}
        />
        <CheckField
          label={t('console.enrol.consent')}
          name="consent"
          checked={consent.value}
          onChecked={(checked) => (consent.value = checked)}
        />
        {/* Enter in a field sends the form by its button. */}
        <button type="submit" class="visually-hidden" tabIndex={-1} aria-hidden="true" />
        {error && (
          <Notice state="error" live title={t('console.person.saveFailed')}>
            <p>{error.message}</p>
          </Notice>
        )}
      </form>
    </Dialog>
  );
}
