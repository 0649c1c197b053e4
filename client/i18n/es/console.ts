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
  skip: 'Ir al contenido',
  logout: 'Cerrar sesión',
  language: 'Idioma',
  theme: 'Apariencia: {theme}. Pulse para cambiarla',
  themes: { system: 'la del sistema', light: 'clara', dark: 'oscura' },
  noMatch: 'Nada coincide con «{query}»',
  dateTime: '{date}, {time}',
  duration: { seconds: '{value} s', minutes: '{value} min', hours: '{value} h', days: '{value} d' },
  size: { kilobytes: '{value} KB', megabytes: '{value} MB' },
  nav: {
    label: 'Páginas',
    streams: 'Transmisiones',
    events: 'Eventos',
    unknowns: 'Desconocidos',
    waiting: { one: 'Espera {count} persona desconocida', other: 'Esperan {count} personas desconocidas' },
    people: 'Personas',
    enrol: 'Registrar',
    identify: 'Identificar',
    verify: 'Comparar',
    evaluation: 'Evaluación',
    training: 'Entrenamiento',
    admin: 'Administración',
  },
  connection: {
    connecting: 'Conectando …',
    online: 'En directo',
    offline: 'Conexión perdida',
    ended: 'Desconectado',
    retryIn: 'de nuevo en {seconds} s',
    retryNow: 'Conectar ahora',
  },
  stale: {
    title: 'No está en directo',
    offline:
      'Se ha perdido la conexión. Lo que se ve aquí es de antes; continúa por sí solo cuando vuelva el servidor.',
    ended: 'El servidor ha terminado esta sesión. Recargue la página para continuar.',
  },
  error: {
    offline: 'El servidor no responde. Compruebe que está en marcha y que este dispositivo está conectado.',
    slow: 'El servidor ha tardado demasiado en responder. Inténtelo de nuevo dentro de un momento.',
    unexpected: 'Esta página no entiende la respuesta del servidor. Recargue la página.',
    status: 'El servidor ha rechazado la petición con el estado {status}.',
  },
  problems: problemsMessages,
  training: trainingMessages,
  forbidden: {
    title: 'No es para su rol',
    text: 'Esta página requiere más permisos de los que tiene su acceso. Un administrador puede cambiar su rol.',
  },
  signIn: {
    checking: 'Comprobando su sesión …',
    title: 'Abra la consola con su enlace',
    usedTitle: 'Este enlace ya se ha usado o es demasiado antiguo',
    howTo:
      'El servidor muestra al arrancar enlaces de un solo uso, y un administrador crea otros en la página «Administración». Abra aquí uno nuevo; después, este navegador sigue con la sesión abierta.',
    kioskTitle: 'Este navegador tiene la sesión de un quiosco',
    kioskText:
      'Un quiosco no puede ver otras transmisiones. Abra el enlace de la consola en otro navegador, o ábralo aquí para cambiar.',
    failedTitle: 'No se ha podido iniciar la sesión',
  },
  help: {
    open: 'Ayuda del teclado',
    title: 'Teclado',
    here: 'En esta página',
    everywhere: 'En todas partes',
    pages: 'Ir a una página',
    help: 'Esta ayuda',
    search: 'Ir a la búsqueda',
    arrows:
      'Moverse entre recuadros y filas; Inicio y Fin van al primero y al último; ↓ lleva de la búsqueda a lo encontrado',
    enter: 'Ampliar una transmisión, pulsar un botón',
    pin: 'Fijar una transmisión o soltarla',
    fullScreen: 'Llenar la pantalla con las transmisiones, o con la ampliada',
    escape: 'Cerrar lo abierto, vaciar la búsqueda',
  },
  score: { above: 'por encima del umbral de {threshold}', below: 'por debajo del umbral de {threshold}' },
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
    title: 'Se borró a {name}',
    person: 'Persona',
    id: 'ID',
    at: 'Fecha del borrado',
    templates: 'Plantillas faciales',
    crops: 'Recortes de referencia',
    sightings: 'Avistamientos',
    confirmations: 'Respuestas sobre avistamientos',
    version: 'Versión de la galería',
  },
  identify: {
    title: '¿Quién es?',
    lead: 'Busca las caras de una foto entre todas las personas registradas. La foto no se guarda.',
    photo: 'Foto',
    pick: 'Foto que buscar',
    hint: 'Suelte aquí una foto. Puede mostrar a varias personas.',
    submit: 'Identificar',
    busy: 'Buscando …',
    failed: 'No se pudo buscar la foto',
    emptyTitle: 'Aún no se ha buscado ninguna foto',
    empty: 'Aquí aparecen las caras y las personas a las que más se parecen.',
    faces: { one: '{count} cara', other: '{count} caras' },
    confidence: '{percent} de certeza',
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
