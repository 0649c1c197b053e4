import { z } from 'zod';
import { confirmationSchema } from './confirmations.ts';
import { kioskIdentitySchema, PIPELINE_STATES } from './kiosks.ts';
import { labelSchema } from './label.ts';

/** What a console sees: streams, labels on them, and sightings. */

const unit = z.number().min(-1).max(2);
export const boxSchema = z.object({ x: unit, y: unit, width: unit, height: unit });

/** A stream is a kiosk's: it keeps the kiosk's id over reconnections. */
export const streamSchema = kioskIdentitySchema.extend({
  online: z.boolean(),
  /** Whether its video is transmitted, for consoles to consume. */
  video: z.boolean(),
  /** While online: what its page says of its pipeline, or that it says nothing any more. */
  pipeline: z.enum([...PIPELINE_STATES, 'silent']),
  /** ISO 8601 time of the last crop. */
  lastSeen: z.string().optional(),
});
export type Stream = z.infer<typeof streamSchema>;

export const streamLabelSchema = labelSchema.extend({
  stream: z.uuid(),
  /** The sighting that this label belongs to, while the track is somebody or found unknown. */
  sighting: z.uuid().optional(),
  box: boxSchema,
  frame: z.object({ width: z.int(), height: z.int() }),
  /** Address of the crop's JPEG; it is gone after half a minute. */
  cropUrl: z.string(),
  /** ms from capture to the label leaving the server. */
  latency: z.number(),
});
export type StreamLabel = z.infer<typeof streamLabelSchema>;

/** What a sighting rests on: the search by the crop that is kept. */
export const sightingEvidenceSchema = z.object({
  /** Cosine similarity to whom recognition named, or to the nearest when it named nobody. */
  score: z.number().optional(),
  /** Cosine from which a name was given. */
  threshold: z.number(),
  /** People searched. */
  gallerySize: z.int(),
  /** Embedder. */
  model: z.string(),
  /** Who else looked most like it; when nobody was named, the nearest. Absent when nobody was found, or erased since. */
  other: z.object({ personId: z.uuid(), name: z.string(), score: z.number() }).optional(),
});
export type SightingEvidence = z.infer<typeof sightingEvidenceSchema>;

/** A sighting begins when a track is first identified or found unknown. */
export const sightingSchema = z.object({
  id: z.uuid(),
  stream: z.uuid(),
  streamName: z.string(),
  state: z.enum(['identified', 'unknown']),
  personId: z.uuid().optional(),
  name: z.string().optional(),
  confidence: z.number().optional(),
  /** Absent of sightings from before it was kept. */
  evidence: sightingEvidenceSchema.optional(),
  /** Address of its best crop. */
  cropUrl: z.string(),
  /** When it began; ISO 8601. */
  at: z.string(),
  /** When its last crop was, as far as it is known by then; ISO 8601. */
  until: z.string().optional(),
  /** Crops that were recognised in its course. */
  crops: z.int().optional(),
  /** What an operator said of it: state and person are as that says. */
  confirmation: confirmationSchema.optional(),
});
export type Sighting = z.infer<typeof sightingSchema>;

/** Somebody on the watch list has appeared at a camera. */
export const alertSchema = z.object({
  id: z.uuid(),
  /** When it was raised; ISO 8601. */
  at: z.string(),
  /** Of the watch list; null where there is none, or where the person is not on it any more. */
  note: z.string().nullable(),
  sighting: sightingSchema,
  /** Who has seen to it, and when; null while it is open. */
  acknowledged: z.object({ by: z.string(), at: z.string() }).nullable(),
});
export type Alert = z.infer<typeof alertSchema>;

export const eventNotifications = {
  /** Every known stream and the last sightings, newest first: sent once after `subscribe`. */
  snapshot: z.object({
    streams: z.array(streamSchema),
    sightings: z.array(sightingSchema),
    people: z.int(),
    /** Those that are open, newest first; absent when there are none. Not news: each was raised before. */
    alerts: z.array(alertSchema).optional(),
  }),
  /** A stream came, went, stalled, was renamed, or its policy was changed. */
  stream: streamSchema,
  /** A kiosk was revoked: its stream is gone. */
  streamRemoved: z.object({ id: z.uuid() }),
  streamLabel: streamLabelSchema,
  /** To consoles that watch the stream's video: where the faces are in the frame captured at that time (server clock, ms). */
  streamBoxes: z.object({
    stream: z.uuid(),
    capturedAt: z.number(),
    boxes: z.array(z.object({ track: z.int(), box: boxSchema })),
  }),
  /** A track left the stream's picture. */
  trackEnded: z.object({ stream: z.uuid(), track: z.int() }),
  sighting: sightingSchema,
  /** A sighting that was told before is otherwise now, as after an operator's answer. It is no new one. */
  sightingChanged: sightingSchema,
  /** Somebody on the watch list has just appeared: told once, when it happens. */
  alertRaised: alertSchema,
  /** An alert was acknowledged, or is about somebody else by now. */
  alertChanged: alertSchema,
  /** People were enrolled or deleted; `people` is their number now. */
  gallery: z.object({ people: z.int() }),
  /** Groups of unknown people have changed; `groups` is how many wait for an answer. Sent once after `snapshot` too. */
  unknowns: z.object({ groups: z.int() }),
} as const;
