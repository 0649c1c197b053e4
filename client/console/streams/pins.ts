import { type ReadonlySignal, signal } from '@preact/signals';

const STORAGE_KEY = 'facewire.pinned-streams';
const MOST = 64;

const ids = signal<readonly string[]>(remembered());

/** Ids of the streams that this browser shows first and large, in the order of pinning. */
export const pinned: ReadonlySignal<readonly string[]> = ids;

export function togglePin(id: string): void {
  ids.value = ids.value.includes(id)
    ? ids.value.filter((one) => one !== id)
    : [...ids.value, id].slice(-MOST);
  try {
    localStorage.setItem(STORAGE_KEY, JSON.stringify(ids.value));
  } catch {
    // Storage is full or forbidden: the pins last as long as the page.
  }
}

function remembered(): string[] {
  try {
    const stored: unknown = JSON.parse(localStorage.getItem(STORAGE_KEY) ?? '[]');
    if (!Array.isArray(stored)) return [];
    return stored.filter((id): id is string => typeof id === 'string').slice(-MOST);
  } catch {
    return [];
  }
}
