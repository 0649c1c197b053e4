import type { Translation } from '../t.ts';

export const adminMessages: Translation<'console.admin'> = {
  title: 'Gestione',
  sections: 'Sezioni della gestione',
  tabs: {
    kiosks: 'Chioschi',
    users: 'Utenti',
    tokens: 'Token',
    models: 'Modelli',
    webhooks: 'Webhook',
    settings: 'Impostazioni',
    health: 'Stato',
    queues: 'Code',
    audit: 'Audit',
  },
  leads: {
    kiosks: 'I dispositivi con telecamera che possono inviare ritagli.',
    users: 'Chi può usare questa console.',
    tokens: 'Che cosa possono fare altri programmi con questo server.',
    models: 'La rete che trasforma i volti in embedding.',
    webhooks: 'Altri sistemi a cui si comunicano gli avvistamenti.',
    settings: 'Quello che vale per tutto il server.',
    health: 'Lo stato del server e delle sue parti.',
    queues: 'Che cosa attende i worker e che cosa non è riuscito.',
    audit: 'Chi ha fatto che cosa, e se ci si può fidare.',
  },
};

export const kiosksMessages: Translation<'console.kiosks'> = {
  title: 'Chioschi',
  add: 'Aggiungi un chiosco',
  failed: 'Impossibile mostrare i chioschi',
  emptyTitle: 'Ancora nessun chiosco',
  empty:
    'Su un dispositivo con telecamera apra l’indirizzo di questo server seguito da /kiosk e inserisca qui il codice che mostra. Oppure aggiunga qui un chiosco e ne apra il link sul dispositivo.',
  since: 'aggiunto il {date}',
  addTitle: 'Aggiungi un chiosco',
  addFailed: 'Il chiosco non è stato aggiunto',
  name: 'Nome',
  nameHint: 'Come deve apparire sul riquadro, per esempio «Ingresso».',
  nameMissing: 'Inserisca un nome.',
  place: 'Luogo',
  video: 'Video dal vivo per la console',
  videoHint:
    'Chi è alla console vede l’immagine di questa telecamera, non solo i volti. Il chiosco lo dice sul suo schermo. Se è spento, dal dispositivo escono solo i volti.',
  videoAllowed: 'video dal vivo',
  training: 'Questo browser impara',
  trainingHint:
    'Quando davanti non c’è nessuno, il browser del chiosco addestra lo studente della sua telecamera con gli avvistamenti confermati dagli operatori. Le immagini restano nel browser; al server va ciò che ha imparato. Il chiosco lo dice sul suo schermo, e lì si può mettere in pausa.',
  trainingAllowed: 'il suo browser impara',
  pairByCode: 'Abbina con codice',
  pairTitle: 'Abbina un chiosco con il suo codice',
  pair: 'Abbina',
  paired: '{name} è abbinato; accede da solo',
  pairFailed: 'Il chiosco non è stato abbinato',
  code: 'Codice',
  codeHint: 'Come lo mostra lo schermo del chiosco, per esempio K7QW-3MZA.',
  codeWrong: 'Inserisca le otto lettere e cifre che mostra lo schermo del chiosco.',
  editNamed: 'Modifica {name}',
  editTitle: 'Modifica {name}',
  editFailed: 'Nessuna modifica salvata',
  save: 'Salva',
  create: 'Crea link',
  newLinkNamed: 'Nuovo link per {name}',
  revoke: 'Revoca',
  revokeNamed: 'Revoca {name}',
  revokeTitle: 'Revocare {name}?',
  revokeText:
    'Il dispositivo viene scollegato subito e il suo accesso non vale più. Il suo flusso sparisce. Per riaverlo, aggiunga un nuovo chiosco.',
  revokeFailed: 'Il chiosco non è stato revocato',
};

export const linkMessages: Translation<'console.link'> = {
  title: 'Link per {name}',
  text: 'Apra questo link nel browser a cui è destinato:',
  failed: 'Il link non è stato creato',
  copy: 'Copia',
  copied: 'Copiato',
  copyFailed: 'Il browser non ha permesso di copiare. Selezioni il link e lo copi a mano.',
  onceTitle: 'Vale una volta, e si vede solo ora',
  once: 'Dà l’accesso a chi lo apre per primo: lo consegni con cura. Se va perso, ne crei un altro.',
};

export const healthMessages: Translation<'console.health'> = {
  title: 'Stato',
  ready: 'Pronto',
  notReady: 'Non pronto',
  failed: 'Lo stato del server non è noto',
  redis: 'Coda (Redis)',
  database: 'Database',
  sfu: 'Video (SFU)',
  workers: 'Worker',
};
