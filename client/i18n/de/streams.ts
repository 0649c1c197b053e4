import type { Translation } from '../t.ts';

export const streamsMessages: Translation<'console.streams'> = {
  title: 'Streams',
  lead: '{online} von {count} online · {people} erfasst',
  search: 'Kamera, Ort oder Person',
  show: 'Anzeigen',
  shown: { all: 'Alle', online: 'Online', offline: 'Offline', people: 'Jemand im Bild' },
  place: 'Ort',
  everywhere: 'Überall',
  noneShown: 'Kein Stream passt gerade dazu',
  fullScreen: 'Vollbild',
  leaveFullScreen: 'Vollbild verlassen',
  pin: '{name} anheften',
  unpin: '{name} lösen',
  pinIt: 'Anheften',
  unpinIt: 'Lösen',
  loading: 'Warten auf die Streams …',
  emptyTitle: 'Noch kein Kiosk',
  emptyAction: 'Kiosk hinzufügen',
  emptyAdmin:
    'Ein Kiosk ist ein Browser mit Kamera. Erstellen Sie unter „Verwaltung“ einen einmaligen Link und öffnen Sie ihn auf dem Gerät; sein Stream erscheint hier sofort.',
  emptyOperator:
    'Ein Kiosk ist ein Browser mit Kamera. Bitten Sie einen Administrator um einen einmaligen Kiosk-Link und öffnen Sie ihn auf dem Gerät; sein Stream erscheint hier sofort.',
  nobody: 'Niemand im Bild',
  starting: 'Startet',
  trouble: {
    offline: 'Offline',
    silent: 'Kiosk antwortet nicht',
    stalled: 'Bild steht still',
    'no-camera': 'Keine Kamera',
    failed: 'Erkennung startet nicht',
  },
  troubleFor: '{trouble} seit {duration}',
  offlineSince: 'Offline seit {time}',
  offlineLast: 'Offline, letzter Ausschnitt {time}',
  offlineNever: 'Offline, nie verbunden',
};
