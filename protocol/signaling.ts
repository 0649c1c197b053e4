import { z } from 'zod';
import { wireErrorSchema } from './errors.ts';
import { boxSchema, eventNotifications } from './events.ts';
import { kioskIdentitySchema, PIPELINE_STATES } from './kiosks.ts';
import { learnableSchema, MOST_SIGHTINGS_ASKED } from './lessons.ts';
import { ROLES } from './rest.ts';

/**
 * Signalling: JSON over a WebSocket at `/ws`. Each request has an id and is answered exactly once;
 * the server also sends notifications. The types of both sides are derived from the tables below.
 */
export const SIGNALING_PATH = '/ws';
export const SIGNALING_MAX_BYTES = 64 * 1024;

/** Shapes that mediasoup and mediasoup-client define and check themselves. */
const opaque = z.record(z.string(), z.unknown());

const id = z.string().min(1).max(100);
const empty = z.object({});

export const clientKinds = ['kiosk', 'console'] as const;
export type ClientKind = (typeof clientKinds)[number];

const transportSchema = z.object({
  id,
  iceParameters: opaque,
  iceCandidates: z.array(opaque).max(64),
  dtlsParameters: opaque,
  sctpParameters: opaque,
});

export const requests = {
  /** First message of every connection; anything before it closes the socket. */
  hello: {
    data: z.object({
      protocol: z.int(),
      client: z.enum(clientKinds),
      /** Bearer token, for clients without the session cookie. */
      token: z.string().max(4096).optional(),
      /** `resumeToken` of the session that was cut off. */
      resume: z.string().max(100).optional(),
    }),
    response: z.object({
      session: id,
      resumeToken: z.string(),
      resumed: z.boolean(),
      /** Server clock in ms, the zero of capture times in this session. */
      epoch: z.number(),
      role: z.enum(ROLES),
      kiosk: kioskIdentitySchema.optional(),
      routerRtpCapabilities: opaque,
      /** Crops a kiosk may send each second before they are dropped. */
      cropsPerSecond: z.number(),
      serverVersion: z.string(),
    }),
  },
  /** Round trip for the clock offset: the answer carries the server clock in ms. */
  ping: { data: empty, response: z.object({ serverTime: z.number() }) },
  createTransport: { data: z.object({ direction: z.enum(['send', 'recv']) }), response: transportSchema },
  connectTransport: { data: z.object({ transportId: id, dtlsParameters: opaque }), response: empty },
  restartIce: { data: z.object({ transportId: id }), response: z.object({ iceParameters: opaque }) },
  /** Announces the kiosk's data channel `crops`. */
  produceData: {
    data: z.object({ transportId: id, label: z.literal('crops'), sctpStreamParameters: opaque }),
    response: z.object({ id }),
  },
  /** Asks for the kiosk's data channel `labels`. */
  consumeData: {
    data: z.object({ transportId: id, label: z.literal('labels') }),
    response: z.object({
      id,
      dataProducerId: id,
      sctpStreamParameters: opaque,
      label: z.string(),
      protocol: z.string(),
    }),
  },
  /** Kiosk: this face has left the picture, or another took its place. */
  trackEnded: { data: z.object({ track: z.int().min(0).max(0xffffffff) }), response: empty },
  /** Kiosk: sends its camera's video. Refused unless its policy allows that; a second one replaces the first. */
  produceVideo: { data: z.object({ transportId: id, rtpParameters: opaque }), response: z.object({ id }) },
  stopVideo: { data: empty, response: empty },
  /** Kiosk, with video: where the faces of one frame are, by its capture time in ms since the session's epoch. */
  boxes: {
    data: z.object({
      captureTime: z.number(),
      boxes: z.array(z.object({ track: z.int().min(0).max(0xffffffff), box: boxSchema })).max(64),
    }),
    response: empty,
  },
  /** Console: receives the video of a stream; it is paused until `resumeVideo`. */
  consumeVideo: {
    data: z.object({ stream: z.uuid(), transportId: id, rtpCapabilities: opaque }),
    response: z.object({ id, producerId: id, rtpParameters: opaque }),
  },
  resumeVideo: { data: z.object({ consumerId: id }), response: empty },
  closeVideo: { data: z.object({ consumerId: id }), response: empty },
  /** Kiosk, twice a second: how its pipeline is. */
  pipeline: { data: z.object({ state: z.enum(PIPELINE_STATES) }), response: empty },
  /**
   * Kiosk that learns: which of its sightings an operator confirmed, and the template each is to become. Of sightings
   * in neither list (denied, taken back, erased) it drops what it holds.
   */
  learnable: {
    data: z.object({ sightings: z.array(z.uuid()).max(MOST_SIGHTINGS_ASKED) }),
    response: learnableSchema,
  },
  /** Console: from now on, send every stream, label and event. */
  subscribe: { data: empty, response: empty },
} as const;

export type RequestType = keyof typeof requests;
export type RequestData<T extends RequestType> = z.infer<(typeof requests)[T]['data']>;
export type ResponseData<T extends RequestType> = z.infer<(typeof requests)[T]['response']>;

export const notifications = {
  /** Something this client sent was refused; repeated offences close the connection. */
  error: wireErrorSchema,
  /** The server ends the session and says why. Only `shutting-down` is worth a new try at once. */
  bye: z.object({
    reason: z.enum([
      'replaced',
      'revoked',
      'shutting-down',
      'misbehaving',
      'client-too-old',
      'server-too-old',
    ]),
    message: z.string(),
  }),
  /** To a kiosk: its name, place or policy was changed. */
  kiosk: kioskIdentitySchema,
  /** To a kiosk that learns: one of its tracks belongs to this sighting. */
  sighted: z.object({ track: z.int().min(0).max(0xffffffff), sighting: z.uuid() }),
  /** To a kiosk that learns: what it was told of its sightings may be wrong by now. It learns no more until it has asked again. */
  learnableChanged: z.object({}),
  ...eventNotifications,
} as const;

export type NotificationType = keyof typeof notifications;
export type NotificationData<T extends NotificationType> = z.infer<(typeof notifications)[T]>;
export type Notification = {
  [T in NotificationType]: { notification: T; data: NotificationData<T> };
}[NotificationType];

const requestId = z.int().min(0).max(0xffffffff);

export const requestSchema = z.object({ id: requestId, type: z.string().max(50), data: z.unknown() });

export const serverMessageSchema = z.union([
  z.object({ id: requestId, ok: z.literal(true), data: z.unknown() }),
  z.object({ id: requestId, ok: z.literal(false), error: wireErrorSchema }),
  z.object({ notification: z.string().max(50), data: z.unknown() }),
]);
export type ServerMessage = z.infer<typeof serverMessageSchema>;

/** Close codes of the signalling socket (4000–4999 are the application's). */
export const CLOSE_CODES = {
  bye: 4000,
  refused: 4400,
  unauthenticated: 4401,
  badOrigin: 4403,
  helloTimeout: 4408,
  misbehaving: 4409,
} as const;
