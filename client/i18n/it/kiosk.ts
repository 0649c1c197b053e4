import type { Translation } from '../t.ts';

export const kioskMessages: Translation<'kiosk'> = {
  title: 'Chiosco Facewire',
  unnamed: 'Chiosco',
  preview: 'Immagine della telecamera',
  retryIn: 'Prossimo tentativo fra {seconds} s',
  runsOn: 'Rilevamento con {backend}',
  backend: { webgpu: 'WebGPU', webgl: 'WebGL', wasm: 'WebAssembly' },
  camera: 'Telecamera',
  cameraNumber: 'Telecamera {number}',
  several: {
    one: '{count} persona nell’immagine',
    other: '{count} persone nell’immagine: la riga vale per quella davanti',
  },
  confidence: 'sicuro al {percent} %',
  download: '{loaded} di {total} MB',
  preparing: 'Preparazione del rilevamento',
  onAir: 'Video dal vivo: chi è alla console vede questa immagine',
  learning: {
    title:
      'Questo browser impara dagli avvistamenti confermati di questa telecamera. Le immagini restano qui.',
    pause: 'Metti in pausa',
    resume: 'Riprendi',
    step: 'Impara con {backend}: passo {at} di {of}.',
    used: 'Ciò che ha imparato da ultimo è in uso.',
    notUsed: 'Ciò che ha imparato da ultimo non era migliore e non è in uso.',
    passedOver: {
      absent: '{backend}: questo browser non lo ha.',
      'does-not-start': '{backend} non si avvia in questo browser.',
      'wrong-embedding': '{backend}: la sua rappresentazione del ritaglio di prova è sbagliata.',
      'slow-crop': '{backend}: un ritaglio da solo richiede {ms} ms.',
      'wrong-gradient': '{backend}: un gradiente si scosta del {share} della sua lunghezza.',
      'not-finite': '{backend}: un gradiente non è finito.',
      'slow-gradient': '{backend}: il gradiente di un ritaglio richiede {ms} ms.',
      failed: '{backend}: {words}',
    },
    states: {
      off: 'Spento.',
      paused: 'In pausa.',
      offline: 'Attende il server.',
      hidden: 'Attende che questa pagina sia in primo piano.',
      'no-camera': 'Attende la telecamera.',
      busy: 'Attende che non ci sia nessuno davanti.',
      battery: 'Attende che il dispositivo sia in carica.',
      few: 'Attende altre conferme degli operatori.',
      ready: 'Niente di nuovo da imparare.',
      learning: 'Impara.',
      judging: 'Il server misura ciò che ha imparato.',
      failed: 'L’ultimo tentativo non è riuscito; riprova da solo.',
    },
  },
  pairing: {
    label: 'Abbinamento',
    how: 'Un amministratore inserisce questo codice nella console, in Gestione → Chioschi → Abbina con codice:',
    scan: 'oppure scansiona questo con un telefono che vi ha effettuato l’accesso',
    note: 'Il codice cambia ogni dieci minuti e vale una volta. Questa pagina prosegue da sola.',
  },
  action: {
    retryNow: 'Prova ora',
    retryCamera: 'Riprova',
    reload: 'Ricarica la pagina',
    takeOver: 'Usa questa finestra',
  },
  headline: {
    'asking-permission': {
      title: 'Questa pagina può usare la telecamera?',
      help: 'Scelga «Consenti» nella domanda del browser. Le immagini dei volti vanno solo al Suo server.',
    },
    'camera-insecure-context': {
      title: 'La telecamera richiede una pagina sicura',
      help: 'I browser danno la telecamera solo a pagine https e a localhost. Apra questo chiosco con un indirizzo https (il server lo offre con TLS=self-signed), oppure sul server stesso con http://localhost.',
    },
    'camera-denied': {
      title: 'La telecamera è bloccata',
      help: 'La consenta nel browser: apra il simbolo della telecamera o del lucchetto accanto all’indirizzo, scelga «Consenti» e riprovi.',
    },
    'camera-none': {
      title: 'Nessuna telecamera trovata',
      help: 'Ne colleghi una o la accenda. Il chiosco parte da solo appena ce n’è una.',
    },
    'camera-busy': {
      title: 'La telecamera è occupata',
      help: 'La usa un altro programma o un’altra finestra. Li chiuda; il chiosco riprova da solo.',
    },
    'camera-lost': {
      title: 'La telecamera è scomparsa',
      help: 'Controlli il cavo. Il chiosco riprende da solo appena torna.',
    },
    'camera-failed': {
      title: 'La telecamera non è partita',
      help: 'Il chiosco riprova da solo. Se non serve, scolleghi la telecamera o riavvii questo dispositivo.',
    },
    'loading-models': {
      title: 'Preparazione',
      help: 'Si sta caricando il rilevamento dei volti. Le prossime volte sarà più veloce.',
    },
    'models-failed': {
      title: 'Il rilevamento dei volti non è partito',
      help: 'Ricarichi la pagina. Se non cambia, usi una versione recente di Chrome, Edge, Firefox o Safari.',
    },
    connecting: { title: 'Collegamento', help: 'Si sta chiamando il server.' },
    offline: {
      title: 'Nessun collegamento al server',
      help: 'Ora nessuno può essere riconosciuto. Il chiosco torna da solo.',
    },
    'no-session': {
      title: 'Questo chiosco ha bisogno del suo link',
      help: 'Faccia inserire il suo codice nella console, oppure apra un link per chiosco su questo dispositivo: il server ne mostra uno all’avvio e la console ne crea altri.',
    },
    'link-used': {
      title: 'Questo link non vale più',
      help: 'Un link apre un chiosco una sola volta, e scade. Faccia inserire il codice di questo dispositivo nella console, oppure chieda un nuovo link.',
    },
    replaced: {
      title: 'Questo chiosco è aperto in un’altra finestra',
      help: 'Solo una finestra può essere questo chiosco. Chiuda questa, o continui qui.',
    },
    revoked: {
      title: 'Questo chiosco è stato rimosso',
      help: 'Un operatore lo ha revocato. Se è stato un errore, chieda un nuovo link.',
    },
    'version-too-old': {
      title: 'Questa pagina non è aggiornata',
      help: 'Il server è stato aggiornato. Ricarichi la pagina per avere la nuova versione.',
    },
    'server-too-old': {
      title: 'Il server è più vecchio di questa pagina',
      help: 'Ricarichi la pagina. Se non cambia, il server va aggiornato.',
    },
    refused: {
      title: 'Il server ha rifiutato questo chiosco',
      help: 'Ricarichi la pagina, o chieda a un operatore.',
    },
    'no-face': { title: 'Si metta davanti alla telecamera', help: 'Non c’è nessuno nell’immagine.' },
    looking: { title: 'Un momento', tag: 'Ricerca', help: 'Si cerca chi è.' },
    identified: { title: 'Benvenuto', tag: 'Riconosciuto', help: 'Riconosciuto.' },
    unknown: { title: 'Non conosciuto qui', tag: 'Sconosciuto', help: 'Questo volto non è registrato.' },
    ambiguous: {
      title: 'Non è certo chi sia',
      tag: 'Incerto',
      help: 'Due persone qui si somigliano. Guardi dritto nella telecamera.',
    },
    'poor-quality': {
      title: 'L’immagine non è abbastanza buona',
      tag: 'Immagine scarsa',
      help: 'Guardi la telecamera, con buona luce, e resti fermo un momento.',
    },
    'spoof-suspect': {
      title: 'Serve un volto vivo',
      tag: 'Non vivo',
      help: 'Questo sembra l’immagine di un volto. Si metta Lei davanti alla telecamera.',
    },
    'too-far': {
      title: 'Si avvicini, per favore',
      tag: 'Troppo lontano',
      help: 'Il volto è troppo piccolo per essere riconosciuto.',
    },
    blurred: {
      title: 'Resti fermo, per favore',
      tag: 'Sfocato',
      help: 'L’immagine è sfocata. L’obiettivo è pulito?',
    },
    'too-dark': {
      title: 'È troppo buio',
      tag: 'Troppo buio',
      help: 'Serve più luce sul volto.',
    },
    'too-bright': {
      title: 'C’è troppa luce',
      tag: 'Troppa luce',
      help: 'Si allontani dalla luce diretta.',
    },
    'turned-away': {
      title: 'Guardi la telecamera, per favore',
      tag: 'Girato',
      help: 'Il volto è girato da un’altra parte.',
    },
  },
};
