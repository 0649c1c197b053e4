import type { Translation } from '../t.ts';

export const problemsMessages: Translation<'console.problems'> = {
  unauthenticated: 'Vous n’êtes plus connecté. Ouvrez la console par un nouveau lien.',
  'code-used': 'Ce lien a déjà servi, ou il est trop ancien. Demandez-en un nouveau.',
  forbidden: 'Votre rôle ne le permet pas. Adressez-vous à un administrateur.',
  'bad-origin': 'Le serveur refuse cette page, car elle ne vient pas de lui. Rechargez-la.',
  'method-not-allowed': 'Cette page demande quelque chose que le serveur ne connaît pas. Rechargez la page.',
  'no-usable-photo': 'Aucune des photos n’est utilisable.',
  'client-too-old': 'Cette page est plus ancienne que le serveur. Rechargez-la.',
  'server-too-old':
    'Le serveur est plus ancien que cette page. Rechargez-la ; si rien ne change, le serveur doit être mis à jour.',
  'rate-limited': 'Trop de requêtes en peu de temps. Attendez un instant, puis réessayez.',
  full: 'Le serveur traite déjà autant de flux qu’il le peut.',
  'workers-unavailable': 'Aucun worker n’a répondu à temps. Réessayez dans un instant.',
  'redis-unavailable': 'La file d’attente est injoignable. Réessayez dans un instant.',
  'database-unavailable': 'La base de données est injoignable. Réessayez dans un instant.',
  'shutting-down': 'Le serveur est en train de s’arrêter. Réessayez quand il sera de retour.',
  'no-connection': 'Le serveur ne répond pas. Vérifiez le réseau ; la page réessaie d’elle-même.',
  internal: 'Une erreur s’est produite dans le serveur. Son journal en donne les détails.',
};
