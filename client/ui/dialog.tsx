import type { ComponentChildren } from 'preact';
import { useEffect, useId, useRef } from 'preact/hooks';

/**
 * A modal dialog, open while it is rendered. Esc and a press beside it close it; focus goes in and
 * comes back by the browser's own rules.
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
    dialog?.showModal();
    return () => dialog?.close();
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
