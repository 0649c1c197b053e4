import type { ComponentChildren } from 'preact';
import { useEffect, useId, useRef } from 'preact/hooks';

/**
 * A modal dialog, open while it is rendered. Esc and a press beside it close it; focus goes in by
 * the browser's own rules, and back to where it was.
 */
export function Dialog({
  title,
  onClose,
  wide = false,
  actions,
  children,
}: {
  title: string;
  onClose: () => void;
  wide?: boolean;
  actions?: ComponentChildren;
  children: ComponentChildren;
}) {
  const ref = useRef<HTMLDialogElement>(null);
  const id = useId();
  useEffect(() => {
    const dialog = ref.current;
    const before = document.activeElement;
    dialog?.showModal();
    return () => {
      dialog?.close();
      requestAnimationFrame(() => giveFocusBack(before));
    };
  }, []);
  return (
    <dialog
      ref={ref}
      class={wide ? 'dialog dialog--wide' : 'dialog'}
      closedby="any"
      aria-labelledby={id}
      onCancel={(event) => {
        // A file dialog that is cancelled inside says so by an event of this name, which bubbles.
        if (event.target !== event.currentTarget) return;
        event.preventDefault();
        onClose();
      }}
    >
      <div class="dialog__body">
        <h2 id={id}>{title}</h2>
        {children}
        {actions && <div class="dialog__actions">{actions}</div>}
      </div>
    </dialog>
  );
}

/** What was pressed may be gone by now: the keyboard then goes on from the page's heading. */
function giveFocusBack(before: Element | null): void {
  if (document.activeElement !== document.body || document.querySelector('dialog[open]')) return;
  if (before instanceof HTMLElement && before !== document.body && before.isConnected) before.focus();
  else document.querySelector<HTMLElement>('main h1')?.focus();
}
