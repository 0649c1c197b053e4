import type { MqttClient } from 'mqtt';
import type { Logger } from '../../config/logger.ts';
import type { MqttMessage } from './mqtt-messages.ts';

const CONNECT_MS = 10_000;
const KEEPALIVE_S = 20;
/** Waits between tries to connect: doubled up to the longest. */
const RETRY_MS = { first: 500, longest: 30_000 };
const CLOSE_MS = 2000;

/** A connection to a broker that is made again whenever it is lost. Nothing is kept for later while it is away. */
export type MqttLink = {
  /** @returns whether the broker has taken it; false at once while the connection is away */
  publish(message: MqttMessage & { expiresInMs?: number }): Promise<boolean>;
  /** Publishes `last`, then leaves. */
  close(last: MqttMessage): Promise<void>;
};

/**
 * Every connection has a client of its own: one that is used again would send, by itself, what was in flight when
 * the connection was lost, however old it has become.
 * @param options.url `mqtt://` or `mqtts://`, with user and password; it is never logged
 * @param options.will what the broker publishes when the connection is lost
 * @param options.onConnect after each connection
 */
export async function openMqttLink(options: {
  url: string;
  clientId: string;
  will: MqttMessage;
  onConnect: () => void;
  logger: Logger;
}): Promise<MqttLink> {
  const { clientId, will, onConnect, logger } = options;
  // Loaded only where a broker is set.
  const { connect } = await import('mqtt');
  const { address, username, password } = withoutLogin(options.url);
  let client: MqttClient | undefined;
  let closed = false;
  let lost = false;
  let wait = RETRY_MS.first;
  let timer: NodeJS.Timeout | undefined;

  const open = () => {
    const own = connect(address, {
      ...(username === undefined ? {} : { username }),
      ...(password === undefined ? {} : { password }),
      protocolVersion: 5,
      clientId,
      clean: true,
      keepalive: KEEPALIVE_S,
      connectTimeout: CONNECT_MS,
      reconnectPeriod: 0,
      will: { topic: will.topic, payload: Buffer.from(will.payload), qos: 1, retain: will.retain },
    });
    own.setMaxListeners(0); // One for each message that is in flight.
    client = own;
    let reason = 'the connection was closed';
    own.on('connect', () => {
      logger.info(lost ? 'the MQTT broker is back' : 'connected to the MQTT broker');
      lost = false;
      wait = RETRY_MS.first;
      onConnect();
    });
    own.on('error', (error: Error & { code?: unknown }) => {
      reason = error.message || String(error.code);
    });
    own.once('close', () => {
      own.end(true);
      own.on('error', () => {});
      if (client === own) client = undefined;
      if (closed) return;
      if (!lost) logger.warn({ reason }, 'the MQTT broker cannot be reached; it is tried again and again');
      lost = true;
      timer = setTimeout(open, wait);
      wait = Math.min(wait * 2, RETRY_MS.longest);
    });
  };
  open();

  const publish: MqttLink['publish'] = ({ topic, payload, retain, expiresInMs }) => {
    const own = client;
    if (!own?.connected) return Promise.resolve(false);
    const properties =
      expiresInMs === undefined ? {} : { messageExpiryInterval: Math.max(1, Math.ceil(expiresInMs / 1000)) };
    return new Promise((done) => {
      own.once('close', gone);
      own.publish(topic, payload, { qos: 1, retain, properties }, (error) => {
        own.off('close', gone);
        done(!error);
      });
      function gone() {
        done(false);
      }
    });
  };

  return {
    publish,
    async close(last) {
      closed = true;
      clearTimeout(timer);
      const own = client;
      if (!own) return;
      await Promise.race([publish(last), new Promise((done) => setTimeout(done, CLOSE_MS).unref())]);
      await own.endAsync(true).catch(() => {});
    },
  };
}

/** User and password are handed over apart, so that no message of the library can hold them. */
function withoutLogin(url: string): { address: string; username?: string; password?: string } {
  const parsed = new URL(url);
  const username = decodeURIComponent(parsed.username);
  const password = decodeURIComponent(parsed.password);
  parsed.username = '';
  parsed.password = '';
  return { address: parsed.href, ...(username ? { username } : {}), ...(password ? { password } : {}) };
}
