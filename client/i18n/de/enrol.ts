import type { Translation } from '../t.ts';

export const photosMessages: Translation<'console.photos'> = {
  choose: 'Fotos wählen',
  chooseOne: 'Foto wählen',
  camera: 'Kamera verwenden',
  remove: 'Foto {number} entfernen, {name}',
  cannotShow: 'Dieser Browser kann dieses Format nicht zeigen. Der Server kann es trotzdem lesen.',
  notPicture: '{name} ist kein Bild. Möglich sind JPEG, PNG, WebP, AVIF und TIFF.',
  tooLarge: '{name} ist größer als {most}. Nehmen Sie ein kleineres Foto.',
  tooMany: {
    one: 'Nur {count} Foto wurde übernommen: Mehr sind nicht möglich.',
    other: 'Nur {count} Fotos wurden übernommen: Mehr sind nicht möglich.',
  },
};

export const cameraMessages: Translation<'console.camera'> = {
  title: 'Fotos aufnehmen',
  asking: 'Warten auf die Kamera …',
  preview: 'Kamerabild',
  choice: 'Kamera',
  number: 'Kamera {number}',
  hint: 'Schauen Sie gerade in die Kamera, bei gleichmäßigem Licht.',
  shoot: 'Foto aufnehmen',
  use: { one: '{count} Foto verwenden', other: '{count} Fotos verwenden' },
  deniedTitle: 'Die Kamera ist gesperrt',
  denied:
    'Erlauben Sie dieser Seite die Kamera in der Adresszeile des Browsers, und versuchen Sie es noch einmal. Oder wählen Sie Fotodateien.',
  missingTitle: 'Keine Kamera gefunden',
  missing: 'Schließen Sie eine Kamera an, oder wählen Sie Fotodateien.',
  insecureTitle: 'Die Kamera braucht eine sichere Seite',
  insecure:
    'Browser geben die Kamera nur https-Seiten und localhost. Öffnen Sie die Konsole über https, oder wählen Sie Fotodateien.',
  busyTitle: 'Die Kamera startet nicht',
  busy: 'Vielleicht verwendet sie ein anderes Programm. Schließen Sie es; es wird von selbst noch einmal versucht. Oder wählen Sie Fotodateien.',
  lostTitle: 'Die Kamera ist weg',
  lost: 'Prüfen Sie ihr Kabel; es wird von selbst noch einmal versucht. Die aufgenommenen Fotos sind noch da.',
};

