import { useSignal } from '@preact/signals';
import type { ComponentChildren } from 'preact';

/** A field that files can be dropped on; what is in it has to offer another way to choose them. */
export function Dropzone({
  onDrop,
  children,
}: {
  onDrop: (dropped: DataTransfer) => void;
  children: ComponentChildren;
}) {
  const over = useSignal(false);
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: dropping is an extra; the buttons inside do the same
    <div
      class={`dropzone${over.value ? ' dropzone--over' : ''}`}
      onDragOver={(event) => {
        event.preventDefault();
        over.value = true;
      }}
      onDragLeave={() => {
        over.value = false;
      }}
      onDrop={(event) => {
        event.preventDefault();
        over.value = false;
        if (event.dataTransfer) onDrop(event.dataTransfer);
      }}
    >
      {children}
    </div>
  );
}
