import type { Translation } from '../t.ts';

export const problemsMessages: Translation<'console.problems'> = {
  unauthenticated: 'Ya no tiene la sesión abierta. Abra la consola con un enlace nuevo.',
  'code-used': 'Este enlace ya se ha usado o es demasiado antiguo. Pida uno nuevo.',
  forbidden: 'Su rol no lo permite. Pregunte a un administrador.',
  'bad-origin': 'El servidor rechaza esta página porque no la ha servido él mismo. Recárguela.',
  'method-not-allowed': 'Esta página pide algo que el servidor no conoce. Recargue la página.',
  'no-usable-photo': 'Ninguna de las fotos sirve.',
  'client-too-old': 'Esta página es más antigua que el servidor. Recárguela.',
  'server-too-old':
    'El servidor es más antiguo que esta página. Recárguela; si sigue igual, hay que actualizar el servidor.',
  'rate-limited': 'Demasiadas peticiones en poco tiempo. Espere un momento e inténtelo de nuevo.',
  full: 'El servidor atiende ya tantas transmisiones como puede.',
  'workers-unavailable': 'Ningún worker ha respondido a tiempo. Inténtelo de nuevo dentro de un momento.',
  'redis-unavailable': 'No se puede acceder a la cola. Inténtelo de nuevo dentro de un momento.',
  'database-unavailable': 'No se puede acceder a la base de datos. Inténtelo de nuevo dentro de un momento.',
  'shutting-down': 'El servidor se está apagando. Inténtelo de nuevo cuando vuelva.',
  'no-connection': 'El servidor no responde. Compruebe la red; la página vuelve a intentarlo por sí sola.',
  internal: 'Algo ha fallado en el servidor. Los detalles están en su registro.',
};
