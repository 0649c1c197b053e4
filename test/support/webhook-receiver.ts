import { createHmac, timingSafeEqual } from 'node:crypto';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { type WebhookEvent, webhookEventSchema } from '../../protocol/webhooks.ts';

export type Received = { event: WebhookEvent; body: string; signature: string; at: number };

/** A receiver of webhooks on the loopback, which keeps what it is sent. */
export type WebhookReceiver = {
  url: string;
  received: Received[];
  /** How the next requests are answered, by their position; 204 after the last. */
  answers: ((response: ServerResponse) => void)[];
  close(): Promise<void>;
};

export async function startWebhookReceiver(): Promise<WebhookReceiver> {
  const receiver: WebhookReceiver = { url: '', received: [], answers: [], close: async () => {} };
  const server = createServer((request, response) => {
    void text(request).then((body) => {
      receiver.received.push({
        event: webhookEventSchema.parse(JSON.parse(body)),
        body,
        signature: String(request.headers['facewire-signature']),
        at: Date.now(),
      });
      const answer = receiver.answers.shift();
      if (answer) answer(response);
      else response.writeHead(204).end();
    });
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  receiver.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/events?of=facewire`;
  receiver.close = async () => {
    server.closeAllConnections();
    await new Promise((done) => server.close(done));
  };
  return receiver;
}

/** An answer of this status, with headers. */
export function status(code: number, headers: Record<string, string> = {}) {
  return (response: ServerResponse) => void response.writeHead(code, headers).end();
}

/** The check that the README shows to receivers. */
export function isSigned({ signature, body }: Received, secret: string, now = Date.now()): boolean {
  const [, t, mac] = /^t=(\d+),v1=([0-9a-f]{64})$/.exec(signature) ?? [];
  if (!t || !mac || Math.abs(now / 1000 - Number(t)) > 300) return false;
  const expected = createHmac('sha256', secret).update(`${t}.${body}`).digest();
  return timingSafeEqual(expected, Buffer.from(mac, 'hex'));
}
