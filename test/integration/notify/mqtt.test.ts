import { randomUUID } from 'node:crypto';
import { connectAsync, type MqttClient } from 'mqtt';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { StreamLabel } from '../../../protocol/events.ts';
import { sightingEventSchema } from '../../../protocol/webhooks.ts';
import { createMqttPublisher, type MqttPublisher } from '../../../server/notify/mqtt.ts';
import { createSightingEvents } from '../../../server/notify/sighting-events.ts';
import { StreamHub } from '../../../server/streams/stream-hub.ts';
import { makeLabel, uuid } from '../../support/console-scene.ts';
import { silent } from '../../support/database.ts';
import { findMosquitto, startTestBroker, type TestBroker } from '../../support/mosquitto.ts';
import { waitFor } from '../../support/wait-for.ts';

const bin = findMosquitto();
if (!bin) console.warn('skipped: the tests of MQTT need mosquitto (apt-get install mosquitto)');

type Message = { topic: string; text: string; retained: boolean };
const door = { id: uuid(1), name: 'Door', place: 'Hall', policy: { video: false, training: false } };
const annId = randomUUID();

describe.skipIf(!bin)('MQTT', () => {
  let broker: TestBroker;
  let hub: StreamHub;
  let publisher: MqttPublisher;
  let events: ReturnType<typeof createSightingEvents>;
  const clients: MqttClient[] = [];
  let revoked: string[];
  beforeAll(async () => {
    broker = await startTestBroker(bin ?? '');
  });
  afterAll(() => broker.close());
  beforeEach(() => {
    hub = new StreamHub();
    hub.add(door);
    revoked = [];
  });
  afterEach(async () => {
    events.close();
    await publisher.close();
    for (const client of clients.splice(0)) await client.endAsync(true);
    await broker.restart();
  });

  async function start(limits: { waiting?: number; lifeMs?: number } = {}, url = broker.url) {
    publisher = await createMqttPublisher({
      url,
      topic: 'site/facewire',
      serverId: randomUUID(),
      hub,
      revokedKiosks: async () => revoked,
      logger: silent,
      limits,
    });
    events = createSightingEvents({
      hub,
      publicUrl: () => 'http://localhost:8080',
      tell: (news) => publisher.tell(news),
    });
  }

  async function listen(filter = '#'): Promise<Message[]> {
    const client = await connectAsync(broker.url, { protocolVersion: 5 });
    clients.push(client);
    const messages: Message[] = [];
    client.on('message', (topic, payload, { retain }) =>
      messages.push({ topic, text: payload.toString(), retained: retain }),
    );
    await client.subscribeAsync(filter, { qos: 1 });
    return messages;
  }

  const got = (messages: Message[], topic: string, text?: string) =>
    waitFor(() => messages.find((m) => m.topic === topic && (text === undefined || m.text === text)), {
      what: `${topic} ${text ?? ''}`,
    });
  const see = (track: number, more: Partial<StreamLabel> = {}) =>
    hub.label(
      makeLabel({ stream: door.id, track, state: 'identified', personId: annId, name: 'Ann', ...more }),
    );
  const state = `site/facewire/${door.id}/state`;
  const sightings = `site/facewire/${door.id}/sighting`;
  const discovery = (component: string, object: string) =>
    `homeassistant/${component}/site_facewire_${door.id}/${object}/config`;

  test('kiosks, their discovery and the server’s availability are retained; sightings are not', async () => {
    await start();
    const live = await listen();
    await got(live, 'site/facewire/server/state', 'online');
    await got(live, state, 'offline');
    hub.setOnline(door.id, true);
    await got(live, state, 'online');
    see(1, { confidence: 0.9 });
    const begun = sightingEventSchema.parse(JSON.parse((await got(live, sightings)).text));
    expect(begun).toMatchObject({
      type: 'sighting.began',
      sighting: {
        state: 'identified',
        person: { id: annId, name: 'Ann' },
        kiosk: { id: door.id, name: 'Door' },
      },
    });
    hub.endTrack(door.id, 1);
    const ended = sightingEventSchema.parse(JSON.parse((await got(live, `${sightings}/ended`)).text));
    expect(ended.sighting.id).toBe(begun.sighting.id);
    expect(ended.id).not.toBe(begun.id);

    const later = await listen();
    await got(later, state, 'online');
    const sensor = JSON.parse((await got(later, discovery('sensor', 'last_person'))).text);
    expect(sensor).toMatchObject({
      state_topic: sightings,
      device: { name: 'Door', suggested_area: 'Hall' },
    });
    const binary = JSON.parse((await got(later, discovery('binary_sensor', 'online'))).text);
    expect(binary).toMatchObject({ state_topic: state, payload_on: 'online', device_class: 'connectivity' });
    expect(sensor.availability_topic).toBe('site/facewire/server/state');
    expect(later.filter(({ topic }) => topic.startsWith(sightings))).toEqual([]);
    expect(later.every(({ retained }) => retained)).toBe(true);
  });

  test('a revoked kiosk is taken off, also one that was revoked while the broker was away', async () => {
    const gate = { id: uuid(2), name: 'Gate', place: '', policy: { video: false, training: false } };
    hub.add(gate);
    const earlier = await connectAsync(broker.url, { protocolVersion: 5 });
    clients.push(earlier);
    await earlier.publishAsync(`site/facewire/${uuid(3)}/state`, 'online', { qos: 1, retain: true });
    revoked = [uuid(3)];
    const live = await listen();
    await start();
    await got(live, `site/facewire/${gate.id}/state`, 'offline');
    hub.remove(gate.id);
    await got(live, `site/facewire/${uuid(3)}/state`, '');
    await got(live, `site/facewire/${gate.id}/state`, '');
    const after = await listen();
    await got(after, state);
    expect(after.filter(({ topic }) => topic.includes(gate.id) || topic.includes(uuid(3)))).toEqual([]);
  });

  test('what happens while the broker is away is told later: the freshest, once, and nothing that expired', async () => {
    await broker.kill();
    await start({ waiting: 3, lifeMs: 8000 });
    for (let track = 1; track <= 5; track++)
      see(track, { state: 'unknown', personId: undefined, name: `${track}` });
    see(6);
    publisher.tell({
      id: randomUUID(),
      type: 'sighting.began',
      issuedAt: new Date(Date.now() - 9000).toISOString(),
      sighting: {
        id: randomUUID(),
        state: 'unknown',
        kiosk: { id: door.id, name: 'Stale' },
        beganAt: new Date().toISOString(),
        cropUrl: 'http://localhost/',
      },
    });
    publisher.forget(annId);
    await broker.restart();
    const live = await listen();
    await got(live, sightings);
    see(9);
    await waitFor(() => live.filter(({ topic }) => topic === sightings).length >= 2, { what: 'the new one' });
    const told = live
      .filter(({ topic }) => topic === sightings)
      .map(({ text }) => sightingEventSchema.parse(JSON.parse(text)));
    // Three were kept: the fifth stranger, Ann, the stale one. Ann was erased, the stale one expired.
    expect(told.map(({ sighting }) => sighting.person?.name ?? 'unknown')).toEqual(['unknown', 'Ann']);
    expect(told.some(({ sighting }) => sighting.kiosk.name === 'Stale')).toBe(false);
  });

  test('the broker says offline when the server is cut off, and the server itself when it leaves', async () => {
    const proxied = await cutOff(broker.url);
    await start({}, proxied.url);
    const live = await listen('site/facewire/server/state');
    await got(live, 'site/facewire/server/state', 'online');
    proxied.cut();
    await got(live, 'site/facewire/server/state', 'offline');
    await waitFor(() => live.at(-1)?.text === 'online', { what: 'it is back' });
    await publisher.close();
    await waitFor(() => live.at(-1)?.text === 'offline', { what: 'it has left' });
    proxied.close();
  });

  test('a wrong password is told in the log, and no password is', async () => {
    const lines: string[] = [];
    const logger = {
      ...silent,
      info: () => {},
      warn: (...line: unknown[]) => void lines.push(JSON.stringify(line)),
    };
    const link = await createMqttPublisher({
      url: broker.url.replace('word', 'wrong-secret'),
      topic: 'facewire',
      serverId: 'x',
      hub,
      revokedKiosks: async () => [],
      logger,
    });
    await waitFor(() => lines.length > 0, { what: 'a line' });
    expect(lines.join()).toMatch(/not authori[sz]ed/i);
    expect(lines.join()).not.toMatch(/p@ss|p%40|wrong-secret/);
    await link.close();
    await start();
  });
});

/** A relay whose connections can be cut without a goodbye. */
async function cutOff(url: string) {
  const { connect, createServer } = await import('node:net');
  const target = new URL(url);
  const sockets = new Set<import('node:net').Socket>();
  const server = createServer((near) => {
    const far = connect(Number(target.port), target.hostname);
    for (const socket of [near, far]) {
      sockets.add(socket);
      socket.on('error', () => {});
      socket.on('close', () => {
        near.destroy();
        far.destroy();
        sockets.delete(socket);
      });
    }
    near.pipe(far).pipe(near);
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const relay = new URL(url);
  relay.port = String((server.address() as import('node:net').AddressInfo).port);
  const cut = () => {
    for (const socket of sockets) socket.resetAndDestroy();
  };
  return {
    url: relay.href,
    cut,
    close: () => {
      cut();
      server.close();
    },
  };
}
