import { t } from '../i18n/t.ts';
import type { Login } from '../net/login.ts';
import { EmptyState, ErrorState } from '../ui/message.tsx';

/** What stands in place of the console while nobody is logged in: why, and the way in. */
export function SignIn({ login, onRetry }: { login: Login; onRetry: () => void }) {
  return <main class="sign-in">{content(login, onRetry)}</main>;
}

function content(login: Login, onRetry: () => void) {
  switch (login.kind) {
    case 'session':
      return (
        <ErrorState icon="key" title={t('console.signIn.kioskTitle')}>
          {t('console.signIn.kioskText')}
        </ErrorState>
      );
    case 'link-used':
      return (
        <ErrorState icon="key" title={t('console.signIn.usedTitle')}>
          {t('console.signIn.howTo')}
        </ErrorState>
      );
    case 'no-session':
      return (
        <EmptyState icon="key" title={t('console.signIn.title')}>
          {t('console.signIn.howTo')}
        </EmptyState>
      );
    case 'failed':
      return (
        <ErrorState title={t('console.signIn.failedTitle')} onRetry={onRetry}>
          {login.message ?? t('console.error.offline')}
        </ErrorState>
      );
  }
}
