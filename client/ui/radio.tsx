import { useId } from 'preact/hooks';

/** A group of radio buttons with words, and a second line each where there is more to say. */
export function RadioGroup<T extends string | number>({
  legend,
  legendHidden = false,
  options,
  value,
  onValue,
  disabled = false,
}: {
  legend: string;
  /** For a place where the legend already stands above. */
  legendHidden?: boolean;
  options: readonly { value: T; label: string; hint?: string | undefined }[];
  value: T;
  onValue: (value: T) => void;
  disabled?: boolean;
}) {
  const name = useId();
  return (
    <fieldset class="radios" disabled={disabled}>
      <legend class={legendHidden ? 'visually-hidden' : 'field__label'}>{legend}</legend>
      {options.map((option) => (
        <label key={String(option.value)} class="field-check">
          <input
            type="radio"
            name={name}
            value={String(option.value)}
            checked={option.value === value}
            onChange={() => onValue(option.value)}
          />
          <span>{option.label}</span>
          {option.hint && <span class="field__hint">{option.hint}</span>}
        </label>
      ))}
    </fieldset>
  );
}
