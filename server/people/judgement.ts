import type { PhotoFace } from '../../protocol/jobs.ts';
import type { PHOTO_REFUSALS, PhotoReport } from '../../protocol/rest.ts';

export type AcceptedPhoto = { photo: number; model: string; face: PhotoFace; embedding: Float32Array };
/** What became of each photo of a request. */
export type Judgement = { reports: PhotoReport[]; accepted: AcceptedPhoto[] };
export type Reason = (typeof PHOTO_REFUSALS)[number];

/** The judgement with these photos refused. */
export function refuse(
  { reports, accepted }: Judgement,
  photos: readonly AcceptedPhoto[],
  reason: Reason,
  message: string,
): Judgement {
  const refused = new Set(photos.map(({ photo }) => photo));
  return {
    reports: reports.map((report) =>
      refused.has(report.photo) ? { ...report, accepted: false, reason, message } : report,
    ),
    accepted: accepted.filter(({ photo }) => !refused.has(photo)),
  };
}
