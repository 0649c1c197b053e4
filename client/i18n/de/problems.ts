import type { Translation } from '../t.ts';

export const problemsMessages: Translation<'console.problems'> = {
  unauthenticated: 'Sie sind nicht mehr angemeldet. Öffnen Sie die Konsole über einen neuen Link.',
  'code-used': 'Dieser Link wurde schon verwendet oder ist zu alt. Bitten Sie um einen neuen.',
  forbidden: 'Ihre Rolle erlaubt das nicht. Wenden Sie sich an einen Administrator.',
  'bad-origin':
    'Der Server weist diese Seite ab, weil sie nicht von ihm selbst geladen wurde. Laden Sie sie neu.',
  'method-not-allowed': 'Diese Seite verlangt etwas, das der Server nicht kennt. Laden Sie die Seite neu.',
  'no-usable-photo': 'Keines der Fotos ist verwendbar.',
  'client-too-old': 'Diese Seite ist älter als der Server. Laden Sie sie neu.',
  'server-too-old':
    'Der Server ist älter als diese Seite. Laden Sie sie neu; hilft das nicht, muss der Server erneuert werden.',
  'rate-limited':
    'Zu viele Anfragen in kurzer Zeit. Warten Sie einen Augenblick und versuchen Sie es noch einmal.',
  full: 'Der Server bedient schon so viele Streams, wie er kann.',
  'workers-unavailable': 'Kein Worker hat rechtzeitig geantwortet. Versuchen Sie es gleich noch einmal.',
  'redis-unavailable': 'Die Warteschlange ist nicht erreichbar. Versuchen Sie es gleich noch einmal.',
  'database-unavailable': 'Die Datenbank ist nicht erreichbar. Versuchen Sie es gleich noch einmal.',
  'shutting-down': 'Der Server wird gerade beendet. Versuchen Sie es wieder, wenn er zurück ist.',
  'no-connection':
    'Der Server antwortet nicht. Prüfen Sie das Netz; die Seite versucht es von selbst wieder.',
  internal: 'Im Server ist etwas schiefgegangen. Einzelheiten stehen in seinem Log.',
};
