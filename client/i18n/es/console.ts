import type { Translation } from '../t.ts';
import { problemsMessages } from './problems.ts';

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
    people: 'Personas',
    enrol: 'Registrar',
    identify: 'Identificar',
    verify: 'Comparar',
    evaluation: 'Evaluación',
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
    title: 'No es en directo',
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
  score: {
    above: 'por encima del umbral de {threshold}',
    below: 'por debajo del umbral de {threshold}',
  },
};
