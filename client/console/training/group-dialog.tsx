import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { SHIFTS, type ShiftName } from '../../../models/training/shifts.ts';
import type { StudentGroup } from '../../../protocol/student-versions.ts';
import { t } from '../../i18n/t.ts';
import { Button } from '../../ui/button.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { CheckField, Field } from '../../ui/field.tsx';
import { LoadingState, Notice } from '../../ui/message.tsx';
import { SelectField } from '../../ui/select-field.tsx';
import { listKiosks } from '../api.ts';
import { useTask } from '../use-task.ts';
import { changeGroup, createGroup, removeGroup } from './calls.ts';

const NONE = '';

/** A new group, or what a group is: its name, its cameras, what they make of a face. */
export function GroupDialog({
  group,
  onSaved,
  onClose,
}: {
  group: StudentGroup | undefined;
  onSaved: () => void;
  onClose: () => void;
}) {
  const name = useSignal(group?.name ?? '');
  const shift = useSignal(group?.shift ?? (group ? NONE : 'dark-kiosk'));
  const automatic = useSignal(group?.automatic ?? true);
  const cameras = useSignal(new Set(group?.cameras.map(({ id }) => id)));
  const wrong = useSignal<string | undefined>(undefined);
  const [kiosks, loadKiosks] = useTask(listKiosks);
  useEffect(() => void loadKiosks(), []);
  const done = (): void => {
    onSaved();
    onClose();
  };
  const [saving, save] = useTask(async () => {
    const given = {
      name: name.value.trim(),
      shift: shift.value || null,
      cameras: [...cameras.value],
      automatic: automatic.value,
    };
    await (group ? changeGroup(group.id, given) : createGroup(given));
    done();
  });
  const [removing, remove] = useTask(async () => {
    if (group) await removeGroup(group.id);
    done();
  });
  const submit = (event?: Event): void => {
    event?.preventDefault();
    wrong.value = name.value.trim() ? undefined : t('console.training.form.nameMissing');
    if (!wrong.value) void save();
  };
  const error = saving.value.error ?? removing.value.error ?? kiosks.value.error;
  const known = kiosks.value.value;
  return (
    <Dialog
      title={
        group
          ? t('console.training.form.editTitle', { name: group.name })
          : t('console.training.form.addTitle')
      }
      onClose={onClose}
      actions={
        <>
          {group && (
            <Button
              variant="danger"
              busy={removing.value.busy}
              title={t('console.training.form.removeHint')}
              onClick={() => void remove()}
            >
              {t('console.training.form.remove')}
            </Button>
          )}
          <Button onClick={onClose}>{t('ui.cancel')}</Button>
          <Button variant="primary" busy={saving.value.busy} onClick={() => submit()}>
            {t(group ? 'console.training.form.save' : 'console.training.form.create')}
          </Button>
        </>
      }
    >
      <form class="form" onSubmit={submit}>
        <Field
          label={t('console.training.form.name')}
          name="name"
          value={name.value}
          required
          maxLength={100}
          error={wrong.value}
          onValue={(value) => {
            name.value = value;
          }}
        />
        <SelectField
          label={t('console.training.form.shift')}
          value={shift.value}
          onValue={(value) => {
            shift.value = value;
          }}
          options={[
            { value: NONE, label: t('console.training.form.shiftNone') },
            ...(Object.keys(SHIFTS) as ShiftName[]).map((value) => ({
              value,
              label: t(`console.training.form.shifts.${value}`),
            })),
          ]}
        />
        <fieldset class="training__cameras">
          <legend>{t('console.training.form.cameras')}</legend>
          {!known ? (
            !error && <LoadingState />
          ) : known.length === 0 ? (
            <p class="muted">{t('console.training.form.camerasNone')}</p>
          ) : (
            known.map((kiosk) => (
              <CheckField
                key={kiosk.id}
                name={kiosk.id}
                label={kiosk.name}
                checked={cameras.value.has(kiosk.id)}
                onChecked={(checked) => {
                  const next = new Set(cameras.value);
                  if (checked) next.add(kiosk.id);
                  else next.delete(kiosk.id);
                  cameras.value = next;
                }}
              />
            ))
          )}
        </fieldset>
        <CheckField
          name="automatic"
          label={t('console.training.form.automatic')}
          hint={t('console.training.form.automaticHint')}
          checked={automatic.value}
          onChecked={(checked) => {
            automatic.value = checked;
          }}
        />
      </form>
      {error && (
        <Notice state="error" live title={t('console.training.form.failed')}>
          <p>{error.message}</p>
        </Notice>
      )}
    </Dialog>
  );
}
