/** Admin. */
export const adminMessages = {
  title: 'Admin',
  sections: 'Sections of the administration',
  tabs: {
    kiosks: 'Kiosks',
    users: 'Users',
    tokens: 'Tokens',
    models: 'Models',
    webhooks: 'Webhooks',
    settings: 'Settings',
    health: 'Health',
    queues: 'Queues',
    audit: 'Audit',
  },
  leads: {
    kiosks: 'The devices with a camera that may send crops.',
    users: 'Who may use this console.',
    tokens: 'What other programs may do with this server.',
    models: 'The network that turns faces into embeddings.',
    webhooks: 'Other systems that are told of sightings.',
    settings: 'What holds for the whole server.',
    health: 'The state of the server and of its parts.',
    queues: 'What waits for the workers, and what failed.',
    audit: 'Who did what, and whether it can be believed.',
  },
} as const;

export const kiosksMessages = {
  title: 'Kiosks',
  add: 'Add a kiosk',
  failed: 'The kiosks cannot be shown',
  emptyTitle: 'No kiosk yet',
  empty:
    'Open this server’s address with /kiosk at its end on a device with a camera, and enter the code that it shows. Or add a kiosk here and open its link there.',
  since: 'added {date}',
  addTitle: 'Add a kiosk',
  addFailed: 'The kiosk was not added',
  name: 'Name',
  nameHint: 'As it is to stand on the tile, for instance “Front door”.',
  nameMissing: 'Enter a name.',
  place: 'Place',
  video: 'Live video for the console',
  videoHint:
    'People at the console see this camera’s picture, not only the faces. The kiosk says so on its screen. Off, faces alone leave the device.',
  videoAllowed: 'live video',
  training: 'This browser learns',
  trainingHint:
    'While nobody is in front of it, the kiosk’s browser teaches its camera’s student from sightings that operators confirmed. The pictures stay in the browser; what it learnt goes to the server. The kiosk says so on its screen, and can be paused there.',
  trainingAllowed: 'its browser learns',
  pairByCode: 'Pair by code',
  pairTitle: 'Pair a kiosk by its code',
  pair: 'Pair',
  paired: '{name} is paired; it logs itself in',
  pairFailed: 'The kiosk was not paired',
  code: 'Code',
  codeHint: 'As the kiosk’s screen shows it, for instance K7QW-3MZA.',
  codeWrong: 'Enter the eight letters and digits of the kiosk’s screen.',
  editNamed: 'Edit {name}',
  editTitle: 'Edit {name}',
  editFailed: 'Nothing was changed',
  save: 'Save',
  create: 'Create link',
  newLinkNamed: 'New link for {name}',
  revoke: 'Revoke',
  revokeNamed: 'Revoke {name}',
  revokeTitle: 'Revoke {name}?',
  revokeText:
    'The device is disconnected at once and its login no longer counts. Its stream disappears. To bring it back, add a new kiosk.',
  revokeFailed: 'The kiosk was not revoked',
} as const;

export const linkMessages = {
  title: 'Link for {name}',
  text: 'Open this link in the browser that it is for:',
  failed: 'The link was not made',
  copy: 'Copy',
  copied: 'Copied',
  copyFailed: 'The browser did not allow copying. Select the link and copy it by hand.',
  onceTitle: 'It works once, and is shown only now',
  once: 'Whoever opens it first is logged in by it, so hand it over with care. If it is lost, make a new one.',
} as const;

export const healthMessages = {
  title: 'Health',
  ready: 'Ready',
  notReady: 'Not ready',
  failed: 'The server’s health is not known',
  redis: 'Queue (Redis)',
  database: 'Database',
  sfu: 'Media (SFU)',
  workers: 'Workers',
} as const;
