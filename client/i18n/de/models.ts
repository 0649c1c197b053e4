import type { Translation } from '../t.ts';

export const modelsMessages: Translation<'console.models'> = {
  title: 'Modelle',
  lead: 'Der Embedder macht aus einem Gesicht Zahlen, die verglichen werden. Ein anderer kann ihn ablösen, während der Server läuft.',
  failed: 'Die Modelle konnten nicht geladen werden',
  serves: 'Im Dienst',
  tasks: { embed: 'Embedder', detect: 'Detektor', mesh: 'Gesichtsnetz' },
  files: { present: 'Datei vorhanden', missing: 'Datei fehlt', damaged: 'Datei beschädigt' },
  dimensions: '{count} Zahlen',
  notCalibrated: 'Schwellen nicht gemessen',
  licence: 'Lizenz',
  trainingData: 'Trainiert mit',
  source: 'Quelle',
  missingHint: 'Auf dem Server: npm run models -- pull {name}',
  use: 'Verwenden…',
  useName: '{name} verwenden…',
  ask: {
    title: 'Zu {name} wechseln?',
    what: 'Das geschieht:',
    embed:
      'Jedes erfasste Foto wird aus seinem gespeicherten Ausschnitt neu eingebettet, im Hintergrund. Laufende Ausschnitte gehen vor.',
    meanwhile: 'Inzwischen ist {name} im Dienst. Personen können wie immer erfasst und gelöscht werden.',
    atOnce:
      'Wenn alles bereit ist, wechseln alle Worker auf einmal. Von da an gelten Ähnlichkeiten und Schwellen des neuen Modells.',
    rights: 'Seine Lizenz ist {spdx}. Trainiert mit: {trainingData}',
    confirm: 'Modell wechseln',
    failed: 'Der Wechsel wurde nicht begonnen',
  },
  change: {
    embedding: 'Wechsel zu {name}: {done} von {total} Fotos',
    preparing: 'Wechsel zu {name}: Die Worker machen sich bereit',
    rate: '{rate} Fotos je Sekunde, noch {left}',
    cancel: 'Wechsel abbrechen',
    cancelFailed: 'Der Wechsel wurde nicht abgebrochen',
    stopped: 'Der Wechsel zu {name} ist stehen geblieben',
    cannotEmbed: {
      one: '{count} Foto kann damit nicht eingebettet werden und bleibt weg.',
      other: '{count} Fotos können damit nicht eingebettet werden und bleiben weg.',
    },
    lost: 'Nicht mehr erkannt würden:',
    goOn: 'Weitermachen',
    goOnWithout: 'Ohne sie weitermachen',
    done: '{name} ist im Dienst',
  },
};
