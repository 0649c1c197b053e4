import { useId } from 'preact/hooks';
import { t } from '../i18n/t.ts';
import { Icon } from './icon.tsx';

export type FieldProps = {
  label: string;
  name: string;
  /** What is typed is not shown. */
  secret?: boolean;
  value: string;
  onValue: (value: string) => void;
  required?: boolean;
  maxLength?: number;
  autoComplete?: string;
  hint?: string | undefined;
  error?: string | undefined;
};

/** A labelled text input with its hint and its error, both tied to it for screen readers. */
export function Field(props: FieldProps) {
  const {
    label,
    name,
    secret = false,
    value,
    onValue,
    required = false,
    maxLength,
    autoComplete = 'off',
    hint,
    error,
  } = props;
  const id = useId();
  const notes = [hint && `${id}-hint`, error && `${id}-error`].filter(Boolean).join(' ');
  return (
    <div class="field">
      <label class="field__label" for={id}>
        {label} {!required && <span class="field__optional">({t('ui.optional')})</span>}
      </label>
      <input
        id={id}
        {...(secret ? { type: 'password' as const } : {})}
        class="field__input"
        name={name}
        value={value}
        autoComplete={autoComplete}
        maxLength={maxLength}
        aria-required={required}
        aria-invalid={Boolean(error)}
        aria-describedby={notes || undefined}
        onInput={(event) => onValue(event.currentTarget.value)}
      />
      {hint && (
        <p class="field__hint" id={`${id}-hint`}>
          {hint}
        </p>
      )}
      {error && (
        <p class="field__error" id={`${id}-error`}>
          <Icon name="error" />
          <span>{error}</span>
        </p>
      )}
    </div>
  );
}

/** A checkbox with its label and an optional hint under it. */
export function CheckField({
  label,
  name,
  checked,
  onChecked,
  hint,
}: {
  label: string;
  name: string;
  checked: boolean;
  onChecked: (checked: boolean) => void;
  hint?: string;
}) {
  const id = useId();
  return (
    <label class="field-check" for={id}>
      <input
        id={id}
        type="checkbox"
        name={name}
        checked={checked}
        aria-describedby={hint ? `${id}-hint` : undefined}
        onChange={(event) => onChecked(event.currentTarget.checked)}
      />
      <span class="field__label">{label}</span>
      {hint && (
        <span class="field__hint" id={`${id}-hint`}>
          {hint}
        </span>
      )}
    </label>
  );
}
