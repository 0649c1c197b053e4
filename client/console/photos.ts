import { LIMITS } from '../../protocol/rest.ts';
import { t } from '../i18n/t.ts';
import type { Pose } from './capture/capture-guide.ts';
import { formatBytes } from './format.ts';

/** A photo chosen or taken at this page, not yet sent. Released by `dropPhoto`. */
export type Photo = {
  id: number;
  file: File;
  url: string;
  /** Of a photo that was taken here: the pose it was taken for, and its quality where that is known. */
  pose?: Pose;
  quality?: number;
};

let nextId = 1;

export function makePhoto(file: File): Photo {
  return { id: nextId++, file, url: URL.createObjectURL(file) };
}

export function dropPhoto(photo: Photo): void {
  URL.revokeObjectURL(photo.url);
}

/** Sorts out what the server would refuse unseen, with a sentence for each file left out. */
export function acceptFiles(files: readonly File[], room: number): { accepted: File[]; refusals: string[] } {
  const refusals: string[] = [];
  const pictures = files.filter((file) => {
    const problem = problemOf(file);
    if (problem) refusals.push(problem);
    return !problem;
  });
  if (pictures.length > room) refusals.push(t('console.photos.tooMany', { count: room }));
  return { accepted: pictures.slice(0, room), refusals };
}

function problemOf(file: File): string | undefined {
  // Some systems give HEIC no type: what has none is left to the server.
  if (file.type !== '' && !file.type.startsWith('image/')) {
    return t('console.photos.notPicture', { name: file.name });
  }
  if (file.size > LIMITS.photoBytes) {
    return t('console.photos.tooLarge', { name: file.name, most: formatBytes(LIMITS.photoBytes) });
  }
  return undefined;
}
