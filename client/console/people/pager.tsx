import { t } from '../../i18n/t.ts';
import { Button } from '../../ui/button.tsx';

/** Which part of a long list is shown, and the way to the next. Nothing where it fits on one page. */
export function Pager({
  page,
  size,
  total,
  busy,
  onPage,
}: {
  /** From 0. */
  page: number;
  size: number;
  total: number;
  busy: boolean;
  onPage: (page: number) => void;
}) {
  const last = Math.ceil(total / size) - 1;
  if (last < 1) return null;
  const go = (to: number) => {
    if (busy || to < 0 || to > last) return;
    onPage(to);
    // The top of the new page; the focus stays on the button, for whoever turns several.
    document.getElementById('main')?.scrollIntoView();
  };
  return (
    <nav class="pager" aria-label={t('console.pager.label')}>
      <Button aria-disabled={page === 0} onClick={() => go(page - 1)}>
        {t('console.pager.previous')}
      </Button>
      <span class="figure muted" aria-live="polite">
        {t('console.pager.range', {
          from: page * size + 1,
          to: Math.min(total, (page + 1) * size),
          total,
        })}
      </span>
      <Button aria-disabled={page === last} onClick={() => go(page + 1)}>
        {t('console.pager.next')}
      </Button>
    </nav>
  );
}