export const enrolMessages: Translation<'console.enrol'> = {
  title: 'Person erfassen',
  lead: 'Binnen einer Sekunde kennt danach jeder Kiosk das Gesicht.',
  person: 'Person',
  name: 'Name',
  nameMissing: 'Geben Sie den Namen ein, den Kioske zeigen sollen.',
  externalId: 'Externe ID',
  externalIdHint: 'Ihre eigene Nummer für diese Person. Sie muss eindeutig sein.',
  steps: { label: 'Schritte', who: 'Person', photos: 'Fotos', test: 'Test', done: '(erledigt)' },
  withCamera: 'Fotos aufnehmen',
  withFiles: 'Fotos hochladen',
  cameraInstead: 'Stattdessen die Kamera verwenden',
  filesInstead: 'Stattdessen hochladen',
  back: 'Zurück',
  photosOf: 'Fotos von {name}',
  changeId: 'Externe ID ändern',
  openPerson: '{name} öffnen',
  photos: 'Fotos',
  photosHint: 'Legen Sie hier Fotos ab: 1 bis {most}, nur von dieser Person. Am besten drei bis fünf.',
  photosMissing: 'Fügen Sie mindestens ein Foto hinzu.',
  photosRefused:
    'Keines dieser Fotos ist verwendbar. Fügen Sie ein anderes hinzu, oder wählen Sie ein Gesicht, wo es mehrere gibt.',
  consent: 'Die Person ist mit der Erfassung einverstanden',
  consentHint:
    'Aus den Fotos werden Templates, an denen die Person erkennbar ist. Wird mit Datum gespeichert.',
  submit: 'Erfassen',
  another: 'Weitere Person erfassen',
  resubmit: 'Mit den gewählten Gesichtern erfassen',
  addChosen: 'Gewählte Gesichter hinzufügen',
  busy: { one: '{count} Foto wird geprüft …', other: '{count} Fotos werden geprüft …' },
  failedTitle: 'Nicht erfasst',
  refusedTitle: 'Nicht erfasst: Kein Foto ist so verwendbar',
  doneTitle: '{name} ist erfasst',
  duplicateTitle: 'Ist das {name}?',
  duplicate:
    'Die Fotos sehen aus wie {name}, und diese Person ist schon erfasst. Noch wurde nichts gespeichert.',
  duplicateScore: 'Ähnlichkeit {score}',
  addTo: 'Fotos zu {name} hinzufügen',
  enrolAnyway: 'Nein, {name} erfassen',
  done: { one: '{count} Foto wurde angenommen.', other: '{count} Fotos wurden angenommen.' },
  reportsTitle: 'Foto für Foto',
  accepted: 'Angenommen',
  refused: 'Nicht verwendet',
  face: 'Gesicht {number}',
  adviceTitle: 'Was ein gutes Foto ausmacht',
  advice1: 'Ein Gesicht, das in die Kamera schaut, mindestens so groß wie auf einem Passfoto.',
  advice2: 'Gleichmäßiges Licht von vorn; scharf, ohne Sonnenbrille oder Maske.',
  advice3: 'Drei bis fünf Fotos, die sich unterscheiden: anderer Tag, anderes Licht, mit und ohne Brille.',
  reason: {
    'no-face': 'Kein Gesicht gefunden',
    'several-faces': 'Mehrere Gesichter',
    'too-small': 'Gesicht zu klein',
    blurred: 'Unscharf',
    'too-dark': 'Zu dunkel',
    'too-bright': 'Zu hell',
    'turned-away': 'Abgewandt',
    unreadable: 'Nicht lesbar',
    'too-large': 'Zu groß',
    'unlike-the-others': 'Anders als die übrigen',
    'looks-like-another': 'Sieht aus wie jemand anders',
    'repeats-another': 'Dasselbe Bild',
    'too-many': 'Eines zu viel',
  },
  fix: {
    'no-face': 'Nehmen Sie ein Foto, das das ganze Gesicht von vorn zeigt.',
    'several-faces': 'Wählen Sie im Foto das Gesicht der Person, oder nehmen Sie ein Foto nur von ihr.',
    'too-small': 'Nehmen Sie ein Foto aus größerer Nähe oder mit höherer Auflösung.',
    blurred: 'Nehmen Sie ein scharfes Foto: Halten Sie die Kamera ruhig, oder sorgen Sie für mehr Licht.',
    'too-dark': 'Nehmen Sie ein Foto mit mehr Licht auf dem Gesicht.',
    'too-bright': 'Nehmen Sie ein Foto mit weniger Licht auf dem Gesicht, ohne Blitz.',
    'turned-away': 'Nehmen Sie ein Foto, auf dem die Person in die Kamera schaut.',
    unreadable:
      'Die Datei ist beschädigt oder von unbekannter Art. Möglich sind JPEG, PNG, WebP, AVIF und TIFF.',
    'too-large': 'Nehmen Sie ein Foto mit weniger Bildpunkten.',
    'too-many':
      'Von dieser Person sind schon so viele Fotos gespeichert wie möglich. Um mit besseren neu zu beginnen, löschen Sie die Person und erfassen Sie sie neu.',
    'unlike-the-others':
      'Das scheint jemand anders zu sein. Prüfen Sie, ob jedes Foto dieselbe Person zeigt.',
    'repeats-another':
      'Dieses Bild wurde schon hinzugefügt und bringt nichts Neues. Wählen Sie eines, das sich unterscheidet.',
    'looks-like-another':
      'Das sieht eher aus wie jemand anders, der erfasst ist. Lassen Sie es weg, oder wählen Sie darin ein anderes Gesicht.',
  },
};

export const addPhotosMessages: Translation<'console.addPhotos'> = {
  title: 'Fotos von {name} hinzufügen',
  hint: {
    one: 'Legen Sie hier ein Foto ab. Platz ist noch für {count}.',
    other:
      'Legen Sie hier Fotos ab. Platz ist noch für {count}; am meisten helfen solche, die sich von den anderen unterscheiden.',
  },
  submit: 'Fotos hinzufügen',
  doneTitle: 'Fotos hinzugefügt',
  done: { one: '{name} hat jetzt {count} Foto.', other: '{name} hat jetzt {count} Fotos.' },
  failed: 'Nicht hinzugefügt',
  fullTitle: 'Von {name} sind schon so viele Fotos gespeichert wie möglich',
  full: 'Von einer Person werden höchstens {most} gespeichert. Um mit besseren neu zu beginnen, löschen Sie die Person und erfassen Sie sie neu.',
};
