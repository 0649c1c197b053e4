import { signal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { type Actors, actorsResponseSchema } from '../../protocol/access.ts';
import { CONSOLE_ROLES } from '../../protocol/rest.ts';
import { t } from '../i18n/t.ts';
import { call } from './api.ts';

const actors = signal<Actors>({});
let asked: { at: number; what: Promise<void> } | undefined;
/** A name that is missing is asked for again after this time. */
const ASK_AGAIN_MS = 10_000;

/** Asks for the names once; without an answer subjects are told in general words. */
function ask(): Promise<void> {
  if (asked && Date.now() - asked.at < ASK_AGAIN_MS) return asked.what;
  const what = call('/actors', actorsResponseSchema).then(
    (answer) => {
      actors.value = answer.actors;
    },
    () => {},
  );
  asked = { at: Date.now(), what };
  return what;
}

/** Who is meant by a subject, as `user:ID`: their name, or what they are. */
function nameOf(subject: string): string {
  const known = actors.value[subject];
  if (known) return known.gone ? t('console.actors.gone', { name: known.name }) : known.name;
  const [kind = '', id = ''] = subject.split(':');
  const role = CONSOLE_ROLES.find((one) => one === kind);
  if (role) return t('console.actors.link', { role: t(`console.users.roles.${role}`), id });
  if (subject === 'server') return t('console.actors.server');
  if (subject === 'api-key') return t('console.actors.apiKey');
  if (kind === 'kiosk') return t('console.actors.kiosk');
  if (/^[\d.]+$|^[\da-f:.]+$/i.test(subject)) return t('console.actors.address', { address: subject });
  return t('console.actors.unknown');
}

/** The name of whoever a subject means; it is filled in once the server has told it. */
export function useName(subject: string): string {
  useEffect(() => {
    if (/^(user|token):/.test(subject) && !actors.peek()[subject]) void ask();
  }, [subject]);
  return nameOf(subject);
}
