import type { Translation } from '../t.ts';

export const kioskMessages: Translation<'kiosk'> = {
  title: 'Facewire-Kiosk',
  unnamed: 'Kiosk',
  preview: 'Kamerabild',
  retryIn: 'Nächster Versuch in {seconds} s',
  runsOn: 'Gesichter werden mit {backend} gefunden',
  backend: { webgpu: 'WebGPU', webgl: 'WebGL', wasm: 'WebAssembly' },
  camera: 'Kamera',
  cameraNumber: 'Kamera {number}',
  several: {
    one: '{count} Person im Bild',
    other: '{count} Personen im Bild: Die Zeile gilt für die vorderste',
  },
  confidence: '{percent} % sicher',
  download: '{loaded} von {total} MB',
  preparing: 'Die Gesichtserkennung wird vorbereitet',
  onAir: 'Live-Video: Wer an der Konsole sitzt, sieht dieses Bild',
  learning: {
    title: 'Dieser Browser lernt aus bestätigten Sichtungen dieser Kamera. Die Bilder bleiben hier.',
    pause: 'Lernen anhalten',
    resume: 'Weiterlernen',
    step: 'Lernt mit {backend}: Schritt {at} von {of}.',
    used: 'Das zuletzt Gelernte wird verwendet.',
    notUsed: 'Das zuletzt Gelernte war nicht besser und wird nicht verwendet.',
    passedOver: {
      absent: '{backend}: Dieser Browser hat es nicht.',
      'does-not-start': '{backend} startet in diesem Browser nicht.',
      'wrong-embedding': '{backend}: Die Einbettung des Prüfausschnitts ist falsch.',
      'slow-crop': '{backend}: Ein Ausschnitt allein dauert {ms} ms.',
      'wrong-gradient': '{backend}: Ein Gradient weicht um {share} seiner Länge ab.',
      'not-finite': '{backend}: Ein Gradient ist nicht endlich.',
      'slow-gradient': '{backend}: Der Gradient eines Ausschnitts dauert {ms} ms.',
      failed: '{backend}: {words}',
    },
    states: {
      off: 'Aus.',
      paused: 'Angehalten.',
      offline: 'Wartet auf den Server.',
      hidden: 'Wartet, bis diese Seite im Vordergrund ist.',
      'no-camera': 'Wartet auf die Kamera.',
      busy: 'Wartet, bis niemand davorsteht.',
      battery: 'Wartet, bis das Gerät geladen wird.',
      few: 'Wartet, bis Betreuer mehr bestätigt haben.',
      ready: 'Nichts Neues zu lernen.',
      learning: 'Lernt.',
      judging: 'Der Server misst, was er gelernt hat.',
      failed: 'Der letzte Versuch schlug fehl; er versucht es wieder.',
    },
  },
  pairing: {
    label: 'Koppeln',
    how: 'Ein Administrator gibt diesen Code in der Konsole ein, unter Verwaltung → Kioske → Per Code koppeln:',
    scan: 'oder scannt dies mit einem Telefon, das dort angemeldet ist',
    note: 'Der Code wechselt alle zehn Minuten und gilt einmal. Diese Seite geht von selbst weiter.',
  },
  action: {
    retryNow: 'Jetzt versuchen',
    retryCamera: 'Noch einmal versuchen',
    reload: 'Seite neu laden',
    takeOver: 'Dieses Fenster verwenden',
  },
  headline: {
    'asking-permission': {
      title: 'Darf diese Seite die Kamera verwenden?',
      help: 'Wählen Sie in der Frage des Browsers „Zulassen“. Bilder von Gesichtern gehen nur an Ihren eigenen Server.',
    },
    'camera-insecure-context': {
      title: 'Die Kamera braucht eine sichere Seite',
      help: 'Browser geben die Kamera nur an https-Seiten und an localhost. Öffnen Sie diesen Kiosk mit einer https-Adresse (der Server bietet sie mit TLS=self-signed an) oder am Server selbst mit http://localhost.',
    },
    'camera-denied': {
      title: 'Die Kamera ist gesperrt',
      help: 'Erlauben Sie sie im Browser: Klicken Sie neben der Adresse auf das Kamera- oder Schlosssymbol, wählen Sie „Zulassen“ und versuchen Sie es noch einmal.',
    },
    'camera-none': {
      title: 'Keine Kamera gefunden',
      help: 'Schließen Sie eine an oder schalten Sie sie ein. Der Kiosk beginnt dann von selbst.',
    },
    'camera-busy': {
      title: 'Die Kamera ist belegt',
      help: 'Ein anderes Programm oder Fenster verwendet sie. Schließen Sie es; der Kiosk versucht es von selbst wieder.',
    },
    'camera-lost': {
      title: 'Die Kamera ist weg',
      help: 'Prüfen Sie ihr Kabel. Der Kiosk macht von selbst weiter, sobald sie wieder da ist.',
    },
    'camera-failed': {
      title: 'Die Kamera startet nicht',
      help: 'Der Kiosk versucht es von selbst wieder. Hilft das nicht, ziehen Sie die Kamera ab oder starten Sie das Gerät neu.',
    },
    'loading-models': {
      title: 'Wird vorbereitet',
      help: 'Die Gesichtserkennung wird geladen. Beim nächsten Mal geht es schneller.',
    },
    'models-failed': {
      title: 'Die Gesichtserkennung startet nicht',
      help: 'Laden Sie die Seite neu. Hilft das nicht, verwenden Sie ein aktuelles Chrome, Edge, Firefox oder Safari.',
    },
    connecting: { title: 'Verbindung wird aufgebaut', help: 'Der Server wird gerufen.' },
    offline: {
      title: 'Keine Verbindung zum Server',
      help: 'Zurzeit kann niemand erkannt werden. Der Kiosk verbindet sich von selbst wieder.',
    },
    'no-session': {
      title: 'Dieser Kiosk braucht seinen Link',
      help: 'Lassen Sie seinen Code in der Konsole eingeben, oder öffnen Sie auf diesem Gerät einen Kiosk-Link: Der Server zeigt einen beim Start, die Konsole macht weitere.',
    },
    'link-used': {
      title: 'Dieser Link gilt nicht mehr',
      help: 'Ein Link öffnet einen Kiosk einmal und läuft ab. Lassen Sie stattdessen den Code dieses Geräts in der Konsole eingeben, oder bitten Sie um einen neuen Link.',
    },
    replaced: {
      title: 'Dieser Kiosk läuft in einem anderen Fenster',
      help: 'Nur ein Fenster kann dieser Kiosk sein. Schließen Sie dieses oder übernehmen Sie hier.',
    },
    revoked: {
      title: 'Dieser Kiosk wurde entfernt',
      help: 'Ein Betreuer hat ihn gesperrt. Bitten Sie um einen neuen Link, wenn das ein Versehen war.',
    },
    'version-too-old': {
      title: 'Diese Seite ist veraltet',
      help: 'Der Server wurde erneuert. Laden Sie die Seite neu.',
    },
    'server-too-old': {
      title: 'Der Server ist älter als diese Seite',
      help: 'Laden Sie die Seite neu. Hilft das nicht, muss der Server erneuert werden.',
    },
    refused: {
      title: 'Der Server weist diesen Kiosk ab',
      help: 'Laden Sie die Seite neu oder fragen Sie einen Betreuer.',
    },
    'no-face': { title: 'Treten Sie vor die Kamera', help: 'Niemand ist im Bild.' },
    looking: { title: 'Einen Augenblick', tag: 'Wird gesucht', help: 'Es wird gesucht, wer das ist.' },
    identified: { title: 'Willkommen', tag: 'Erkannt', help: 'Erkannt.' },
    unknown: { title: 'Hier nicht bekannt', tag: 'Unbekannt', help: 'Dieses Gesicht ist nicht erfasst.' },
    ambiguous: {
      title: 'Nicht sicher, wer das ist',
      tag: 'Nicht sicher',
      help: 'Zwei Personen sehen sich hier ähnlich. Schauen Sie gerade in die Kamera.',
    },
    'poor-quality': {
      title: 'Das Bild ist nicht gut genug',
      tag: 'Schlechtes Bild',
      help: 'Schauen Sie bei gutem Licht in die Kamera und halten Sie einen Augenblick still.',
    },
    'spoof-suspect': {
      title: 'Ein lebendes Gesicht ist nötig',
      tag: 'Nicht lebend',
      help: 'Das sieht nach dem Bild eines Gesichts aus. Treten Sie selbst vor die Kamera.',
    },
    'too-far': {
      title: 'Bitte kommen Sie näher',
      tag: 'Zu weit weg',
      help: 'Das Gesicht ist zu klein, um es zu erkennen.',
    },
    blurred: {
      title: 'Bitte halten Sie still',
      tag: 'Unscharf',
      help: 'Das Bild ist unscharf. Ist die Linse sauber?',
    },
    'too-dark': { title: 'Es ist zu dunkel', tag: 'Zu dunkel', help: 'Das Gesicht braucht mehr Licht.' },
    'too-bright': {
      title: 'Es ist zu hell',
      tag: 'Zu hell',
      help: 'Treten Sie aus dem direkten Licht.',
    },
    'turned-away': {
      title: 'Bitte schauen Sie in die Kamera',
      tag: 'Abgewandt',
      help: 'Das Gesicht ist abgewandt.',
    },
  },
};
