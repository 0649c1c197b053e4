import type { ReadonlySignal, Signal } from '@preact/signals';
import { useId } from 'preact/hooks';
import { t } from '../../i18n/t.ts';
import { Icon } from '../../ui/icon.tsx';
import { SelectField } from '../../ui/select-field.tsx';
import { SearchBox } from '../search-box.tsx';
import { isBackwards, PERIODS, type SightingSearch } from './search.ts';

/** By whom, where and when the events are narrowed, and how they are grouped. */
export function Filters({
  query,
  search,
  streams,
  grouped,
  onChange,
  onGrouped,
}: {
  query: Signal<string>;
  search: ReadonlySignal<SightingSearch>;
  streams: readonly { value: string; label: string }[];
  grouped: Grouping;
  onChange: (part: Partial<SightingSearch>) => void;
  onGrouped: (grouped: Grouping) => void;
}) {
  const { state, stream, period, from, to } = search.value;
  const error = isBackwards(search.value) ? t('console.events.backwards') : undefined;
  return (
    <div class="filters filters--events">
      <SearchBox query={query} label={t('console.events.search')} />
      <SelectField
        label={t('console.events.who')}
        value={state}
        onValue={(value) => onChange({ state: value as SightingSearch['state'] })}
        options={[
          { value: '', label: t('console.events.everybody') },
          { value: 'identified', label: t('console.events.known') },
          { value: 'unknown', label: t('ui.state.unknown') },
        ]}
      />
      <SelectField
        label={t('console.events.where')}
        value={stream}
        onValue={(value) => onChange({ stream: value })}
        options={[{ value: '', label: t('console.events.everywhere') }, ...streams]}
      />
      <SelectField
        label={t('console.events.when')}
        value={period}
        onValue={(value) => onChange({ period: value as SightingSearch['period'] })}
        options={PERIODS.map((value) => ({ value, label: t(`console.events.period.${value}`) }))}
      />
      {period === 'range' && (
        <>
          <MomentField
            label={t('console.events.from')}
            value={from}
            onValue={(value) => onChange({ from: value })}
          />
          <MomentField
            label={t('console.events.to')}
            value={to}
            error={error}
            onValue={(value) => onChange({ to: value })}
          />
        </>
      )}
      <SelectField
        label={t('console.events.grouped')}
        value={grouped}
        onValue={(value) => onGrouped(value as Grouping)}
        options={GROUPINGS.map((value) => ({ value, label: t(`console.events.by.${value}`) }))}
      />
    </div>
  );
}

const GROUPINGS = ['hour', 'camera'] as const;
export type Grouping = (typeof GROUPINGS)[number];

/** A date with a time of day, picked by the browser's own picker. */
function MomentField({
  label,
  value,
  error,
  onValue,
}: {
  label: string;
  value: string;
  error?: string | undefined;
  onValue: (value: string) => void;
}) {
  const id = useId();
  return (
    <div class="field field--moment">
      <label class="field__label" for={id}>
        {label}
      </label>
      <input
        id={id}
        type="datetime-local"
        class="field__input"
        value={value}
        aria-invalid={Boolean(error)}
        aria-describedby={error ? `${id}-error` : undefined}
        onChange={(event) => onValue(event.currentTarget.value)}
      />
      {error && (
        <p class="field__error" id={`${id}-error`} role="alert">
          <Icon name="error" />
          <span>{error}</span>
        </p>
      )}
    </div>
  );
}
