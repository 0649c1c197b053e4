import { useSignal } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import type { Role } from '../../protocol/rest.ts';
import { language } from '../i18n/language.ts';
import { t } from '../i18n/t.ts';
import { Button } from '../ui/button.tsx';
import { Icon, type IconName } from '../ui/icon.tsx';
import { ErrorState, Notice } from '../ui/message.tsx';
import { THEMES, theme } from '../ui/theme.ts';
import { showToast, Toasts } from '../ui/toast.tsx';
import { AccountDialog } from './account-dialog.tsx';
import { AdminPage } from './admin/admin.page.tsx';
import { AlertBar } from './alerts/alert-bar.tsx';
import { logout } from './api.ts';
import { Connection } from './connection.tsx';
import { EnrolPage } from './enrol/enrol.page.tsx';
import { EvaluationPage } from './evaluation/evaluation.page.tsx';
import { EventsPage } from './events/events.page.tsx';
import { HelpDialog } from './help-dialog.tsx';
import { IdentifyPage } from './identify.page.tsx';
import { ImportPage } from './import/import.page.tsx';
import { PAGE_LETTERS, useShortcuts } from './keyboard.ts';
import { LanguageMenu } from './language-menu.tsx';
import type { Live } from './live.ts';
import { PeoplePage } from './people/people.page.tsx';
import { PersonPage } from './person.page.tsx';
import { hrefOf, type Page, page, pagesOf, subject } from './router.ts';
import { session } from './session.ts';
import { StreamsPage } from './streams/streams.page.tsx';
import { TrainingPage } from './training/training.page.tsx';
import { UnknownPage } from './unknown.page.tsx';
import { UnknownsPage } from './unknowns.page.tsx';
import { VerifyPage } from './verify.page.tsx';

const ICONS: Record<Page, IconName> = {
  streams: 'streams',
  events: 'events',
  unknowns: 'unknowns',
  people: 'people',
  enrol: 'enrol',
  identify: 'identify',
  verify: 'verify',
  evaluation: 'evaluation',
  training: 'training',
  admin: 'admin',
};

