import type { Logger } from '../../config/logger.ts';
import type { Stream } from '../../protocol/events.ts';
import type { SightingEvent } from '../../protocol/webhooks.ts';
import type { StreamHub } from '../streams/stream-hub.ts';
import { type MqttLink, openMqttLink } from './mqtt-link.ts';
import { createMqttMessages, type MqttMessage } from './mqtt-messages.ts';
import type { SightingNews } from './sighting-events.ts';

/** Sightings that wait for the broker; of more, the freshest are kept. */
const WAITING = 200;
/** A sighting that could not be published by then never is. */
const LIFE_MS = 60_000;

/** Tells an MQTT broker of kiosks and sightings. */
export type MqttPublisher = {
  tell(news: SightingNews): void;
  /** What waits about an erased person is dropped. */
  forget(personId: string): void;
  close(): Promise<void>;
};

/**
 * Never waits for the broker. At each connection everything that is retained is told anew.
 * @param options.revokedKiosks ids of kiosks that may have been revoked while the broker was away
 * @param options.limits for tests: fewer, shorter
 */
export async function createMqttPublisher(options: {
  url: string;
  topic: string;
  serverId: string;
  hub: StreamHub;
  revokedKiosks: () => Promise<string[]>;
  logger: Logger;
  limits?: { waiting?: number; lifeMs?: number };
}): Promise<MqttPublisher> {
  const { hub, revokedKiosks, logger } = options;
  const { waiting = WAITING, lifeMs = LIFE_MS } = options.limits ?? {};
  const messages = createMqttMessages(options.topic);
  const outbox: SightingEvent[] = [];
  /** Kiosk → what its discovery was made of, on this connection. */
  const shown = new Map<string, string>();
  let emptying = false;
  let link: MqttLink | undefined;

  const publish = (message: MqttMessage) => void link?.publish(message);

  const show = (stream: Stream) => {
    const look = JSON.stringify([stream.name, stream.place]);
    if (shown.get(stream.id) !== look) for (const message of messages.discovery(stream)) publish(message);
    shown.set(stream.id, look);
    publish(messages.kioskState(stream));
  };

  const remove = (id: string) => {
    shown.delete(id);
    for (const message of messages.removal(id)) publish(message);
  };

  /** One at a time and in order; it stays in the outbox until the broker has it, or it expires. */
  const empty = async () => {
    if (emptying) return;
    emptying = true;
    try {
      for (;;) {
        const [event] = outbox;
        if (!event) return;
        const expiresInMs = Date.parse(event.expiresAt) - Date.now();
        const done =
          expiresInMs <= 0 || (await link?.publish({ ...messages.sighting(event), expiresInMs })) === true;
        if (!done) return;
        const at = outbox.indexOf(event);
        if (at >= 0) outbox.splice(at, 1);
      }
    } finally {
      emptying = false;
    }
  };

  const onConnect = () => {
    shown.clear();
    publish(messages.availability(true));
    for (const stream of hub.snapshot().streams) show(stream);
    void revokedKiosks().then(
      (ids) => ids.forEach(remove),
      (error: unknown) => logger.warn({ err: error }, 'revoked kiosks stay on the MQTT broker for now'),
    );
    void empty();
  };

  const onRemoved = ({ id }: { id: string }) => remove(id);
  hub.on('stream', show);
  hub.on('streamRemoved', onRemoved);

  link = await openMqttLink({
    url: options.url,
    clientId: `facewire-${options.serverId}`,
    will: messages.availability(false),
    onConnect,
    logger,
  });

  return {
    tell(news) {
      const expiresAt = new Date(Date.parse(news.issuedAt) + lifeMs).toISOString();
      outbox.push({ ...news, expiresAt });
      if (outbox.length > waiting) outbox.splice(0, outbox.length - waiting);
      void empty();
    },
    forget(personId) {
      const kept = outbox.filter((event) => event.sighting.person?.id !== personId);
      outbox.splice(0, outbox.length, ...kept);
    },
    async close() {
      hub.off('stream', show);
      hub.off('streamRemoved', onRemoved);
      await link?.close(messages.availability(false));
    },
  };
}
