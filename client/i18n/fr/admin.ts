import type { Translation } from '../t.ts';

export const adminMessages: Translation<'console.admin'> = {
  title: 'Administration',
  sections: 'Sections de l’administration',
  tabs: {
    kiosks: 'Bornes',
    users: 'Utilisateurs',
    tokens: 'Jetons',
    models: 'Modèles',
    webhooks: 'Webhooks',
    settings: 'Réglages',
    health: 'État',
    queues: 'Files d’attente',
    audit: 'Journal',
  },
  leads: {
    kiosks: 'Les appareils avec caméra qui peuvent envoyer des vignettes.',
    users: 'Qui peut utiliser cette console.',
    tokens: 'Ce que d’autres programmes peuvent faire avec ce serveur.',
    models: 'Le réseau qui transforme les visages en embeddings.',
    webhooks: 'D’autres systèmes, informés des apparitions.',
    settings: 'Ce qui vaut pour tout le serveur.',
    health: 'L’état du serveur et de ses composants.',
    queues: 'Ce qui attend les workers, et ce qui a échoué.',
    audit: 'Qui a fait quoi, et si ce journal est intact.',
  },
};

export const kiosksMessages: Translation<'console.kiosks'> = {
  title: 'Bornes',
  add: 'Ajouter une borne',
  failed: 'Impossible d’afficher les bornes',
  emptyTitle: 'Pas encore de borne',
  empty:
    'Ouvrez l’adresse de ce serveur suivie de /kiosk sur un appareil avec caméra, et saisissez le code qu’il affiche. Ou ajoutez une borne ici et ouvrez son lien là-bas.',
  since: 'ajoutée le {date}',
  addTitle: 'Ajouter une borne',
  addFailed: 'La borne n’a pas été ajoutée',
  name: 'Nom',
  nameHint: 'Tel qu’il figure sur la tuile, par exemple « Entrée principale ».',
  nameMissing: 'Saisissez un nom.',
  place: 'Lieu',
  video: 'Vidéo en direct pour la console',
  videoHint:
    'À la console, on voit l’image de cette caméra, pas seulement les visages. La borne le dit sur son écran. Sans cela, seuls les visages quittent l’appareil.',
  videoAllowed: 'vidéo en direct',
  training: 'Ce navigateur apprend',
  trainingHint:
    'Quand personne n’est devant la borne, son navigateur forme l’élève de sa caméra avec les apparitions que des opérateurs ont confirmées. Les images restent dans le navigateur ; ce qu’il a appris va au serveur. La borne le dit sur son écran, et on peut l’y mettre en pause.',
  trainingAllowed: 'son navigateur apprend',
  pairByCode: 'Associer par code',
  pairTitle: 'Associer une borne par son code',
  pair: 'Associer',
  paired: '{name} est associée et se connecte',
  pairFailed: 'La borne n’a pas été associée',
  code: 'Code',
  codeHint: 'Tel que l’écran de la borne l’affiche, par exemple K7QW-3MZA.',
  codeWrong: 'Saisissez les huit lettres et chiffres de l’écran de la borne.',
  editNamed: 'Modifier {name}',
  editTitle: 'Modifier {name}',
  editFailed: 'Rien n’a été modifié',
  save: 'Enregistrer',
  create: 'Créer un lien',
  newLinkNamed: 'Nouveau lien pour {name}',
  revoke: 'Révoquer',
  revokeNamed: 'Révoquer {name}',
  revokeTitle: 'Révoquer {name} ?',
  revokeText:
    'L’appareil est déconnecté aussitôt et son accès ne compte plus. Son flux disparaît. Pour le remettre en service, ajoutez une nouvelle borne.',
  revokeFailed: 'La borne n’a pas été révoquée',
};

export const linkMessages: Translation<'console.link'> = {
  title: 'Lien pour {name}',
  text: 'Ouvrez ce lien dans le navigateur auquel il est destiné :',
  failed: 'Le lien n’a pas été créé',
  copy: 'Copier',
  copied: 'Copié',
  copyFailed: 'Le navigateur n’a pas permis la copie. Sélectionnez le lien et copiez-le à la main.',
  onceTitle: 'Il ne sert qu’une fois et ne sera plus affiché',
  once: 'Le premier qui l’ouvre est connecté ; remettez-le avec soin. S’il est perdu, créez-en un nouveau.',
};

export const healthMessages: Translation<'console.health'> = {
  title: 'État',
  ready: 'Prêt',
  notReady: 'Pas prêt',
  failed: 'L’état du serveur n’est pas connu',
  redis: 'File d’attente (Redis)',
  database: 'Base de données',
  sfu: 'Médias (SFU)',
  workers: 'Workers',
};
