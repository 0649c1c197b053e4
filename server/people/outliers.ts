import { thresholdFor, thresholdForFmr } from '../../models/decision.ts';
import type { EmbedderEntry } from '../../models/manifest.schema.ts';
import type { Candidate } from '../../protocol/jobs.ts';
import { type AcceptedPhoto, type Judgement, refuse } from './judgement.ts';
import { cosine, meanTemplate, type WeightedEmbedding } from './template.ts';

/**
 * A photo is unlike the others when even one in a hundred strangers is more like them. Looser than any threshold of
 * recognition, since the same person's photos may differ much; it is there for the wrong file among the right ones.
 * On LFW, sets of two to five photos of 400 people: 0.25 % of right photos are refused, and of sets with one wrong
 * photo 99 % lose it (of two, either one).
 */
const UNLIKE_FMR = 0.01;

/** A photo that is hardly like the others, though not unlike them, is refused when it is more like somebody enrolled. */
const HARDLY_LIKE_FMR = 0.001;

/**
 * How rarely a person who is not enrolled may be taken for one who is, when all that follows is a question to the
 * operator. On LFW, 1,066 people enrolled: it finds 90 % of those enrolled again by one photo, all by three; of new
 * people 1.1 % and 2.3 % are asked about.
 */
export const LIKENESS_FPIR = 0.01;

type Model = Pick<EmbedderEntry, 'thresholds'>;
type Options = { model: Model; known: readonly WeightedEmbedding[]; self: string | undefined };

/**
 * Refuses the photos that do not seem to show the person: unlike the photos known before or unlike the rest, or
 * hardly like them and more like somebody else who is enrolled.
 * @param options.known the person's templates, which decide alone where there are some
 * @param options.self the person, when they are enrolled
 */
export function refuseOutliers({ judged, ...options }: Options & { judged: Judgement }): Judgement {
  return options.known.length > 0 ? refuseUnlikeKnown(judged, options) : refuseUnlike(judged, options);
}

/** Takes out, one at a time, the photo that fits the rest least, until all fit. */
function refuseUnlike(judgement: Judgement, options: Options): Judgement {
  let judged = judgement;
  while (judged.accepted.length > 1) {
    const { accepted } = judged;
    const scored = accepted.map((photo) => {
      const others = accepted.filter((other) => other !== photo);
      const fit = fitOf(photo, { ...options, known: others.map(weighted), others });
      return { photo, ...fit, quality: photo.face.quality.score };
    });
    // Of two that differ, neither is more right: who is somebody else's goes, then the poorer photo.
    scored.sort(
      (a, b) =>
        stepOf(a.likeness - b.likeness) || Number(!a.another) - Number(!b.another) || a.quality - b.quality,
    );
    const worst = scored.find(({ fits }) => !fits);
    if (!worst) break;
    const better = accepted.find((photo) => photo !== worst.photo);
    judged = worst.another
      ? refuse(judged, [worst.photo], 'looks-like-another', looksLike(worst.another))
      : refuse(
          judged,
          [worst.photo],
          'unlike-the-others',
          accepted.length === 2
            ? `It does not seem to show the person of photo ${better?.photo}, which is the better of the two. ` +
                'If both show the same person, add a third photo.'
            : 'It does not seem to show the person of the other photos. Leave it out, or choose another face in it.',
        );
  }
  return judged;
}

/** Two photos are as like as each other, but for rounding. */
function stepOf(difference: number): number {
  return Math.abs(difference) < 1e-6 ? 0 : difference;
}

/** What a person is known by decides alone: many photos of somebody else at once do not outvote it. */
function refuseUnlikeKnown(judgement: Judgement, options: Options): Judgement {
  let judged = judgement;
  for (const photo of judgement.accepted) {
    const { fits, another } = fitOf(photo, { ...options, others: [] });
    if (fits) continue;
    judged = another
      ? refuse(judged, [photo], 'looks-like-another', looksLike(another))
      : refuse(
          judged,
          [photo],
          'unlike-the-others',
          'It does not seem to show the person of the photos enrolled before. Leave it out, or choose another face in it.',
        );
  }
  return judged;
}

/**
 * @param options.known what the photo is compared with
 * @param options.others the photos sent with it: whom half of them resemble too is no odd one out
 */
function fitOf(
  photo: AcceptedPhoto,
  { model, known, self, others }: Options & { others: readonly AcceptedPhoto[] },
): { fits: boolean; likeness: number; another: Candidate | undefined } {
  const likeness = cosine(photo.embedding, meanTemplate(known));
  const candidate = resembled(photo, { model, self })[0];
  const shared = others.filter((other) =>
    resembled(other, { model, self }).some(({ personId }) => personId === candidate?.personId),
  ).length;
  const another =
    candidate && candidate.score > likeness && shared * 2 < Math.max(1, others.length)
      ? candidate
      : undefined;
  const limit = thresholdForFmr({ manifestEntry: model, fmr: another ? HARDLY_LIKE_FMR : UNLIKE_FMR });
  return { fits: likeness >= limit, likeness, another };
}

/** The enrolled people, other than the person, whom a photo resembles; best first. */
export function resembled(
  { face: { decision } }: AcceptedPhoto,
  { model, self }: Pick<Options, 'model' | 'self'>,
): Candidate[] {
  if (!decision) return [];
  const threshold = thresholdFor({
    manifestEntry: model,
    fpir: LIKENESS_FPIR,
    gallerySize: decision.gallerySize,
  });
  return decision.candidates.filter(({ personId, score }) => personId !== self && score >= threshold);
}

function looksLike({ name }: Candidate): string {
  return `It looks like ${name}, who is enrolled, and hardly like this person. Leave it out, or choose another face in it.`;
}

function weighted({ embedding, face }: AcceptedPhoto): WeightedEmbedding {
  return { embedding, quality: face.quality.score };
}
