import type { Translation } from '../t.ts';

export const modelsMessages: Translation<'console.models'> = {
  title: 'Modelli',
  lead: 'L’embedder trasforma un volto in numeri da confrontare. Si può sostituire mentre il server lavora.',
  failed: 'Impossibile caricare i modelli',
  serves: 'In uso',
  tasks: { embed: 'Embedder', detect: 'Rilevatore', mesh: 'Griglia del volto' },
  files: { present: 'File presente', missing: 'File mancante', damaged: 'File danneggiato' },
  dimensions: '{count} numeri',
  notCalibrated: 'Soglie non misurate',
  licence: 'Licenza',
  trainingData: 'Addestrato su',
  source: 'Origine',
  missingHint: 'Sul server: npm run models -- pull {name}',
  use: 'Usa…',
  useName: 'Usa {name}…',
  ask: {
    title: 'Passare a {name}?',
    what: 'Ecco che cosa succede:',
    embed:
      'Di ogni foto registrata si ricalcola l’embedding dal ritaglio conservato, in background. I ritagli dal vivo hanno la precedenza.',
    meanwhile: 'Intanto resta in uso {name}. Si possono registrare e cancellare persone come sempre.',
    atOnce:
      'Quando tutto è pronto, tutti i worker cambiano insieme. Da allora punteggi e soglie sono quelli del nuovo modello.',
    rights: 'La sua licenza è {spdx}. Addestrato su: {trainingData}',
    confirm: 'Cambia il modello',
    failed: 'Il cambio non è iniziato',
  },
  change: {
    embedding: 'Passaggio a {name}: {done} di {total} foto',
    preparing: 'Passaggio a {name}: i worker si preparano',
    rate: '{rate} foto al secondo, mancano {left}',
    cancel: 'Annulla il cambio',
    cancelFailed: 'Il cambio non è stato annullato',
    stopped: 'Il passaggio a {name} si è fermato',
    cannotEmbed: {
      one: 'Non riesce a elaborare {count} foto, che viene esclusa.',
      other: 'Non riesce a elaborare {count} foto, che vengono escluse.',
    },
    lost: 'Non verrebbero più riconosciute queste persone:',
    goOn: 'Continua',
    goOnWithout: 'Continua senza di loro',
    done: 'Ora è in uso {name}',
  },
};
