import { t } from '../i18n/t.ts';
import { Notice } from '../ui/message.tsx';
import type { Live } from './live.ts';

/** Says that what stands on the page is no longer live, while the connection is lost or over. */
export function StaleNotice({ live }: { live: Live }) {
  const { kind } = live.status.value;
  if (kind !== 'offline' && kind !== 'ended') return null;
  return (
    <Notice state="warning" title={t('console.stale.title')}>
      <p>{t(kind === 'offline' ? 'console.stale.offline' : 'console.stale.ended')}</p>
    </Notice>
  );
}
