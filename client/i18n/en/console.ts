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

/** The console's sentences. */
export const consoleMessages = {
  brand: 'Facewire',
  pageTitle: '{page} · Facewire',
  skip: 'Skip to content',
  logout: 'Log out',
  language: 'Language',
  theme: 'Theme: {theme}. Press to change',
  themes: { system: 'system', light: 'light', dark: 'dark' },
  noMatch: 'Nothing matches “{query}”',
  dateTime: '{date}, {time}',
  duration: { seconds: '{value} s', minutes: '{value} min', hours: '{value} h', days: '{value} d' },
  size: { kilobytes: '{value} KB', megabytes: '{value} MB' },
  nav: {
    label: 'Pages',
    streams: 'Streams',
    events: 'Events',
    unknowns: 'Unknowns',
    waiting: { one: '{count} unknown person waits', other: '{count} unknown people wait' },
    people: 'People',
    enrol: 'Enrol',
    identify: 'Identify',
    verify: 'Verify',
    evaluation: 'Evaluation',
    training: 'Training',
    admin: 'Admin',
  },
  connection: {
    connecting: 'Connecting …',
    online: 'Live',
    offline: 'Connection lost',
    ended: 'Disconnected',
    retryIn: 'again in {seconds} s',
    retryNow: 'Connect now',
  },
  stale: {
    title: 'Not live',
    offline:
      'The connection is lost. What stands here is from before; it goes on by itself when the server is back.',
    ended: 'The server has ended this session. Reload the page to go on.',
  },
  error: {
    offline: 'The server does not answer. Check that it is running and that this device is connected.',
    slow: 'The server took too long to answer. Try again in a moment.',
    unexpected: 'The server answered in a way that this page does not understand. Reload the page.',
    status: 'The server refused with status {status}.',
  },
  problems: problemsMessages,
  training: trainingMessages,
  forbidden: {
    title: 'Not for your role',
    text: 'This page takes more rights than your login has. An administrator can change your role.',
  },
  signIn: {
    checking: 'Checking your session …',
    title: 'Open the console by its link',
    usedTitle: 'This link was used before, or is too old',
    howTo:
      'The server prints one-time links when it starts, and an administrator makes more on the Admin page. Open a fresh one here; this browser then stays logged in.',
    kioskTitle: 'This browser is logged in as a kiosk',
    kioskText:
      'A kiosk may not see other streams. Open the console link in another browser, or open it here to change over.',
    failedTitle: 'Logging in did not work',
  },
  help: {
    open: 'Keyboard help',
    title: 'Keyboard',
    here: 'On this page',
    everywhere: 'Everywhere',
    pages: 'Go to a page',
    help: 'This help',
    search: 'Go to the search',
    arrows:
      'Move between tiles and rows; Home and End go to the first and last; ↓ leads from the search to what it found',
    enter: 'Enlarge a stream, press a button',
    pin: 'Pin a stream, or let it go',
    fullScreen: 'Fill the screen with the streams, or with the one that is enlarged',
    escape: 'Close what is open, empty the search',
  },
  score: {
    above: 'above the threshold of {threshold}',
    below: 'below the threshold of {threshold}',
  },
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
    title: '{name} was erased',
    person: 'Person',
    id: 'ID',
    at: 'Erased at',
    templates: 'Face templates',
    crops: 'Reference crops',
    sightings: 'Sightings',
    confirmations: 'Answers about sightings',
    version: 'Gallery version',
  },
  identify: {
    title: 'Who is this?',
    lead: 'Searches the faces of a photo among everyone enrolled. The photo is not kept.',
    photo: 'Photo',
    pick: 'Photo to search',
    hint: 'Drop a photo here. It may show several people.',
    submit: 'Identify',
    busy: 'Searching …',
    failed: 'The photo could not be searched',
    emptyTitle: 'No photo searched yet',
    empty: 'Faces and the people they resemble most appear here.',
    faces: { one: '{count} face', other: '{count} faces' },
    confidence: '{percent} sure',
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
} as const;
