import { LIMITS } from '../../protocol/rest.ts';
import { type AcceptedPhoto, type Judgement, refuse } from './judgement.ts';
import { cosine, LEAST_WEIGHT, type WeightedEmbedding } from './template.ts';

/**
 * From this cosine on, two pictures are the same one: scaled, cropped or saved anew. Of 6,804 pairs of different
 * photos of one person (LFW) none reaches it; a photo shifted by 2 % of its side is at 0.98 to itself.
 */
const SAME_PICTURE = 0.985;

/** Refuses pictures that are known already or were sent twice: they would only add weight to one look. */
export function refuseRepeats({
  judged,
  known,
}: {
  judged: Judgement;
  known: readonly WeightedEmbedding[];
}): Judgement {
  let result = judged;
  const kept: AcceptedPhoto[] = [];
  for (const photo of byQuality(judged.accepted)) {
    const twin = kept.find(({ embedding }) => cosine(embedding, photo.embedding) >= SAME_PICTURE);
    const before = known.some(({ embedding }) => cosine(embedding, photo.embedding) >= SAME_PICTURE);
    if (twin || before) {
      const which = before ? 'one that is enrolled already' : `photo ${twin?.photo}`;
      const message = `It is the same picture as ${which}, and adds nothing. Choose one that differs.`;
      result = refuse(result, [photo], 'repeats-another', message);
    } else {
      kept.push(photo);
    }
  }
  return result;
}

/**
 * Where there are more photos than room, takes one after the other the best of those that are least like what is
 * there: quality times the distance (1 − cosine) to the nearest.
 * @param options.room templates that the person may still get
 */
export function chooseDiverse({
  judged,
  known,
  room,
}: {
  judged: Judgement;
  known: readonly WeightedEmbedding[];
  room: number;
}): Judgement {
  if (judged.accepted.length <= room) return judged;
  const chosen = known.map(({ embedding }) => embedding);
  let rest = byQuality(judged.accepted);
  for (let i = 0; i < room; i++) {
    const [best] = rest.toSorted((a, b) => gain(b, chosen) - gain(a, chosen));
    if (!best) break;
    chosen.push(best.embedding);
    rest = rest.filter((photo) => photo !== best);
  }
  const most = LIMITS.templatesPerPerson;
  return refuse(
    judged,
    rest,
    'too-many',
    room > 0
      ? `A person has at most ${most} photos, and there was room for ${room} more; better or more different ones were taken.`
      : `A person has at most ${most} photos, and this one has them. To start from better ones, delete the person and enrol anew.`,
  );
}

function gain({ embedding, face }: AcceptedPhoto, chosen: readonly Float32Array[]): number {
  const nearest = Math.max(-1, ...chosen.map((other) => cosine(embedding, other)));
  return Math.max(LEAST_WEIGHT, face.quality.score) * (1 - nearest);
}

function byQuality(photos: readonly AcceptedPhoto[]): AcceptedPhoto[] {
  return photos.toSorted((a, b) => b.face.quality.score - a.face.quality.score);
}
