import { type Signal, useSignal } from '@preact/signals';
import { LIMITS } from '../../../protocol/rest.ts';
import { t } from '../../i18n/t.ts';
import { CheckField, Field } from '../../ui/field.tsx';
import type { ApiError } from '../api.ts';

export type KioskForm = {
  name: Signal<string>;
  place: Signal<string>;
  video: Signal<boolean>;
  training: Signal<boolean>;
  /** Whether it was sent once: only then a missing name is an error. */
  tried: Signal<boolean>;
};

export function useKioskForm(initial: {
  name: string;
  place: string;
  video: boolean;
  training: boolean;
}): KioskForm {
  return {
    name: useSignal(initial.name),
    place: useSignal(initial.place),
    video: useSignal(initial.video),
    training: useSignal(initial.training),
    tried: useSignal(false),
  };
}

export function isNamed({ name }: KioskForm): boolean {
  return name.value.trim() !== '';
}

/** What the form says, as the API takes it. */
export function kioskOf({ name, place, video, training }: KioskForm) {
  return {
    name: name.value.trim(),
    place: place.value.trim(),
    policy: { video: video.value, training: training.value },
  };
}

/** Name and place of a kiosk and, where `policy` is asked for, what its camera may do. */
export function KioskFields({
  form,
  error,
  policy,
}: {
  form: KioskForm;
  error: ApiError | undefined;
  policy: boolean;
}) {
  const { name, place, video, training, tried } = form;
  return (
    <>
      <Field
        label={t('console.kiosks.name')}
        name="name"
        required
        hint={t('console.kiosks.nameHint')}
        maxLength={LIMITS.nameLength}
        value={name.value}
        onValue={(value) => {
          name.value = value;
        }}
        error={tried.value && !isNamed(form) ? t('console.kiosks.nameMissing') : error?.fields.name}
      />
      <Field
        label={t('console.kiosks.place')}
        name="place"
        maxLength={LIMITS.nameLength}
        value={place.value}
        onValue={(value) => {
          place.value = value;
        }}
        error={error?.fields.place}
      />
      {policy && (
        <>
          <CheckField
            label={t('console.kiosks.video')}
            name="video"
            checked={video.value}
            onChecked={(checked) => {
              video.value = checked;
            }}
            hint={t('console.kiosks.videoHint')}
          />
          <CheckField
            label={t('console.kiosks.training')}
            name="training"
            checked={training.value}
            onChecked={(checked) => {
              training.value = checked;
            }}
            hint={t('console.kiosks.trainingHint')}
          />
        </>
      )}
    </>
  );
}
