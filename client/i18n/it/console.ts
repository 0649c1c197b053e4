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
  skip: 'Vai al contenuto',
  logout: 'Esci',
  language: 'Lingua',
  theme: 'Tema: {theme}. Prema per cambiarlo',
  themes: { system: 'quello del sistema', light: 'chiaro', dark: 'scuro' },
  noMatch: 'Niente corrisponde a «{query}»',
  dateTime: '{date}, {time}',
  duration: { seconds: '{value} s', minutes: '{value} min', hours: '{value} h', days: '{value} g' },
  size: { kilobytes: '{value} KB', megabytes: '{value} MB' },
  nav: {
    label: 'Pagine',
    streams: 'Flussi',
    events: 'Eventi',
    unknowns: 'Sconosciuti',
    waiting: { one: '{count} persona sconosciuta attende', other: '{count} persone sconosciute attendono' },
    people: 'Persone',
    enrol: 'Registra',
    identify: 'Identifica',
    verify: 'Confronta',
    evaluation: 'Valutazione',
    training: 'Addestramento',
    admin: 'Gestione',
  },
  connection: {
    connecting: 'Collegamento …',
    online: 'Collegato',
    offline: 'Collegamento perso',
    ended: 'Scollegato',
    retryIn: 'di nuovo fra {seconds} s',
    retryNow: 'Collega ora',
  },
  stale: {
    title: 'Non in diretta',
    offline:
      'Il collegamento è interrotto. Quello che si vede qui è di prima; riprende da sé appena il server torna.',
    ended: 'Il server ha chiuso questa sessione. Ricarichi la pagina per continuare.',
  },
  error: {
    offline: 'Il server non risponde. Controlli che sia acceso e che questo dispositivo sia collegato.',
    slow: 'Il server ha impiegato troppo tempo. Riprovi tra un momento.',
    unexpected: 'Questa pagina non comprende la risposta del server. Ricarichi la pagina.',
    status: 'Il server ha rifiutato con lo stato {status}.',
  },
  problems: problemsMessages,
  training: trainingMessages,
  forbidden: {
    title: 'Non per il Suo ruolo',
    text: 'Per questa pagina servono più diritti dei Suoi. Un amministratore può cambiare il Suo ruolo.',
  },
  signIn: {
    checking: 'Controllo della sessione …',
    title: 'Apra la console con il suo link',
    usedTitle: 'Questo link è già stato usato, o è troppo vecchio',
    howTo:
      'All’avvio il server mostra dei link che valgono una volta, e un amministratore ne crea altri alla pagina «Gestione». Ne apra qui uno nuovo; poi questo browser resta collegato.',
    kioskTitle: 'Questo browser è collegato come chiosco',
    kioskText:
      'Un chiosco non può vedere altri flussi. Apra il link della console in un altro browser, o lo apra qui per cambiare.',
    failedTitle: 'L’accesso non è riuscito',
  },
  help: {
    open: 'Aiuto per la tastiera',
    title: 'Tastiera',
    here: 'In questa pagina',
    everywhere: 'Ovunque',
    pages: 'Vai a una pagina',
    help: 'Questo aiuto',
    search: 'Vai alla ricerca',
    arrows:
      'Spostati fra riquadri e righe; Home e Fine vanno al primo e all’ultimo; ↓ porta dalla ricerca ai risultati',
    enter: 'Ingrandisci un flusso, premi un pulsante',
    pin: 'Fissa un flusso, o sbloccalo',
    fullScreen: 'Riempi lo schermo con i flussi, o con quello ingrandito',
    escape: 'Chiudi ciò che è aperto, svuota la ricerca',
  },
  score: {
    above: 'sopra la soglia di {threshold}',
    below: 'sotto la soglia di {threshold}',
  },
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
    title: 'Cancellazione completata: {name}',
    person: 'Persona',
    id: 'ID',
    at: 'Cancellata',
    templates: 'Template del volto',
    crops: 'Ritagli di riferimento',
    sightings: 'Avvistamenti',
    confirmations: 'Risposte sugli avvistamenti',
    version: 'Versione della galleria',
  },
  identify: {
    title: 'Chi è?',
    lead: 'Cerca i volti di una foto fra tutti i registrati. La foto non viene conservata.',
    photo: 'Foto',
    pick: 'Foto da cercare',
    hint: 'Trascini qui una foto. Può mostrare più persone.',
    submit: 'Identifica',
    busy: 'Ricerca …',
    failed: 'Impossibile cercare con questa foto',
    emptyTitle: 'Ancora nessuna foto cercata',
    empty: 'Qui appaiono i volti e le persone a cui somigliano di più.',
    faces: { one: '{count} volto', other: '{count} volti' },
    confidence: 'certezza {percent}',
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
