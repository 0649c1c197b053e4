import { z } from 'zod';
import type { EmbedderEntry } from '../../models/manifest.schema.ts';
import { FacewireError } from '../../protocol/errors.ts';
import type { PhotoAnswer, PhotoFace } from '../../protocol/jobs.ts';
import { LIMITS, PHOTO_REFUSALS, type PhotoReport } from '../../protocol/rest.ts';
import { chooseDiverse, refuseRepeats } from './diversity.ts';
import type { AcceptedPhoto, Judgement, Reason } from './judgement.ts';
import { refuseOutliers } from './outliers.ts';
import { embeddingFromBytes, type WeightedEmbedding } from './template.ts';

export type AnalysedPhoto = { filename: string; analysis: PhotoAnswer['result'] };

/**
 * Decides of each photo whether it can be enrolled, and says why not.
 * @param input.faces for photos with several faces: photo index → face index
 * @param input.known the person's templates of this model, where there are some: what is unlike them is refused
 * @param input.self the person, where they are enrolled: being like themselves is no fault
 * @param input.room templates that the person may still get; of more photos the most diverse and best are taken
 * @throws {FacewireError} `validation` when `faces` names a photo or face that is not there;
 *   `workers-unavailable` when a photo was not analysed
 */
export function judgePhotos(input: {
  photos: readonly AnalysedPhoto[];
  faces: Record<string, number>;
  model: Pick<EmbedderEntry, 'thresholds'>;
  known?: readonly WeightedEmbedding[];
  self?: string | undefined;
  room?: number;
}): Judgement {
  const { photos, faces, model, known = [], self, room = LIMITS.templatesPerPerson } = input;
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
  const ofOnePerson = refuseOutliers({ judged: { reports, accepted }, model, known, self });
  return chooseDiverse({ judged: refuseRepeats({ judged: ofOnePerson, known }), known, room });
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
