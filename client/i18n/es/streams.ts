import type { Translation } from '../t.ts';

export const streamsMessages: Translation<'console.streams'> = {
  title: 'Transmisiones',
  lead: '{online} de {count} en línea · {people} registradas',
  search: 'Cámara, lugar o persona',
  show: 'Mostrar',
  shown: { all: 'Todas', online: 'En línea', offline: 'Sin conexión', people: 'Con personas' },
  place: 'Lugar',
  everywhere: 'En todas partes',
  noneShown: 'Ahora no hay ninguna así',
  fullScreen: 'Pantalla completa',
  leaveFullScreen: 'Salir de pantalla completa',
  pin: 'Fijar {name}',
  unpin: 'Soltar {name}',
  pinIt: 'Fijar',
  unpinIt: 'Soltar',
  loading: 'Esperando las transmisiones …',
  emptyTitle: 'Aún no hay quioscos',
  emptyAction: 'Añadir un quiosco',
  emptyAdmin:
    'Un quiosco es un navegador con cámara. Cree un enlace de un solo uso en Administración y ábralo en el dispositivo; su transmisión aparece aquí al instante.',
  emptyOperator:
    'Un quiosco es un navegador con cámara. Pida a un administrador un enlace de un solo uso y ábralo en el dispositivo; su transmisión aparece aquí al instante.',
  nobody: 'Nadie a la vista',
  starting: 'Arrancando',
  trouble: {
    offline: 'Sin conexión',
    silent: 'El quiosco no responde',
    stalled: 'Imagen parada',
    'no-camera': 'Sin cámara',
    failed: 'La detección no arrancó',
  },
  troubleFor: '{trouble} desde hace {duration}',
  offlineSince: 'Sin conexión desde {time}',
  offlineLast: 'Sin conexión, último recorte {time}',
  offlineNever: 'Sin conexión, nunca conectado',
};
