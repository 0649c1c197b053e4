import type { Translation } from '../t.ts';

export const modelsMessages: Translation<'console.models'> = {
  title: 'Modelos',
  lead: 'El embedder codifica una cara como números que se comparan. Otro puede ocupar su lugar mientras el servidor funciona.',
  failed: 'No se pudieron cargar los modelos',
  serves: 'En servicio',
  tasks: { embed: 'Embedder', detect: 'Detector', mesh: 'Malla facial' },
  files: { present: 'Archivo presente', missing: 'Falta el archivo', damaged: 'Archivo dañado' },
  dimensions: '{count} números',
  notCalibrated: 'Umbrales sin medir',
  licence: 'Licencia',
  trainingData: 'Entrenado con',
  source: 'Origen',
  missingHint: 'En el servidor: npm run models -- pull {name}',
  use: 'Usar…',
  useName: 'Usar {name}…',
  ask: {
    title: '¿Cambiar a {name}?',
    what: 'Esto es lo que pasa:',
    embed:
      'Cada foto registrada se vuelve a codificar desde su recorte guardado, en segundo plano. Los recortes en directo van primero.',
    meanwhile:
      'Mientras tanto sigue en servicio {name}. Se puede registrar y borrar a personas como siempre.',
    atOnce:
      'Cuando todo está listo, todos los workers cambian a la vez. Desde entonces valen las puntuaciones y los umbrales del modelo nuevo.',
    rights: 'Su licencia es {spdx}. Entrenado con: {trainingData}',
    confirm: 'Cambiar de modelo',
    failed: 'No se empezó el cambio',
  },
  change: {
    embedding: 'Cambio a {name}: {done} de {total} fotos',
    preparing: 'Cambio a {name}: los workers se preparan',
    rate: '{rate} fotos por segundo, quedan {left}',
    cancel: 'Cancelar el cambio',
    cancelFailed: 'No se canceló el cambio',
    stopped: 'El cambio a {name} se ha parado',
    cannotEmbed: {
      one: '{count} foto no se puede codificar con él y se deja fuera.',
      other: '{count} fotos no se pueden codificar con él y se dejan fuera.',
    },
    lost: 'Dejarían de reconocerse:',
    goOn: 'Seguir',
    goOnWithout: 'Seguir sin ellas',
    done: '{name} está en servicio',
  },
};
