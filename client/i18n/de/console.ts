import type { Translation } from '../t.ts';
import { accountMessages, actorsMessages, tokensMessages, usersMessages } from './access.ts';
import { adminMessages, healthMessages, kiosksMessages, linkMessages } from './admin.ts';
import { alertsMessages } from './alerts.ts';
import { captureMessages, testMessages } from './capture.ts';
import { addPhotosMessages, cameraMessages, enrolMessages, photosMessages } from './enrol.ts';
import { evaluationMessages } from './evaluation.ts';
import { eventsMessages } from './events.ts';
import { importMessages } from './import.ts';
import { modelsMessages } from './models.ts';
import { notifyMessages } from './notify.ts';
import { auditMessages, partsMessages, queuesMessages, retentionMessages } from './operation.ts';
import { eraseMessages, pagerMessages, peopleMessages, personMessages } from './people.ts';
import { problemsMessages } from './problems.ts';
import { streamsMessages } from './streams.ts';
import { trainingMessages } from './training.ts';
import { galleryCheckMessages, operatingPointMessages, verifyMessages } from './trust.ts';
import { unknownsMessages } from './unknowns.ts';

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
  duration: { seconds: '{value} s', minutes: '{value} min', hours: '{value} h', days: '{value} Tg.' },
  size: { kilobytes: '{value} KB', megabytes: '{value} MB' },
  nav: {
    label: 'Seiten',
    streams: 'Streams',
    events: 'Ereignisse',
    unknowns: 'Unbekannte',
    waiting: { one: '{count} unbekannte Person wartet', other: '{count} unbekannte Personen warten' },
    people: 'Personen',
    enrol: 'Erfassen',
    identify: 'Suchen',
    verify: 'Vergleichen',
    evaluation: 'Auswertung',
    training: 'Training',
    admin: 'Verwaltung',
  },
  connection: {
    connecting: 'Verbindet …',
    online: 'Live',
    offline: 'Offline',
    ended: 'Getrennt',
    retryIn: 'erneut in {seconds} s',
    retryNow: 'Jetzt verbinden',
  },
  stale: {
    title: 'Nicht live',
    offline:
      'Die Verbindung ist unterbrochen. Was hier steht, ist von vorher; es geht von selbst weiter, sobald der Server wieder da ist.',
    ended: 'Der Server hat diese Sitzung beendet. Laden Sie die Seite neu.',
  },
  error: {
    offline: 'Der Server antwortet nicht. Prüfen Sie, ob er läuft und ob dieses Gerät verbunden ist.',
    slow: 'Der Server hat zu lange gebraucht. Versuchen Sie es gleich noch einmal.',
    unexpected: 'Diese Seite versteht die Antwort des Servers nicht. Laden Sie die Seite neu.',
    status: 'Der Server hat mit dem Status {status} abgelehnt.',
  },
  problems: problemsMessages,
  training: trainingMessages,
  forbidden: {
    title: 'Nicht für Ihre Rolle',
    text: 'Diese Seite braucht mehr Rechte, als Ihre Anmeldung hat. Ein Administrator kann Ihre Rolle ändern.',
  },
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
  help: {
    open: 'Hilfe zur Tastatur',
    title: 'Tastatur',
    here: 'Auf dieser Seite',
    everywhere: 'Überall',
    pages: 'Zu einer Seite gehen',
    help: 'Diese Hilfe',
    search: 'Zur Suche',
    arrows:
      'Zwischen Kacheln und Zeilen wechseln; Pos1 und Ende führen zur ersten und letzten, ↓ von der Suche zu den Treffern',
    enter: 'Stream vergrößern, Knopf drücken',
    pin: 'Stream anheften oder lösen',
    fullScreen: 'Die Streams oder den vergrößerten als Vollbild zeigen',
    escape: 'Schließen, was offen ist; die Suche leeren',
  },
  score: { above: 'über der Schwelle von {threshold}', below: 'unter der Schwelle von {threshold}' },
  streams: streamsMessages,
  events: eventsMessages,
  unknowns: unknownsMessages,
  alerts: alertsMessages,
  photos: photosMessages,
  camera: cameraMessages,
  capture: captureMessages,
  test: testMessages,
  import: importMessages,
  enrol: enrolMessages,
  people: peopleMessages,
  pager: pagerMessages,
  person: personMessages,
  addPhotos: addPhotosMessages,
  erase: eraseMessages,
  receipt: {
    title: '{name} wurde gelöscht',
    person: 'Person',
    id: 'ID',
    at: 'Gelöscht',
    templates: 'Gesichts-Templates',
    crops: 'Referenzausschnitte',
    sightings: 'Sichtungen',
    confirmations: 'Antworten zu Sichtungen',
    version: 'Galerie-Version',
  },
  identify: {
    title: 'Wer ist das?',
    lead: 'Sucht die Gesichter eines Fotos unter allen Erfassten. Das Foto wird nicht aufbewahrt.',
    photo: 'Foto',
    pick: 'Foto zum Suchen',
    hint: 'Legen Sie hier ein Foto ab. Es darf mehrere Personen zeigen.',
    submit: 'Suchen',
    busy: 'Wird gesucht …',
    failed: 'Die Suche ist fehlgeschlagen',
    emptyTitle: 'Noch nichts gesucht',
    empty: 'Hier erscheinen Gesichter und die Personen, denen sie am meisten ähneln.',
    faces: { one: '{count} Gesicht', other: '{count} Gesichter' },
    confidence: '{percent} sicher',
  },
  verify: verifyMessages,
  operatingPoint: operatingPointMessages,
  galleryCheck: galleryCheckMessages,
  evaluation: evaluationMessages,
  admin: adminMessages,
  kiosks: kiosksMessages,
  link: linkMessages,
  retention: retentionMessages,
  parts: partsMessages,
  queues: queuesMessages,
  audit: auditMessages,
  users: usersMessages,
  tokens: tokensMessages,
  account: accountMessages,
  actors: actorsMessages,
  models: modelsMessages,
  webhooks: notifyMessages,
  health: healthMessages,
};
