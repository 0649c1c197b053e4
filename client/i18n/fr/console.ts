import type { Translation } from '../t.ts';
import { problemsMessages } from './problems.ts';

export const consoleMessages: Translation<'console'> = {
  brand: 'Facewire',
  pageTitle: '{page} · Facewire',
  skip: 'Aller au contenu',
  logout: 'Se déconnecter',
  language: 'Langue',
  theme: 'Thème : {theme}. Appuyez pour changer',
  themes: { system: 'celui du système', light: 'clair', dark: 'sombre' },
  noMatch: 'Rien ne correspond à « {query} »',
  dateTime: '{date}, {time}',
  duration: { seconds: '{value} s', minutes: '{value} min', hours: '{value} h', days: '{value} j' },
  size: { kilobytes: '{value} Ko', megabytes: '{value} Mo' },
  nav: {
    label: 'Pages',
    streams: 'Flux',
    events: 'Événements',
    people: 'Personnes',
    enrol: 'Enregistrer',
    identify: 'Identifier',
    verify: 'Comparer',
    evaluation: 'Évaluation',
    admin: 'Administration',
  },
  connection: {
    connecting: 'Connexion …',
    online: 'En direct',
    offline: 'Connexion perdue',
    ended: 'Déconnecté',
    retryIn: 'nouvel essai dans {seconds} s',
    retryNow: 'Se connecter maintenant',
  },
  stale: {
    title: 'Pas en direct',
    offline:
      'La connexion est perdue. Ce qui s’affiche ici date d’avant ; tout reprend de soi-même dès que le serveur est de retour.',
    ended: 'Le serveur a mis fin à cette session. Rechargez la page pour continuer.',
  },
  error: {
    offline: 'Le serveur ne répond pas. Vérifiez qu’il fonctionne et que cet appareil est connecté.',
    slow: 'Le serveur a mis trop de temps à répondre. Réessayez dans un instant.',
    unexpected: 'Cette page ne comprend pas la réponse du serveur. Rechargez la page.',
    status: 'Le serveur a refusé avec le statut {status}.',
  },
  problems: problemsMessages,
  signIn: {
    checking: 'Vérification de votre session …',
    title: 'Ouvrez la console par son lien',
    usedTitle: 'Ce lien a déjà servi, ou il est trop ancien',
    howTo:
      'Le serveur affiche au démarrage des liens à usage unique, et un administrateur en crée d’autres sur la page « Administration ». Ouvrez-en un nouveau ici ; ce navigateur reste ensuite connecté.',
    kioskTitle: 'Ce navigateur est connecté comme borne',
    kioskText:
      'Une borne n’a pas le droit de voir les autres flux. Ouvrez le lien de la console dans un autre navigateur, ou ouvrez-le ici pour changer.',
    failedTitle: 'La connexion a échoué',
  },
  score: {
    above: 'au-dessus du seuil de {threshold}',
    below: 'au-dessous du seuil de {threshold}',
  },
};
