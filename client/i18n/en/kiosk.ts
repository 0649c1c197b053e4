/** The kiosk's sentences: what is going on, and what to do about it. */
export const kioskMessages = {
  title: 'Facewire kiosk',
  unnamed: 'Kiosk',
  preview: 'Camera picture',
  retryIn: 'Next try in {seconds} s',
  runsOn: 'Detection runs on {backend}',
  backend: { webgpu: 'WebGPU', webgl: 'WebGL', wasm: 'WebAssembly' },
  camera: 'Camera',
  cameraNumber: 'Camera {number}',
  several: {
    one: '{count} person in view',
    other: '{count} people in view: the line is for the one in front',
  },
  confidence: '{percent} % sure',
  download: '{loaded} of {total} MB',
  preparing: 'Preparing detection',
  onAir: 'Live video: people at the console see this picture',
  learning: {
    title: 'This browser learns from confirmed sightings of this camera. The pictures stay here.',
    pause: 'Pause learning',
    resume: 'Learn again',
    step: 'Learning on {backend}: step {at} of {of}.',
    used: 'What it learnt last is used.',
    notUsed: 'What it learnt last was no better and is not used.',
    passedOver: {
      absent: '{backend}: this browser has none.',
      'does-not-start': '{backend} does not start in this browser.',
      'wrong-embedding': '{backend}: its embedding of the golden crop is wrong.',
      'slow-crop': '{backend}: a crop alone takes {ms} ms.',
      'wrong-gradient': '{backend}: a gradient is off by {share} of its length.',
      'not-finite': '{backend}: a gradient is not finite.',
      'slow-gradient': '{backend}: the gradient of a crop takes {ms} ms.',
      failed: '{backend}: {words}',
    },
    states: {
      off: 'Off.',
      paused: 'Paused.',
      offline: 'Waiting for the server.',
      hidden: 'Waiting until this page is in front.',
      'no-camera': 'Waiting for the camera.',
      busy: 'Waiting until nobody is in front of it.',
      battery: 'Waiting until the device is charging.',
      few: 'Waiting until operators have confirmed more.',
      ready: 'Nothing new to learn from.',
      learning: 'Learning.',
      judging: 'The server measures what it learnt.',
      failed: 'The last try failed; it tries again.',
    },
  },
  pairing: {
    label: 'Pairing',
    how: 'An administrator enters this code on the console, under Admin → Kiosks → Pair by code:',
    scan: 'or scans this with a phone that is logged in there',
    note: 'The code changes every ten minutes and works once. This page goes on by itself.',
  },
  action: {
    retryNow: 'Try now',
    retryCamera: 'Try again',
    reload: 'Reload the page',
    takeOver: 'Use this window',
  },
  /** `title` is the large line, `tag` stands at the face's box, `help` says what to do. */
  headline: {
    'asking-permission': {
      title: 'May this page use the camera?',
      help: 'Choose “Allow” in the browser’s question. Pictures of faces go to your own server only.',
    },
    'camera-insecure-context': {
      title: 'The camera needs a secure page',
      help: 'Browsers give the camera only to https pages and to localhost. Open this kiosk by an https address (the server offers one with TLS=self-signed), or on the server’s own machine by http://localhost.',
    },
    'camera-denied': {
      title: 'The camera is blocked',
      help: 'Allow it in the browser: open the camera or lock symbol beside the address, choose “Allow”, then try again.',
    },
    'camera-none': {
      title: 'No camera found',
      help: 'Plug one in, or switch it on. The kiosk starts by itself as soon as there is one.',
    },
    'camera-busy': {
      title: 'The camera is in use',
      help: 'Another program or window holds it. Close that one; the kiosk tries again by itself.',
    },
    'camera-lost': {
      title: 'The camera has gone',
      help: 'Check its cable. The kiosk goes on by itself as soon as it is back.',
    },
    'camera-failed': {
      title: 'The camera did not start',
      help: 'The kiosk tries again by itself. If that does not help, unplug the camera or restart this device.',
    },
    'loading-models': {
      title: 'Getting ready',
      help: 'Face detection is being loaded. Later visits are quicker.',
    },
    'models-failed': {
      title: 'Face detection did not start',
      help: 'Reload the page. If it stays so, use a current Chrome, Edge, Firefox or Safari.',
    },
    connecting: { title: 'Connecting', help: 'The server is being called.' },
    offline: {
      title: 'No connection to the server',
      help: 'Nobody can be recognised now. The kiosk comes back by itself.',
    },
    'no-session': {
      title: 'This kiosk needs its link',
      help: 'Have its code entered on the console, or open a kiosk link on this device: one is printed when the server starts, and the console makes more.',
    },
    'link-used': {
      title: 'This link no longer works',
      help: 'A link opens one kiosk once, and expires. Have this device’s code entered on the console instead, or ask for a new link.',
    },
    replaced: {
      title: 'This kiosk runs in another window',
      help: 'Only one window may be this kiosk. Close this one, or take over here.',
    },
    revoked: {
      title: 'This kiosk was removed',
      help: 'An operator has revoked it. Ask for a new kiosk link if that was a mistake.',
    },
    'version-too-old': {
      title: 'This page is out of date',
      help: 'The server was updated. Reload the page to get the new version.',
    },
    'server-too-old': {
      title: 'The server is older than this page',
      help: 'Reload the page. If it stays so, the server has to be updated.',
    },
    refused: { title: 'The server refused this kiosk', help: 'Reload the page, or ask an operator.' },
    'no-face': { title: 'Step in front of the camera', help: 'Nobody is in view.' },
    looking: { title: 'One moment', tag: 'Looking', help: 'Looking who it is.' },
    identified: { title: 'Welcome', tag: 'Identified', help: 'Recognised.' },
    unknown: { title: 'Not known here', tag: 'Unknown', help: 'This face is not enrolled.' },
    ambiguous: {
      title: 'Not sure who it is',
      tag: 'Not sure',
      help: 'Two people look alike here. Look straight into the camera.',
    },
    'poor-quality': {
      title: 'The picture is not good enough',
      tag: 'Poor picture',
      help: 'Look into the camera, in good light, and hold still for a moment.',
    },
    'spoof-suspect': {
      title: 'A live face is needed',
      tag: 'Not live',
      help: 'This looks like a picture of a face. Step in front of the camera yourself.',
    },
    'too-far': { title: 'Please come closer', tag: 'Too far', help: 'The face is too small to recognise.' },
    blurred: {
      title: 'Please hold still',
      tag: 'Blurred',
      help: 'The picture is blurred. Is the lens clean?',
    },
    'too-dark': { title: 'It is too dark', tag: 'Too dark', help: 'More light on the face is needed.' },
    'too-bright': { title: 'It is too bright', tag: 'Too bright', help: 'Step out of the direct light.' },
    'turned-away': {
      title: 'Please look at the camera',
      tag: 'Turned away',
      help: 'The face is turned away.',
    },
  },
} as const;
