import type { Translation } from '../t.ts';
import { problemsMessages } from './problems.ts';

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
    people: 'Persone',
    enrol: 'Registra',
    identify: 'Identifica',
    verify: 'Confronta',
    evaluation: 'Valutazione',
    admin: 'Amministrazione',
  },
  connection: {
    connecting: 'Collegamento …',
    online: 'In diretta',
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
  signIn: {
    checking: 'Controllo della sessione …',
    title: 'Apra la console con il suo link',
    usedTitle: 'Questo link è già stato usato, o è troppo vecchio',
    howTo:
      'All’avvio il server mostra dei link che valgono una volta, e un amministratore ne crea altri alla pagina «Amministrazione». Ne apra qui uno nuovo; poi questo browser resta collegato.',
    kioskTitle: 'Questo browser è collegato come chiosco',
    kioskText:
      'Un chiosco non può vedere altri flussi. Apra il link della console in un altro browser, o lo apra qui per cambiare.',
    failedTitle: 'L’accesso non è riuscito',
  },
  score: {
    above: 'sopra la soglia di {threshold}',
    below: 'sotto la soglia di {threshold}',
  },
};
