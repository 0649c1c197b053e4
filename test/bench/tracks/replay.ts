import { TrackPolicy } from '../../../client/pipeline/track-policy.ts';
import { cosine } from '../../../models/embedding.ts';
import { addEvidence, type Evidence } from '../../../models/evidence.ts';
import type { EmbedderEntry } from '../../../models/manifest.schema.ts';
import { TrackFusion, type TrackLabel } from '../../../server/labels/track-fusion.ts';
import { embeddingToBytes } from '../../../server/people/template.ts';
import { decide } from '../../../workers/recognize/decide.ts';
import type { Seen } from './see.ts';

/** A kiosk of a slow tablet sees so many frames a second. */
const FRAME_MS = 200;

export type Person = { personId: string; name: string; template: Float32Array };

/** What became of one track. */
export type Replay = {
  /** Frames in which a face was found. */
  found: number;
  /** Crops that went to the workers. */
  sent: number;
  /** Labels, in their order. */
  labels: TrackLabel[];
  /** ms from the first frame to the first name; undefined when there was none. */
  namedAfterMs: number | undefined;
  /** Crops sent until then, that one included. */
  namedAfterCrops: number | undefined;
};

/**
 * Sends the frames of one track the way they go: the kiosk's choice of crops, the evidence of the track, the search,
 * the decision, the label that is held over frames.
 * @param options.gate whether frames that the quality gate refuses stay on the kiosk
 */
export function replay(options: {
  frames: readonly Seen[];
  gallery: readonly Person[];
  entry: EmbedderEntry;
  fpir: number;
  gate: boolean;
}): Replay {
  const { frames, gallery, entry, fpir, gate } = options;
  const policy = new TrackPolicy();
  const fusion = new TrackFusion();
  const result: Replay = {
    found: 0,
    sent: 0,
    labels: [],
    namedAfterMs: undefined,
    namedAfterCrops: undefined,
  };
  let evidence: Evidence | undefined;
  for (const [i, frame] of frames.entries()) {
    if (!frame) continue;
    result.found++;
    const { quality, embedding } = frame;
    if (gate && quality.refusal) continue;
    if (!policy.take({ track: 1, score: quality.score, now: i * FRAME_MS })) continue;
    result.sent++;
    const added = addEvidence({ evidence, embedding, quality: quality.score });
    evidence = added.evidence;
    const label = fusion.update(1, {
      outcome: 'decided',
      decision: decide({
        candidates: search(added.query, gallery),
        entry,
        fpir,
        gallerySize: gallery.length,
        galleryVersion: 1,
      }),
      evidence: embeddingToBytes(evidence.sum).toString('base64'),
      evidenceWeight: evidence.weight,
      evidenceReset: added.reset,
    });
    policy.handleLabel({ track: 1, identified: label.state === 'identified' });
    result.labels.push(label);
    if (label.state === 'identified' && result.namedAfterMs === undefined) {
      result.namedAfterMs = i * FRAME_MS;
      result.namedAfterCrops = result.sent;
    }
  }
  return result;
}

/** Best five, best first. */
export function search(query: Float32Array, gallery: readonly Person[]) {
  return gallery
    .map(({ personId, name, template }) => ({ personId, name, score: cosine(query, template) }))
    .sort((a, b) => b.score - a.score)
    .slice(0, 5);
}
