import type { Translation } from '../t.ts';

export const adminMessages: Translation<'console.admin'> = {
  title: 'Administración',
  sections: 'Secciones de la administración',
  tabs: {
    kiosks: 'Quioscos',
    users: 'Usuarios',
    tokens: 'Tokens',
    models: 'Modelos',
    webhooks: 'Webhooks',
    settings: 'Ajustes',
    health: 'Estado',
    queues: 'Colas',
    audit: 'Auditoría',
  },
  leads: {
    kiosks: 'Los dispositivos con cámara que pueden enviar recortes.',
    users: 'Quién puede usar esta consola.',
    tokens: 'Lo que otros programas pueden hacer con este servidor.',
    models: 'La red que codifica caras como embeddings.',
    webhooks: 'Otros sistemas que se enteran de los avistamientos.',
    settings: 'Lo que vale para todo el servidor.',
    health: 'El estado del servidor y de sus partes.',
    queues: 'Lo que espera a los workers y lo que falló.',
    audit: 'Quién hizo qué, y si el registro es de fiar.',
  },
};

export const kiosksMessages: Translation<'console.kiosks'> = {
  title: 'Quioscos',
  add: 'Añadir un quiosco',
  failed: 'No se pueden mostrar los quioscos',
  emptyTitle: 'Aún no hay quioscos',
  empty:
    'Abra la dirección de este servidor con /kiosk al final en un dispositivo con cámara y escriba el código que muestra. O añada aquí un quiosco y abra allí su enlace.',
  since: 'añadido el {date}',
  addTitle: 'Añadir un quiosco',
  addFailed: 'No se añadió el quiosco',
  name: 'Nombre',
  nameHint: 'Como debe figurar en el recuadro, por ejemplo «Puerta principal».',
  nameMissing: 'Escriba un nombre.',
  place: 'Lugar',
  video: 'Vídeo en directo para la consola',
  videoHint:
    'Quien está en la consola ve la imagen de esta cámara, no solo las caras. El quiosco lo dice en su pantalla. Sin esto, solo las caras salen del dispositivo.',
  videoAllowed: 'vídeo en directo',
  training: 'Este navegador aprende',
  trainingHint:
    'Mientras no haya nadie delante, el navegador del quiosco enseña al alumno de su cámara con avistamientos que confirmaron los operadores. Las imágenes se quedan en el navegador; lo aprendido va al servidor. El quiosco lo dice en su pantalla y allí se puede pausar.',
  trainingAllowed: 'su navegador aprende',
  pairByCode: 'Vincular con código',
  pairTitle: 'Vincular un quiosco con su código',
  pair: 'Vincular',
  paired: '{name} está vinculado y accede solo',
  pairFailed: 'No se vinculó el quiosco',
  code: 'Código',
  codeHint: 'Como lo muestra la pantalla del quiosco, por ejemplo K7QW-3MZA.',
  codeWrong: 'Escriba las ocho letras y cifras de la pantalla del quiosco.',
  editNamed: 'Editar {name}',
  editTitle: 'Editar {name}',
  editFailed: 'No se cambió nada',
  save: 'Guardar',
  create: 'Crear enlace',
  newLinkNamed: 'Nuevo enlace para {name}',
  revoke: 'Revocar',
  revokeNamed: 'Revocar {name}',
  revokeTitle: '¿Revocar {name}?',
  revokeText:
    'El dispositivo se desconecta al instante y su acceso deja de valer. Su transmisión desaparece. Para recuperarlo, añada un quiosco nuevo.',
  revokeFailed: 'No se revocó el quiosco',
};

export const linkMessages: Translation<'console.link'> = {
  title: 'Enlace para {name}',
  text: 'Abra este enlace en el navegador donde se va a usar:',
  failed: 'No se creó el enlace',
  copy: 'Copiar',
  copied: 'Copiado',
  copyFailed: 'El navegador no permitió copiar. Seleccione el enlace y cópielo a mano.',
  onceTitle: 'Vale una vez y solo se muestra ahora',
  once: 'Quien lo abra primero accede con él; entréguelo con cuidado. Si se pierde, cree uno nuevo.',
};

export const healthMessages: Translation<'console.health'> = {
  title: 'Estado',
  ready: 'Listo',
  notReady: 'No está listo',
  failed: 'No se conoce el estado del servidor',
  redis: 'Cola (Redis)',
  database: 'Base de datos',
  sfu: 'Medios (SFU)',
  workers: 'Workers',
};
