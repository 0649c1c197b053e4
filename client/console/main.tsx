import '../net/zod-without-eval.ts';
import { computed, effect, signal } from '@preact/signals';
import { render } from 'preact';
import '../ui/base.css';
import './styles/shell.css';
import './styles/streams.css';
import './styles/lists.css';
import './styles/events.css';
import './styles/alerts.css';
import './styles/forms.css';
import './styles/results.css';
import './styles/evaluation.css';
import './styles/models.css';
import './styles/webhooks.css';
import './styles/people.css';
import './styles/unknowns.css';
import './styles/admin.css';
import './styles/enrol.css';
import './styles/import.css';
import './styles/training.css';

import { consoleMessages } from '../i18n/en/console.ts';
import { uiMessages } from '../i18n/en/ui.ts';
import { startSpeaking } from '../i18n/language.ts';
import { t } from '../i18n/t.ts';
import { type Login, login } from '../net/login.ts';
import { LoadingState } from '../ui/message.tsx';
import { type Live, openLive } from './live.ts';
import { session } from './session.ts';
import { Shell } from './shell.tsx';
import { SignIn } from './sign-in.tsx';

const outcome = signal<Login | undefined>(undefined);
const role = computed(() => (outcome.value?.kind === 'session' ? outcome.value.session.role : undefined));
const live = signal<Live | undefined>(undefined);

async function start(): Promise<void> {
  outcome.value = undefined;
  enter(await login({ client: 'console', location, history, fetch: fetch.bind(globalThis) }));
}

function enter(result: Login): void {
  session.value = result.kind === 'session' ? result.session : undefined;
  outcome.value = result;
}

// A link pasted into an open tab changes the hash only.
addEventListener('hashchange', () => {
  if (location.hash.startsWith('#code=')) location.reload();
});

effect(() => {
  if (role.value === undefined || role.value === 'kiosk') return;
  const opened = openLive({
    onEnded: (reason) => ['unauthenticated', 'revoked'].includes(reason) && void start(),
  });
  live.value = opened;
  return () => {
    opened.close();
    live.value = undefined;
  };
});

function Root() {
  if (!outcome.value) return <LoadingState text={t('console.signIn.checking')} />;
  if (role.value && live.value) {
    return <Shell live={live.value} role={role.value} onLoggedOut={() => void start()} />;
  }
  return (
    <SignIn
      login={outcome.value}
      onRetry={() => void start()}
      onLoggedIn={(begun) => enter({ kind: 'session', session: begun })}
    />
  );
}

await startSpeaking({ ui: uiMessages, console: consoleMessages });
const app = document.getElementById('app');
if (app) render(<Root />, app);
void start();
