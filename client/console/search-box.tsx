import type { Signal } from '@preact/signals';
import { Icon } from '../ui/icon.tsx';

/** The search of a page; `/` comes here, ↓ goes on to what was found, Esc empties it and then leaves. */
export function SearchBox({
  query,
  label,
  onChanged,
}: {
  query: Signal<string>;
  label: string;
  onChanged?: () => void;
}) {
  return (
    <div class="search">
      <Icon name="search" />
      <input
        type="search"
        class="field__input"
        aria-label={label}
        placeholder={label}
        value={query.value}
        onInput={(event) => {
          query.value = event.currentTarget.value;
          onChanged?.();
        }}
        onKeyDown={(event) => {
          if (event.key === 'ArrowDown') {
            event.preventDefault();
            document.querySelector<HTMLElement>('main [data-arrow-stop]')?.focus();
          }
          if (event.key !== 'Escape') return;
          if (query.value === '') event.currentTarget.blur();
          query.value = '';
          onChanged?.();
        }}
      />
    </div>
  );
}

/** Whether every word of the query stands somewhere in the texts, whatever its case. */
export function matches(query: string, texts: readonly string[]): boolean {
  const haystack = texts.join(' ').toLocaleLowerCase();
  return query
    .toLocaleLowerCase()
    .split(/\s+/)
    .every((word) => haystack.includes(word));
}
