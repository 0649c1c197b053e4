import type { Translation } from '../t.ts';

export const streamsMessages: Translation<'console.streams'> = {
  title: 'Flussi',
  lead: '{online} di {count} in linea · {people} persone registrate',
  search: 'Nome o luogo',
  show: 'Mostra',
  shown: { all: 'Tutti', online: 'In linea', offline: 'Non in linea', people: 'Con persone' },
  place: 'Luogo',
  everywhere: 'Ovunque',
  noneShown: 'Ora nessun flusso corrisponde',
  fullScreen: 'Schermo intero',
  leaveFullScreen: 'Esci da schermo intero',
  pin: 'Fissa {name}',
  unpin: 'Sblocca {name}',
  pinIt: 'Fissa',
  unpinIt: 'Sblocca',
  loading: 'In attesa dei flussi …',
  emptyTitle: 'Ancora nessun chiosco',
  emptyAction: 'Aggiungi un chiosco',
  emptyAdmin:
    'Un chiosco è un browser con una telecamera. Crei un link monouso in «Gestione» e lo apra sul dispositivo; il suo flusso appare subito qui.',
  emptyOperator:
    'Un chiosco è un browser con una telecamera. Chieda a un amministratore un link monouso per chiosco e lo apra sul dispositivo; il suo flusso appare subito qui.',
  nobody: 'Nessuno in vista',
  starting: 'Avvio',
  trouble: {
    offline: 'Non in linea',
    silent: 'Il chiosco non risponde',
    stalled: 'Immagine ferma',
    'no-camera': 'Nessuna telecamera',
    failed: 'Rilevamento non partito',
  },
  troubleFor: '{trouble} da {duration}',
  offlineSince: 'Non in linea, da: {time}',
  offlineLast: 'Non in linea, ultimo ritaglio {time}',
  offlineNever: 'Non in linea, mai collegato',
};
