import { useEffect, useRef } from 'preact/hooks';

type Keys = { onEnter: () => void; onEscape: () => void };

/** Enter goes on and Esc goes back, wherever the focus is, but for dialogs and for what has an Enter of its own. */
export function useStepKeys(keys: Keys): void {
  const latest = useRef(keys);
  latest.current = keys;
  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent): void => {
      const { key, target, defaultPrevented } = event;
      if (defaultPrevented || document.querySelector('dialog[open]')) return;
      if (key === 'Escape') latest.current.onEscape();
      const own =
        target instanceof HTMLElement && target.matches('button, input, select, textarea, a, summary');
      if (key === 'Enter' && !own) latest.current.onEnter();
    };
    addEventListener('keydown', onKeyDown);
    return () => removeEventListener('keydown', onKeyDown);
  }, []);
}
