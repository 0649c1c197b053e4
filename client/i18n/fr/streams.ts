import type { Translation } from '../t.ts';

export const streamsMessages: Translation<'console.streams'> = {
  title: 'Flux',
  lead: '{online} sur {count} en ligne · {people} enregistrées',
  search: 'Caméra, lieu ou personne',
  show: 'Montrer',
  shown: { all: 'Tous', online: 'En ligne', offline: 'Hors ligne', people: 'Avec des personnes' },
  place: 'Lieu',
  everywhere: 'Partout',
  noneShown: 'Aucun flux ne correspond en ce moment',
  fullScreen: 'Plein écran',
  leaveFullScreen: 'Quitter le plein écran',
  pin: 'Épingler {name}',
  unpin: 'Détacher {name}',
  pinIt: 'Épingler',
  unpinIt: 'Détacher',
  loading: 'En attente des flux …',
  emptyTitle: 'Pas encore de borne',
  emptyAction: 'Ajouter une borne',
  emptyAdmin:
    'Une borne est un navigateur avec caméra. Créez un lien à usage unique sous Administration et ouvrez-le sur l’appareil ; son flux apparaît ici aussitôt.',
  emptyOperator:
    'Une borne est un navigateur avec caméra. Demandez à un administrateur un lien de borne à usage unique et ouvrez-le sur l’appareil ; son flux apparaît ici aussitôt.',
  nobody: 'Personne dans l’image',
  starting: 'Démarrage',
  trouble: {
    offline: 'Hors ligne',
    silent: 'La borne ne répond pas',
    stalled: 'L’image est figée',
    'no-camera': 'Pas de caméra',
    failed: 'La détection n’a pas démarré',
  },
  troubleFor: '{trouble} depuis {duration}',
  offlineSince: 'Hors ligne depuis {time}',
  offlineLast: 'Hors ligne, dernière vignette {time}',
  offlineNever: 'Hors ligne, jamais connectée',
};
