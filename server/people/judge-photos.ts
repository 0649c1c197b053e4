import { z } from 'zod';
import { thresholdForFmr } from '../../models/decision.ts';
import type { EmbedderEntry } from '../../models/manifest.schema.ts';
import { FacewireError } from '../../protocol/errors.ts';
import type { PhotoAnswer, PhotoFace } from '../../protocol/jobs.ts';
import { PHOTO_REFUSALS, type PhotoReport } from '../../protocol/rest.ts';
import { cosine, embeddingFromBytes, meanTemplate } from './template.ts';

export type AnalysedPhoto = { filename: string; analysis: PhotoAnswer['result'] };
export type AcceptedPhoto = { photo: number; model: string; face: PhotoFace; embedding: Float32Array };
export type Judgement = { reports: PhotoReport[]; accepted: AcceptedPhoto[] };

type Reason = (typeof PHOTO_REFUSALS)[number];

/**
 * A photo is unlike the others when even one in a hundred strangers is more like them. Looser than any threshold of
 * recognition, since the same person's photos may differ much; it is there for the wrong file among the right ones.
 */
const UNLIKE_FMR = 0.01;

/**
 * Decides of each photo whether it can be enrolled, and says why not.
 * @param input.faces for photos with several faces: photo index → face index
 * @throws {FacewireError} `validation` when `faces` names a photo or face that is not there;
 *   `workers-unavailable` when a photo was not analysed
 */
export function judgePhotos(input: {
  photos: readonly AnalysedPhoto[];
  faces: Record<string, number>;
  model: Pick<EmbedderEntry, 'thresholds'>;
}): Judgement {
  const { photos, faces, model } = input;
  for (const key of Object.keys(faces)) {
    if (Number(key) >= photos.length) {
      throw wrongFaces(`names photo ${key}, but the photos are 0 to ${photos.length - 1}`);
    }
  }
  const reports: PhotoReport[] = [];
  const accepted: AcceptedPhoto[] = [];
  for (const [index, photo] of photos.entries()) {
    const { report, face } = judgeOne(index, photo, faces[String(index)]);
    reports.push(report);
    if (face) accepted.push({ ...face, photo: index });
  }
  return refuseUnlike({
    reports,
    accepted,
    limit: thresholdForFmr({ manifestEntry: model, fmr: UNLIKE_FMR }),
  });
}

/** Decides of one photo by itself. @param chosen the face to take, where there are several */
export function judgeOne(
  index: number,
  { filename, analysis }: AnalysedPhoto,
  chosen: number | undefined,
): { report: PhotoReport; face?: Omit<AcceptedPhoto, 'photo'> } {
  const base = { photo: index, filename };
  const refused = (reason: Reason, message: string, more: Partial<PhotoReport> = {}) => ({
    report: { ...base, accepted: false, reason, message, ...more },
  });
  if (analysis.outcome === 'dropped') throw notAnalysed(filename);
  if (analysis.outcome === 'refused') return refused(analysis.code, analysis.message);

  const faces = analysis.faces.map(({ box }) => box);
  if (faces.length === 0) {
    return refused(
      'no-face',
      'No face was found. Take a photo in which the face is well lit, looks at the camera and is not covered.',
      { faces },
    );
  }
  if (chosen !== undefined && chosen >= faces.length) {
    throw wrongFaces(`takes face ${chosen} of photo ${index}, which has ${faces.length}, counted from 0`);
  }
  if (chosen === undefined && faces.length > 1) {
    return refused(
      'several-faces',
      `${faces.length} faces were found. Choose one by the field faces, for example {"${index}": 0} for the largest, ` +
        'or send a photo of one person.',
      { faces },
    );
  }
  const face = analysis.faces[chosen ?? 0] as PhotoFace;
  const { quality } = face;
  if (face.refusal) {
    const reason = z.enum(PHOTO_REFUSALS).safeParse(face.refusal.code);
    return refused(reason.data ?? 'unreadable', face.refusal.message, { faces, quality });
  }
  const embedding = embeddingFromBytes(Buffer.from(face.embedding, 'base64'));
  return {
    report: { ...base, accepted: true, faces, quality },
    face: { model: analysis.model, face, embedding },
  };
}

/** Takes out, one at a time, the photo that is least like the rest, until all are alike. */
function refuseUnlike({ reports, accepted, limit }: Judgement & { limit: number }): Judgement {
  let kept = accepted;
  while (kept.length > 1) {
    const likeness = (photo: AcceptedPhoto) =>
      cosine(
        photo.embedding,
        meanTemplate(
          kept
            .filter((other) => other !== photo)
            .map(({ embedding, face }) => ({ embedding, quality: face.quality.score })),
        ),
      );
    // Of two that differ, neither is more right: the better photo stays.
    const scored = kept.map((photo) => ({
      photo,
      likeness: likeness(photo),
      quality: photo.face.quality.score,
    }));
    scored.sort((a, b) => a.likeness - b.likeness || a.quality - b.quality);
    const worst = scored[0];
    if (!worst || worst.likeness >= limit) break;
    const pair = kept.length === 2;
    kept = kept.filter((photo) => photo !== worst.photo);
    const index = worst.photo.photo;
    reports = reports.map((report) =>
      report.photo !== index
        ? report
        : { ...report, accepted: false, reason: 'unlike-the-others', message: unlikeMessage(pair, kept) },
    );
  }
  return { reports, accepted: kept };
}

function unlikeMessage(pair: boolean, kept: AcceptedPhoto[]): string {
  return pair
    ? `It does not seem to show the person of photo ${kept[0]?.photo}, which is the better of the two. ` +
        'If both show the same person, add a third photo.'
    : 'It does not seem to show the person of the other photos. Leave it out, or choose another face in it.';
}

function wrongFaces(message: string): FacewireError {
  return new FacewireError('validation', `The field faces ${message}.`, {
    details: { errors: [{ field: 'faces', message }] },
  });
}

export function notAnalysed(filename: string): FacewireError {
  return new FacewireError(
    'workers-unavailable',
    `A worker took up ${filename} and did not finish it. Nothing was stored. Try again; ` +
      'if it is always this photo, leave it out.',
  );
}
