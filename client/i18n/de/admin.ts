import type { Translation } from '../t.ts';

export const adminMessages: Translation<'console.admin'> = {
  title: 'Verwaltung',
  sections: 'Bereiche der Verwaltung',
  tabs: {
    kiosks: 'Kioske',
    users: 'Benutzer',
    tokens: 'Token',
    models: 'Modelle',
    webhooks: 'Webhooks',
    settings: 'Einstellungen',
    health: 'Zustand',
    queues: 'Warteschlangen',
    audit: 'Protokoll',
  },
  leads: {
    kiosks: 'Die Geräte mit Kamera, die Ausschnitte senden dürfen.',
    users: 'Wer diese Konsole verwenden darf.',
    tokens: 'Was andere Programme mit diesem Server tun dürfen.',
    models: 'Das Netz, das aus Gesichtern Embeddings macht.',
    webhooks: 'Andere Systeme, die von Sichtungen erfahren.',
    settings: 'Was für den ganzen Server gilt.',
    health: 'Der Zustand des Servers und seiner Komponenten.',
    queues: 'Was auf die Worker wartet und was fehlgeschlagen ist.',
    audit: 'Wer was getan hat, und ob man sich darauf verlassen kann.',
  },
};

export const kiosksMessages: Translation<'console.kiosks'> = {
  title: 'Kioske',
  add: 'Kiosk hinzufügen',
  failed: 'Die Kioske können nicht angezeigt werden',
  emptyTitle: 'Noch kein Kiosk',
  empty:
    'Öffnen Sie die Adresse dieses Servers mit /kiosk am Ende auf einem Gerät mit Kamera, und geben Sie den Code ein, den es zeigt. Oder fügen Sie hier einen Kiosk hinzu und öffnen Sie dort seinen Link.',
  since: 'seit {date}',
  addTitle: 'Kiosk hinzufügen',
  addFailed: 'Der Kiosk wurde nicht hinzugefügt',
  name: 'Name',
  nameHint: 'So steht er auf der Kachel, zum Beispiel „Haupteingang“.',
  nameMissing: 'Geben Sie einen Namen ein.',
  place: 'Ort',
  video: 'Live-Video für die Konsole',
  videoHint:
    'Wer an der Konsole sitzt, sieht das Bild dieser Kamera, nicht nur die Gesichter. Der Kiosk sagt das auf seinem Bildschirm. Sonst verlassen nur Gesichter das Gerät.',
  videoAllowed: 'Live-Video',
  training: 'Dieser Browser lernt',
  trainingHint:
    'Solange niemand davorsteht, trainiert der Browser des Kiosks den Schüler seiner Kamera mit Sichtungen, die Betreuer bestätigt haben. Die Bilder bleiben im Browser; was er gelernt hat, geht an den Server. Der Kiosk sagt das auf seinem Bildschirm und lässt sich dort anhalten.',
  trainingAllowed: 'Browser lernt',
  pairByCode: 'Per Code koppeln',
  pairTitle: 'Kiosk mit seinem Code koppeln',
  pair: 'Koppeln',
  paired: '{name} ist gekoppelt und meldet sich an',
  pairFailed: 'Der Kiosk wurde nicht gekoppelt',
  code: 'Code',
  codeHint: 'Wie er auf dem Bildschirm des Kiosks steht, zum Beispiel K7QW-3MZA.',
  codeWrong: 'Geben Sie die acht Buchstaben und Ziffern vom Bildschirm des Kiosks ein.',
  editNamed: '{name} bearbeiten',
  editTitle: '{name} bearbeiten',
  editFailed: 'Nichts wurde geändert',
  save: 'Speichern',
  create: 'Link erstellen',
  newLinkNamed: 'Neuer Link für {name}',
  revoke: 'Widerrufen',
  revokeNamed: '{name} widerrufen',
  revokeTitle: '{name} widerrufen?',
  revokeText:
    'Das Gerät wird sofort getrennt, und seine Anmeldung gilt nicht mehr. Sein Stream verschwindet. Um es zurückzuholen, fügen Sie einen neuen Kiosk hinzu.',
  revokeFailed: 'Der Kiosk wurde nicht widerrufen',
};

export const linkMessages: Translation<'console.link'> = {
  title: 'Link für {name}',
  text: 'Öffnen Sie diesen Link in dem Browser, für den er gedacht ist:',
  failed: 'Der Link wurde nicht erstellt',
  copy: 'Kopieren',
  copied: 'Kopiert',
  copyFailed:
    'Der Browser hat das Kopieren nicht erlaubt. Markieren Sie den Link und kopieren Sie ihn von Hand.',
  onceTitle: 'Er gilt einmal und wird nur jetzt gezeigt',
  once: 'Wer ihn zuerst öffnet, ist damit angemeldet; geben Sie ihn mit Bedacht weiter. Geht er verloren, erstellen Sie einen neuen.',
};

export const healthMessages: Translation<'console.health'> = {
  title: 'Zustand',
  ready: 'Bereit',
  notReady: 'Nicht bereit',
  failed: 'Der Zustand des Servers ist nicht bekannt',
  redis: 'Warteschlange (Redis)',
  database: 'Datenbank',
  sfu: 'Medien (SFU)',
  workers: 'Worker',
};
