import type { Translation } from '../t.ts';

export const kioskMessages: Translation<'kiosk'> = {
  title: 'Borne Facewire',
  unnamed: 'Borne',
  preview: 'Image de la caméra',
  retryIn: 'Prochain essai dans {seconds} s',
  runsOn: 'Détection par {backend}',
  backend: { webgpu: 'WebGPU', webgl: 'WebGL', wasm: 'WebAssembly' },
  camera: 'Caméra',
  cameraNumber: 'Caméra {number}',
  several: {
    one: '{count} personne dans l’image',
    other: '{count} personnes dans l’image : la ligne concerne celle de devant',
  },
  confidence: 'sûr à {percent} %',
  download: '{loaded} sur {total} Mo',
  preparing: 'Préparation de la détection',
  onAir: 'Vidéo en direct : la console voit cette image',
  learning: {
    title: 'Ce navigateur apprend des apparitions confirmées de cette caméra. Les images restent ici.',
    pause: 'Suspendre l’apprentissage',
    resume: 'Reprendre l’apprentissage',
    step: 'Apprentissage avec {backend} : étape {at} sur {of}.',
    used: 'Ce qu’il a appris en dernier est utilisé.',
    notUsed: 'Ce qu’il a appris en dernier ne fait pas mieux et n’est pas utilisé.',
    passedOver: {
      absent: '{backend} : ce navigateur ne l’a pas.',
      'does-not-start': '{backend} ne démarre pas dans ce navigateur.',
      'wrong-embedding': '{backend} : sa représentation de la vignette de contrôle est fausse.',
      'slow-crop': '{backend} : une vignette à elle seule prend {ms} ms.',
      'wrong-gradient': '{backend} : un gradient s’écarte de {share} de sa longueur.',
      'not-finite': '{backend} : un gradient n’est pas fini.',
      'slow-gradient': '{backend} : le gradient d’une vignette prend {ms} ms.',
      failed: '{backend} : {words}',
    },
    states: {
      off: 'Arrêté.',
      paused: 'En pause.',
      offline: 'En attente du serveur.',
      hidden: 'En attente : cette page n’est pas au premier plan.',
      'no-camera': 'En attente de la caméra.',
      busy: 'En attente : quelqu’un est devant la caméra.',
      battery: 'En attente : l’appareil n’est pas en charge.',
      few: 'En attente d’autres confirmations des opérateurs.',
      ready: 'Rien de nouveau à apprendre.',
      learning: 'Apprentissage en cours.',
      judging: 'Le serveur mesure ce qu’il a appris.',
      failed: 'Le dernier essai a échoué ; un autre suivra.',
    },
  },
  pairing: {
    label: 'Association',
    how: 'Un administrateur saisit ce code dans la console, sous Administration → Bornes → Associer par code :',
    scan: 'ou scanne ceci avec un téléphone qui y est connecté',
    note: 'Le code change toutes les dix minutes et sert une fois. Cette page continue d’elle-même.',
  },
  action: {
    retryNow: 'Essayer maintenant',
    retryCamera: 'Réessayer',
    reload: 'Recharger la page',
    takeOver: 'Utiliser cette fenêtre',
  },
  headline: {
    'asking-permission': {
      title: 'Cette page peut-elle utiliser la caméra ?',
      help: 'Choisissez « Autoriser » dans la question du navigateur. Les images des visages ne vont qu’à votre propre serveur.',
    },
    'camera-insecure-context': {
      title: 'La caméra exige une page sécurisée',
      help: 'Les navigateurs ne donnent la caméra qu’aux pages https et à localhost. Ouvrez cette borne par une adresse https (le serveur en offre une avec TLS=self-signed), ou sur le serveur même par http://localhost.',
    },
    'camera-denied': {
      title: 'La caméra est bloquée',
      help: 'Autorisez-la dans le navigateur : ouvrez le symbole de la caméra ou du cadenas près de l’adresse, choisissez « Autoriser », puis réessayez.',
    },
    'camera-none': {
      title: 'Aucune caméra trouvée',
      help: 'Branchez-en une ou allumez-la. La borne démarre d’elle-même dès qu’il y en a une.',
    },
    'camera-busy': {
      title: 'La caméra est occupée',
      help: 'Un autre programme ou une autre fenêtre l’utilise. Fermez-le ; la borne réessaie d’elle-même.',
    },
    'camera-lost': {
      title: 'La caméra a disparu',
      help: 'Vérifiez son câble. La borne reprend d’elle-même dès son retour.',
    },
    'camera-failed': {
      title: 'La caméra n’a pas démarré',
      help: 'La borne réessaie d’elle-même. Si cela ne suffit pas, débranchez la caméra ou redémarrez l’appareil.',
    },
    'loading-models': {
      title: 'Préparation',
      help: 'La détection des visages se charge. Les fois suivantes iront plus vite.',
    },
    'models-failed': {
      title: 'La détection des visages n’a pas démarré',
      help: 'Rechargez la page. Si rien ne change, utilisez un Chrome, Edge, Firefox ou Safari récent.',
    },
    connecting: { title: 'Connexion', help: 'Appel du serveur.' },
    offline: {
      title: 'Pas de connexion au serveur',
      help: 'Personne ne peut être reconnu pour l’instant. La borne revient d’elle-même.',
    },
    'no-session': {
      title: 'Cette borne a besoin de son lien',
      help: 'Faites saisir son code dans la console, ou ouvrez un lien de borne sur cet appareil : le serveur en affiche un au démarrage, et la console en crée d’autres.',
    },
    'link-used': {
      title: 'Ce lien n’est plus valable',
      help: 'Un lien ouvre une borne une seule fois, et expire. Faites plutôt saisir le code de cet appareil dans la console, ou demandez un nouveau lien.',
    },
    replaced: {
      title: 'Cette borne tourne dans une autre fenêtre',
      help: 'Une seule fenêtre peut être cette borne. Fermez celle-ci, ou reprenez la main ici.',
    },
    revoked: {
      title: 'Cette borne a été retirée',
      help: 'Un opérateur l’a révoquée. Si c’est une erreur, demandez un nouveau lien.',
    },
    'version-too-old': {
      title: 'Cette page est périmée',
      help: 'Le serveur a été mis à jour. Rechargez la page pour obtenir la nouvelle version.',
    },
    'server-too-old': {
      title: 'Le serveur est plus ancien que cette page',
      help: 'Rechargez la page. Si rien ne change, le serveur doit être mis à jour.',
    },
    refused: {
      title: 'Le serveur a refusé cette borne',
      help: 'Rechargez la page, ou adressez-vous à un opérateur.',
    },
    'no-face': { title: 'Placez-vous devant la caméra', help: 'Personne n’est dans l’image.' },
    looking: { title: 'Un instant', tag: 'Recherche', help: 'Recherche de la personne.' },
    identified: { title: 'Bienvenue', tag: 'Reconnu', help: 'Reconnu.' },
    unknown: { title: 'Inconnu ici', tag: 'Inconnu', help: 'Ce visage n’est pas enregistré.' },
    ambiguous: {
      title: 'Identité incertaine',
      tag: 'Incertain',
      help: 'Deux personnes se ressemblent ici. Regardez droit dans la caméra.',
    },
    'poor-quality': {
      title: 'L’image n’est pas assez bonne',
      tag: 'Image insuffisante',
      help: 'Regardez la caméra, sous une bonne lumière, et ne bougez pas un instant.',
    },
    'spoof-suspect': {
      title: 'Il faut un visage vivant',
      tag: 'Pas vivant',
      help: 'Cela ressemble à l’image d’un visage. Placez-vous vous-même devant la caméra.',
    },
    'too-far': {
      title: 'Approchez-vous, s’il vous plaît',
      tag: 'Trop loin',
      help: 'Le visage est trop petit pour être reconnu.',
    },
    blurred: {
      title: 'Ne bougez pas, s’il vous plaît',
      tag: 'Flou',
      help: 'L’image est floue. L’objectif est-il propre ?',
    },
    'too-dark': {
      title: 'Il fait trop sombre',
      tag: 'Trop sombre',
      help: 'Il faut plus de lumière sur le visage.',
    },
    'too-bright': {
      title: 'Il y a trop de lumière',
      tag: 'Trop clair',
      help: 'Éloignez-vous de la lumière directe.',
    },
    'turned-away': {
      title: 'Regardez la caméra, s’il vous plaît',
      tag: 'Détourné',
      help: 'Le visage est détourné.',
    },
  },
};