/** The frame of every page: navigation, connection, tools, and the page that the address names. */
export function Shell({ live, role, onLoggedOut }: { live: Live; role: Role; onLoggedOut: () => void }) {
  const help = useSignal(false);
  const account = useSignal(false);
  const alerts = useSignal(false);
  const main = useRef<HTMLElement>(null);
  const visited = useRef(placeOf());
  useShortcuts({ onHelp: () => (help.value = true) });

  const { user } = session.value ?? {};
  const who = user?.name ?? (role === 'kiosk' ? '' : t(`console.users.roles.${role}`));
  const current = page.value;
  const pages = pagesOf(role);
  const place = placeOf();
  const waiting = live.store.alerts.value.length;
  useEffect(() => {
    const title = t('console.pageTitle', { page: t(`console.nav.${current}`) });
    document.title = waiting > 0 ? t('console.alerts.badge', { count: waiting, title }) : title;
    // A new page is read from its heading; the first one leaves the focus where the browser put it.
    if (visited.current !== place) main.current?.querySelector('h1')?.focus();
    visited.current = place;
    document
      .querySelector('.nav__link[aria-current]')
      ?.scrollIntoView({ block: 'nearest', inline: 'nearest' });
  }, [place, language.value, waiting]);

  async function leave(): Promise<void> {
    try {
      await logout();
      onLoggedOut();
    } catch (error) {
      showToast({ state: 'error', text: error instanceof Error ? error.message : String(error) });
    }
  }

  return (
    <div class="shell">
      <button type="button" class="button skip-link" onClick={() => main.current?.focus()}>
        {t('console.skip')}
      </button>
      <div class="side">
        <header class="brand">
          <span class="brand__name">
            <Icon name="identify" /> <span class="brand__word">{t('console.brand')}</span>
          </span>
          <Connection status={live.status} now={live.store.now} onRetry={live.retry} />
        </header>
        <nav class="nav" aria-label={t('console.nav.label')}>
          {pages.map((name) => (
            <a
              key={name}
              class="nav__link"
              href={hrefOf(name)}
              data-page={name}
              aria-keyshortcuts={PAGE_LETTERS[name] && `g ${PAGE_LETTERS[name]}`}
              aria-current={name === current ? 'page' : undefined}
            >
              <Icon name={ICONS[name]} />
              <span>{t(`console.nav.${name}`)}</span>
              {name === 'unknowns' && <Waiting count={live.store.unknowns.value} />}
            </a>
          ))}
        </nav>
        <div class="tools">
          <Button
            variant="quiet"
            icon="bell"
            aria-label={t('console.alerts.title')}
            title={t('console.alerts.title')}
            onClick={() => (alerts.value = true)}
          />
          <Button
            variant="quiet"
            icon="theme"
            aria-label={t('console.theme', { theme: t(`console.themes.${theme.value}`) })}
            title={t('console.theme', { theme: t(`console.themes.${theme.value}`) })}
            onClick={nextTheme}
          />
          <LanguageMenu />
          <Button
            variant="quiet"
            icon="keyboard"
            class="tools__keyboard"
            aria-label={t('console.help.open')}
            title={t('console.help.open')}
            onClick={() => (help.value = true)}
          />
          <Button
            variant="quiet"
            icon="person"
            aria-label={t('console.account.open', { name: who })}
            title={t('console.account.open', { name: who })}
            onClick={() => (account.value = true)}
          />
        </div>
      </div>
      <main class="main" id="main" tabIndex={-1} ref={main}>
        <AlertBar live={live} role={role} all={alerts} />
        {user && !user.hasPassword && (
          <Notice state="info" title={t('console.account.remindTitle')}>
            <p>{t('console.account.remind')}</p>
            <Button icon="key" onClick={() => (account.value = true)}>
              {t('console.account.setTitle')}
            </Button>
          </Notice>
        )}
        <CurrentPage name={current} live={live} role={role} />
      </main>
      {account.value && (
        <AccountDialog onLogOut={() => void leave()} onClose={() => (account.value = false)} />
      )}
      {help.value && <HelpDialog pages={pages} onClose={() => (help.value = false)} />}
      <Toasts />
    </div>
  );
}

/** How many unknown people wait for an answer. */
function Waiting({ count }: { count: number }) {
  if (count === 0) return null;
  return (
    <span class="nav__count figure">
      <span aria-hidden="true">{count}</span>
      <span class="visually-hidden">{t('console.nav.waiting', { count })}</span>
    </span>
  );
}

function CurrentPage({ name, live, role }: { name: Page; live: Live; role: Role }) {
  if (!pagesOf(role).includes(name)) {
    return (
      <ErrorState icon="key" title={t('console.forbidden.title')}>
        {t('console.forbidden.text')}
      </ErrorState>
    );
  }
  switch (name) {
    case 'streams':
      return <StreamsPage live={live} role={role} />;
    case 'events':
      return <EventsPage live={live} role={role} />;
    case 'unknowns':
      if (subject.value) return <UnknownPage key={subject.value} id={subject.value} store={live.store} />;
      return <UnknownsPage live={live} />;
    case 'people':
      if (subject.value) return <PersonPage key={subject.value} id={subject.value} store={live.store} />;
      return <PeoplePage store={live.store} />;
    case 'enrol':
      return subject.value === 'import' ? <ImportPage /> : <EnrolPage />;
    case 'identify':
      return <IdentifyPage />;
    case 'verify':
      return <VerifyPage />;
    case 'evaluation':
      return <EvaluationPage />;
    case 'training':
      return <TrainingPage role={role} />;
    case 'admin':
      return <AdminPage />;
  }
}

/** The page with what it is about: a new one is read from its heading. */
function placeOf(): string {
  return `${page.value}/${subject.value ?? ''}`;
}

function nextTheme(): void {
  theme.value = THEMES[(THEMES.indexOf(theme.value) + 1) % THEMES.length] ?? 'system';
}
