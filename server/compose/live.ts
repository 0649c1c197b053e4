import { now } from '../../config/clock.ts';
import { type AlertStore, createAlertStore } from '../alerts/alert.store.ts';
import { createAlerts } from '../alerts/alerts.ts';
import { createWatchListStore } from '../alerts/watch-list.store.ts';
import { createApiTokenStore } from '../auth/api-token.store.ts';
import { createAuth } from '../auth/auth.ts';
import { isOwnOrigin } from '../auth/origin.ts';
import { UserStore } from '../auth/user.store.ts';
import { createConfirmationStore } from '../confirmations/confirmation.store.ts';
import { Confirmations } from '../confirmations/confirmations.ts';
import { createLiveCorrection } from '../confirmations/correct-live.ts';
import { identityOf, KioskStore } from '../kiosks/kiosk.store.ts';
import { Erasures } from '../labels/erasures.ts';
import { createMqttPublisher } from '../notify/mqtt.ts';
import { createSightingEvents } from '../notify/sighting-events.ts';
import { createWebhookStore } from '../notify/webhook.store.ts';
import { createWebhooks } from '../notify/webhooks.ts';
import { createSightingRecorder } from '../sightings/recorder.ts';
import { createRetention } from '../sightings/retention.ts';
import { createSightingStore, type SightingStore } from '../sightings/sighting.store.ts';
import { ALERTS_KEPT, SIGHTINGS_KEPT, StreamHub } from '../streams/stream-hub.ts';
import { createLearnableReader } from '../students/learnable.ts';
import { SignalingServer } from '../ws/signaling-server.ts';
import type { Gallery } from './gallery.ts';
import type { Ground } from './ground.ts';

export type Live = Awaited<ReturnType<typeof openLive>>;

/** What happens at the kiosks: who may connect, their streams, the sightings kept, and who is told of them. */
export async function openLive(ground: Ground, { people }: Gallery, { version }: { version: string }) {
  const { config, database, vault, audit, crops, publicUrl, logger, onClose } = ground;
  const kiosks = new KioskStore({ database, audit });
  const users = new UserStore({ database, audit });
  const apiTokens = createApiTokenStore({ database, audit });
  const auth = createAuth({ config, database, kiosks, users, apiTokens, audit, vault });
  const hub = new StreamHub();
  for (const kiosk of await kiosks.list()) hub.add(identityOf(kiosk));
  hub.setPeople(await people.count());
  const sightings = createSightingStore({ database, vault });
  const alertStore = createAlertStore({ database, audit });
  const stored = await readTold(sightings, alertStore);
  hub.restore(stored.sightings, stored.alerts);
  const retention = createRetention({
    database,
    audit,
    configured: {
      unknownHours: config.UNKNOWN_RETENTION_HOURS,
      sightingDays: config.SIGHTING_RETENTION_DAYS,
    },
  });
  const recorder = createSightingRecorder({
    hub,
    store: sightings,
    readCrop: (...crop) => crops.read(...crop),
    horizon: () => retention.horizon(),
    logger,
  });
  onClose(() => recorder.close());
  const webhooks = createWebhooks({
    store: createWebhookStore({ database, vault, audit }),
    redis: ground.redis,
    blocking: ground.openRedis('blocking', 'webhooks'),
    vault,
    logger,
  });
  onClose(() => webhooks.close());
  const mqtt =
    config.MQTT_URL === undefined
      ? undefined
      : await createMqttPublisher({
          url: config.MQTT_URL,
          topic: config.MQTT_TOPIC,
          serverId: ground.serverId,
          hub,
          revokedKiosks: () => kiosks.listRevoked(),
          logger: logger.child({ connection: 'mqtt' }),
        });
  if (mqtt) onClose(() => mqtt.close());
  const sightingEvents = createSightingEvents({
    hub,
    publicUrl: () => publicUrl,
    tell: (news) => {
      webhooks.tell(news);
      mqtt?.tell(news);
    },
  });
  onClose(() => sightingEvents.close());
  const alerts = createAlerts({
    store: alertStore,
    watchList: createWatchListStore({ database, audit }),
    hub,
    written: (id) => recorder.written(id),
    tell: (alert) => sightingEvents.tellAlert(alert),
    logger,
  });
  onClose(() => alerts.close());
  const signaling = new SignalingServer({
    server: ground.listener.server,
    auth,
    findKiosk: async (id) => {
      const kiosk = await kiosks.get(id);
      return kiosk && identityOf(kiosk);
    },
    isOwnOrigin: (origin, host) => isOwnOrigin({ origin, host, publicUrl }),
    maxStreams: config.MAX_STREAMS,
    cropsPerSecond: config.CROPS_PER_SECOND,
    deadlineMs: config.CROP_DEADLINE_MS,
    serverVersion: version,
    sfu: ground.sfu,
    queue: crops,
    hub,
    learnable: createLearnableReader({
      database,
      vault,
      redis: ground.redis,
      model: () => ground.serving.current().name,
      written: (id) => recorder.written(id),
      now,
    }),
    erasures: new Erasures(),
    metrics: ground.metrics,
    now,
    logger,
  });
  const correctLive = createLiveCorrection({ hub, correct: (...answer) => signaling.correct(...answer) });
  const confirmations = new Confirmations({
    store: createConfirmationStore({ database, vault, audit }),
    written: (id) => recorder.written(id),
    onAnswered: (answered) => {
      correctLive(answered);
      alerts.handleAnswer(answered.sighting).catch((err: unknown) => {
        logger.error({ err }, 'an alert may be missing: the watch list cannot be read');
      });
    },
  });
  auth.onChanged(() => signaling.recheck());
  kiosks.on('created', (kiosk) => hub.add(identityOf(kiosk)));
  kiosks.on('changed', (kiosk) => signaling.changeKiosk(identityOf(kiosk)));
  kiosks.on('revoked', ({ id }) => signaling.revoke(id));
  return {
    kiosks,
    auth,
    users,
    apiTokens,
    hub,
    sightings,
    recorder,
    retention,
    confirmations,
    alerts,
    webhooks,
    signaling,
    /** A person was erased: nothing that is live, kept or about to be told names them any more. */
    forget(personId: string, galleryVersion: number): void {
      signaling.forgetPerson(personId, galleryVersion);
      hub.forget(personId);
      recorder.forget(personId);
      sightingEvents.forget(personId);
      webhooks.forget(personId);
      mqtt?.forget(personId);
    },
    /** People were renamed, merged or parted. */
    retell(personIds: readonly string[], galleryVersion: number): void {
      for (const id of personIds) signaling.forgetPerson(id, galleryVersion);
      void readTold(sightings, alertStore).then(
        (now) => hub.retell(personIds, now.sightings, now.alerts),
        () => {},
      );
    },
  };
}

/** What consoles are told of when they open. */
async function readTold(sightings: SightingStore, alerts: AlertStore) {
  return {
    ...(await sightings.list({ limit: SIGHTINGS_KEPT })),
    alerts: (await alerts.list({ state: 'open', limit: ALERTS_KEPT })).alerts,
  };
}
