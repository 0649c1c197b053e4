import type { Translation } from '../t.ts';
import { problemsMessages } from './problems.ts';

export const consoleMessages: Translation<'console'> = {
  brand: 'Facewire',
  pageTitle: '{page} · Facewire',
  skip: 'Zum Inhalt springen',
  logout: 'Abmelden',
  language: 'Sprache',
  theme: 'Darstellung: {theme}. Zum Wechseln drücken',
  themes: { system: 'wie das System', light: 'hell', dark: 'dunkel' },
  noMatch: 'Nichts passt zu „{query}“',
  dateTime: '{date}, {time}',
  duration: { seconds: '{value} s', minutes: '{value} min', hours: '{value} h', days: '{value} T.' },
  size: { kilobytes: '{value} KB', megabytes: '{value} MB' },
  nav: {
    label: 'Seiten',
    streams: 'Streams',
    events: 'Ereignisse',
    people: 'Personen',
    enrol: 'Erfassen',
    identify: 'Suchen',
    verify: 'Vergleichen',
    evaluation: 'Auswertung',
    admin: 'Verwaltung',
  },
  connection: {
    connecting: 'Verbindung wird aufgebaut …',
    online: 'Live',
    offline: 'Verbindung verloren',
    ended: 'Getrennt',
    retryIn: 'wieder in {seconds} s',
    retryNow: 'Jetzt verbinden',
  },
  stale: {
    title: 'Nicht live',
    offline:
      'Die Verbindung ist unterbrochen. Was hier steht, ist von vorher; es geht von selbst weiter, sobald der Server wieder da ist.',
    ended: 'Der Server hat diese Sitzung beendet. Laden Sie die Seite neu, um fortzufahren.',
  },
  error: {
    offline: 'Der Server antwortet nicht. Prüfen Sie, ob er läuft und ob dieses Gerät verbunden ist.',
    slow: 'Der Server hat zu lange gebraucht. Versuchen Sie es gleich noch einmal.',
    unexpected: 'Diese Seite versteht die Antwort des Servers nicht. Laden Sie die Seite neu.',
    status: 'Der Server hat mit dem Status {status} abgelehnt.',
  },
  problems: problemsMessages,
  signIn: {
    checking: 'Ihre Sitzung wird geprüft …',
    title: 'Öffnen Sie die Konsole über ihren Link',
    usedTitle: 'Dieser Link wurde schon verwendet oder ist zu alt',
    howTo:
      'Der Server gibt beim Start Links aus, die einmal gelten, und ein Administrator erstellt weitere auf der Seite „Verwaltung“. Öffnen Sie hier einen neuen; danach bleibt dieser Browser angemeldet.',
    kioskTitle: 'Dieser Browser ist als Kiosk angemeldet',
    kioskText:
      'Ein Kiosk darf andere Streams nicht sehen. Öffnen Sie den Link der Konsole in einem anderen Browser, oder öffnen Sie ihn hier, um zu wechseln.',
    failedTitle: 'Die Anmeldung ist fehlgeschlagen',
  },
  score: {
    above: 'über der Schwelle von {threshold}',
    below: 'unter der Schwelle von {threshold}',
  },
};
