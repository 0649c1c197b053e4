import type { Translation } from '../t.ts';

export const problemsMessages: Translation<'console.problems'> = {
  unauthenticated: 'L’accesso non è più valido. Apra la console con un nuovo link.',
  'code-used': 'Questo link è già stato usato, o è troppo vecchio. Ne chieda uno nuovo.',
  forbidden: 'Il Suo ruolo non lo permette. Chieda a un amministratore.',
  'bad-origin': 'Il server rifiuta questa pagina, perché non viene dal server stesso. La ricarichi.',
  'method-not-allowed': 'Questa pagina chiede qualcosa che il server non conosce. Ricarichi la pagina.',
  'no-usable-photo': 'Nessuna delle foto è utilizzabile.',
  'client-too-old': 'Questa pagina è più vecchia del server. La ricarichi.',
  'server-too-old':
    'Il server è più vecchio di questa pagina. La ricarichi; se non cambia, il server va aggiornato.',
  'rate-limited': 'Troppe richieste in poco tempo. Aspetti un momento e riprovi.',
  full: 'Il server gestisce già tutti i flussi che può.',
  'workers-unavailable': 'Nessun worker ha risposto in tempo. Riprovi tra un momento.',
  'redis-unavailable': 'La coda non è raggiungibile. Riprovi tra un momento.',
  'database-unavailable': 'Il database non è raggiungibile. Riprovi tra un momento.',
  'shutting-down': 'Il server si sta spegnendo. Riprovi quando sarà tornato.',
  'no-connection': 'Il server non risponde. Controlli la rete; la pagina riprova da sola.',
  internal: 'Qualcosa è andato storto nel server. I dettagli sono nel suo registro.',
};
