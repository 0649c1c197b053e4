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
  skip: 'Aller au contenu',
  logout: 'Se déconnecter',
  language: 'Langue',
  theme: 'Thème : {theme}. Appuyez pour changer',
  themes: { system: 'celui du système', light: 'clair', dark: 'sombre' },
  noMatch: 'Rien ne correspond à « {query} »',
  dateTime: '{date}, {time}',
  duration: { seconds: '{value} s', minutes: '{value} min', hours: '{value} h', days: '{value} j' },
  size: { kilobytes: '{value} Ko', megabytes: '{value} Mo' },
  nav: {
    label: 'Pages',
    streams: 'Flux',
    events: 'Événements',
    unknowns: 'Inconnus',
    waiting: { one: '{count} personne inconnue attend', other: '{count} personnes inconnues attendent' },
    people: 'Personnes',
    enrol: 'Enregistrer',
    identify: 'Identifier',
    verify: 'Comparer',
    evaluation: 'Évaluation',
    training: 'Entraînement',
    admin: 'Administration',
  },
  connection: {
    connecting: 'Connexion …',
    online: 'Direct',
    offline: 'Connexion perdue',
    ended: 'Déconnecté',
    retryIn: 'nouvel essai dans {seconds} s',
    retryNow: 'Se connecter maintenant',
  },
  stale: {
    title: 'Pas en direct',
    offline:
      'La connexion est perdue. Ce qui s’affiche ici date d’avant ; l’affichage reprend de lui-même dès que le serveur est de retour.',
    ended: 'Le serveur a mis fin à cette session. Rechargez la page pour continuer.',
  },
  error: {
    offline: 'Le serveur ne répond pas. Vérifiez qu’il fonctionne et que cet appareil est connecté.',
    slow: 'Le serveur a mis trop de temps à répondre. Réessayez dans un instant.',
    unexpected: 'Cette page ne comprend pas la réponse du serveur. Rechargez la page.',
    status: 'Le serveur a refusé avec le statut {status}.',
  },
  problems: problemsMessages,
  training: trainingMessages,
  forbidden: {
    title: 'Votre rôle n’y donne pas accès',
    text: 'Cette page demande plus de droits que vous n’en avez. Un administrateur peut changer votre rôle.',
  },
  signIn: {
    checking: 'Vérification de votre session …',
    title: 'Ouvrez la console par son lien',
    usedTitle: 'Ce lien a déjà servi, ou il est trop ancien',
    howTo:
      'Le serveur affiche au démarrage des liens à usage unique, et un administrateur en crée d’autres sur la page « Administration ». Ouvrez-en un nouveau ici ; ce navigateur reste ensuite connecté.',
    kioskTitle: 'Ce navigateur est connecté comme borne',
    kioskText:
      'Une borne n’a pas le droit de voir les autres flux. Ouvrez le lien de la console dans un autre navigateur, ou ouvrez-le ici pour changer.',
    failedTitle: 'La connexion a échoué',
  },
  help: {
    open: 'Raccourcis clavier',
    title: 'Raccourcis clavier',
    here: 'Sur cette page',
    everywhere: 'Partout',
    pages: 'Aller à une page',
    help: 'Cette aide',
    search: 'Aller à la recherche',
    arrows:
      'Passer d’une tuile ou d’une ligne à l’autre ; Début et Fin vont à la première et à la dernière ; ↓ mène de la recherche à ce qu’elle a trouvé',
    enter: 'Agrandir un flux, appuyer sur un bouton',
    pin: 'Épingler un flux, ou le détacher',
    fullScreen: 'Remplir l’écran avec les flux, ou avec celui qui est agrandi',
    escape: 'Fermer ce qui est ouvert, vider la recherche',
  },
  score: { above: 'au-dessus du seuil de {threshold}', below: 'au-dessous du seuil de {threshold}' },
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
    title: 'Données de {name} effacées',
    person: 'Personne',
    id: 'Identifiant',
    at: 'Effacement',
    templates: 'Gabarits de visage',
    crops: 'Vignettes de référence',
    sightings: 'Apparitions',
    confirmations: 'Réponses sur les apparitions',
    version: 'Version de la galerie',
  },
  identify: {
    title: 'Qui est-ce ?',
    lead: 'Cherche, parmi toutes les personnes enregistrées, à qui sont les visages d’une photo. La photo n’est pas gardée.',
    photo: 'Photo',
    pick: 'Photo à identifier',
    hint: 'Déposez une photo ici. Elle peut montrer plusieurs personnes.',
    submit: 'Identifier',
    busy: 'Recherche …',
    failed: 'L’identification a échoué',
    emptyTitle: 'Pas encore de photo à identifier',
    empty: 'Les visages et les personnes qui leur ressemblent le plus apparaissent ici.',
    faces: { one: '{count} visage', other: '{count} visages' },
    confidence: 'sûr à {percent}',
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
