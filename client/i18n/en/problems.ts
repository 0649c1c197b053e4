/**
 * Errors of the server by their code, where the sentence does not hang on what was asked. In English the server's own
 * sentence is shown, which knows more; these are what translations are made of.
 */
export const problemsMessages = {
  unauthenticated: 'You are not logged in any more. Open the console by a fresh link.',
  'code-used': 'This link was used before, or is too old. Ask for a fresh one.',
  forbidden: 'Your role may not do that. Ask an administrator.',
  'bad-origin': 'The server refuses this page, because it was not loaded from the server itself. Reload it.',
  'method-not-allowed': 'This page asks for something that the server does not know. Reload the page.',
  'no-usable-photo': 'None of the photos can be used.',
  'client-too-old': 'This page is older than the server. Reload it.',
  'server-too-old':
    'The server is older than this page. Reload it; if it stays so, the server has to be updated.',
  'rate-limited': 'Too many requests in a short time. Wait a moment, then try again.',
  full: 'The server serves as many streams as it can.',
  'workers-unavailable': 'No worker answered in time. Try again in a moment.',
  'redis-unavailable': 'The queue cannot be reached. Try again in a moment.',
  'database-unavailable': 'The database cannot be reached. Try again in a moment.',
  'shutting-down': 'The server is shutting down. Try again when it is back.',
  'no-connection': 'The server does not answer. Check the network; the page tries again by itself.',
  internal: 'Something went wrong in the server. Its log has the details.',
} as const;
