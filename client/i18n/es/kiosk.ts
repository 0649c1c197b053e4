import type { Translation } from '../t.ts';

export const kioskMessages: Translation<'kiosk'> = {
  title: 'Quiosco Facewire',
  unnamed: 'Quiosco',
  preview: 'Imagen de la cámara',
  retryIn: 'Próximo intento en {seconds} s',
  runsOn: 'Detección con {backend}',
  backend: { webgpu: 'WebGPU', webgl: 'WebGL', wasm: 'WebAssembly' },
  camera: 'Cámara',
  cameraNumber: 'Cámara {number}',
  several: {
    one: '{count} persona en la imagen',
    other: '{count} personas en la imagen: la línea es para quien está delante',
  },
  confidence: '{percent} % de certeza',
  download: '{loaded} de {total} MB',
  preparing: 'Preparando la detección',
  onAir: 'Vídeo en directo: quien está en la consola ve esta imagen',
  learning: {
    title: 'Este navegador aprende de avistamientos confirmados de esta cámara. Las imágenes se quedan aquí.',
    pause: 'Pausar el aprendizaje',
    resume: 'Seguir aprendiendo',
    step: 'Aprendiendo con {backend}: paso {at} de {of}.',
    used: 'Lo último que aprendió está en uso.',
    notUsed: 'Lo último que aprendió no era mejor y no se usa.',
    passedOver: {
      absent: '{backend}: este navegador no lo tiene.',
      'does-not-start': '{backend} no arranca en este navegador.',
      'wrong-embedding': '{backend}: su representación del recorte de prueba es errónea.',
      'slow-crop': '{backend}: un solo recorte tarda {ms} ms.',
      'wrong-gradient': '{backend}: un gradiente se desvía un {share} de su longitud.',
      'not-finite': '{backend}: un gradiente no es finito.',
      'slow-gradient': '{backend}: el gradiente de un recorte tarda {ms} ms.',
      failed: '{backend}: {words}',
    },
    states: {
      off: 'Desactivado.',
      paused: 'En pausa.',
      offline: 'Esperando al servidor.',
      hidden: 'Esperando a que esta página esté a la vista.',
      'no-camera': 'Esperando a la cámara.',
      busy: 'Esperando a que no haya nadie delante.',
      battery: 'Esperando a que el aparato se cargue.',
      few: 'Esperando a que los operadores confirmen más.',
      ready: 'Nada nuevo que aprender.',
      learning: 'Aprendiendo.',
      judging: 'El servidor mide lo aprendido.',
      failed: 'El último intento falló; volverá a intentarlo.',
    },
  },
  pairing: {
    label: 'Vinculación',
    how: 'Un administrador introduce este código en la consola, en Administración → Quioscos → Vincular con código:',
    scan: 'o escanea esto con un teléfono que tenga allí la sesión abierta',
    note: 'El código cambia cada diez minutos y sirve una vez. Esta página continúa por sí sola.',
  },
  action: {
    retryNow: 'Intentar ahora',
    retryCamera: 'Intentar de nuevo',
    reload: 'Recargar la página',
    takeOver: 'Usar esta ventana',
  },
  headline: {
    'asking-permission': {
      title: '¿Puede esta página usar la cámara?',
      help: 'Elija «Permitir» en la pregunta del navegador. Las imágenes de caras solo van a su propio servidor.',
    },
    'camera-insecure-context': {
      title: 'La cámara necesita una página segura',
      help: 'Los navegadores solo dan la cámara a páginas https y a localhost. Abra este quiosco con una dirección https (el servidor la ofrece con TLS=self-signed) o en el propio servidor con http://localhost.',
    },
    'camera-denied': {
      title: 'La cámara está bloqueada',
      help: 'Permítala en el navegador: abra el símbolo de la cámara o del candado junto a la dirección, elija «Permitir» e inténtelo de nuevo.',
    },
    'camera-none': {
      title: 'No se encuentra ninguna cámara',
      help: 'Conecte una o enciéndala. El quiosco empieza solo en cuanto haya una.',
    },
    'camera-busy': {
      title: 'La cámara está en uso',
      help: 'Otro programa u otra ventana la ocupa. Ciérrelo; el quiosco vuelve a intentarlo solo.',
    },
    'camera-lost': {
      title: 'La cámara ha desaparecido',
      help: 'Compruebe el cable. El quiosco sigue solo en cuanto vuelva.',
    },
    'camera-failed': {
      title: 'La cámara no ha arrancado',
      help: 'El quiosco vuelve a intentarlo solo. Si no sirve, desconecte la cámara o reinicie este aparato.',
    },
    'loading-models': {
      title: 'Preparando',
      help: 'Se está cargando la detección de caras. Las próximas veces será más rápido.',
    },
    'models-failed': {
      title: 'La detección de caras no ha arrancado',
      help: 'Recargue la página. Si sigue igual, use un Chrome, Edge, Firefox o Safari actual.',
    },
    connecting: { title: 'Conectando', help: 'Llamando al servidor.' },
    offline: {
      title: 'Sin conexión con el servidor',
      help: 'Ahora no se puede reconocer a nadie. El quiosco vuelve solo.',
    },
    'no-session': {
      title: 'Este quiosco necesita su enlace',
      help: 'Haga que introduzcan su código en la consola o abra un enlace de quiosco en este aparato: el servidor muestra uno al arrancar y la consola crea más.',
    },
    'link-used': {
      title: 'Este enlace ya no sirve',
      help: 'Un enlace abre un quiosco una sola vez y caduca. Haga que introduzcan el código de este aparato en la consola o pida un enlace nuevo.',
    },
    replaced: {
      title: 'Este quiosco está en otra ventana',
      help: 'Solo una ventana puede ser este quiosco. Cierre esta o continúe aquí.',
    },
    revoked: {
      title: 'Este quiosco fue retirado',
      help: 'Un operador lo ha revocado. Si fue un error, pida un enlace nuevo.',
    },
    'version-too-old': {
      title: 'Esta página está anticuada',
      help: 'El servidor se actualizó. Recargue la página para tener la versión nueva.',
    },
    'server-too-old': {
      title: 'El servidor es más antiguo que esta página',
      help: 'Recargue la página. Si sigue igual, hay que actualizar el servidor.',
    },
    refused: {
      title: 'El servidor rechazó este quiosco',
      help: 'Recargue la página o pregunte a un operador.',
    },
    'no-face': { title: 'Póngase delante de la cámara', help: 'No hay nadie en la imagen.' },
    looking: { title: 'Un momento', tag: 'Buscando', help: 'Buscando quién es.' },
    identified: { title: 'Hola', tag: 'Identificado', help: 'Reconocido.' },
    unknown: { title: 'No le reconocemos', tag: 'Desconocido', help: 'Esta cara no está registrada.' },
    ambiguous: {
      title: 'No es seguro quién es',
      tag: 'Dudoso',
      help: 'Dos personas se parecen aquí. Mire directamente a la cámara.',
    },
    'poor-quality': {
      title: 'La imagen no es lo bastante buena',
      tag: 'Imagen deficiente',
      help: 'Mire a la cámara, con buena luz, y no se mueva un momento.',
    },
    'spoof-suspect': {
      title: 'Hace falta una cara real',
      tag: 'No real',
      help: 'Esto parece la imagen de una cara. Póngase en persona delante de la cámara.',
    },
    'too-far': {
      title: 'Acérquese, por favor',
      tag: 'Demasiado lejos',
      help: 'La cara es demasiado pequeña para reconocerla.',
    },
    blurred: {
      title: 'No se mueva, por favor',
      tag: 'Borrosa',
      help: 'La imagen está borrosa. ¿Está limpia la lente?',
    },
    'too-dark': {
      title: 'Está demasiado oscuro',
      tag: 'Demasiado oscuro',
      help: 'Hace falta más luz en la cara.',
    },
    'too-bright': {
      title: 'Hay demasiada luz',
      tag: 'Demasiada luz',
      help: 'Apártese de la luz directa.',
    },
    'turned-away': {
      title: 'Mire a la cámara, por favor',
      tag: 'De lado',
      help: 'La cara está vuelta hacia otro lado.',
    },
  },
};
