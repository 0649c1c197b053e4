import type { ComponentChildren } from 'preact';

/** The title of a page, what it is for, and its controls. */
export function PageHead({
  title,
  lead,
  children,
}: {
  title: string;
  lead?: ComponentChildren;
  children?: ComponentChildren;
}) {
  return (
    <div class="page-head">
      <div class="page-head__text">
        <h1 tabIndex={-1}>{title}</h1>
        {lead && <p class="muted">{lead}</p>}
      </div>
      {children}
    </div>
  );
}
