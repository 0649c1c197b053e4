import { existsSync, readdirSync } from 'node:fs';
import { join, resolve } from 'node:path';

/** Folder of photographs (see its SOURCE.txt); they are not part of the project. */
export const FACES_DIR = resolve(process.env.FACES_DIR ?? join(import.meta.dirname, '../../../shared/faces'));

/** Why tests on photographs cannot run, or `undefined`. */
export const facesMissing = existsSync(join(FACES_DIR, 'lfw'))
  ? undefined
  : `no photographs in ${FACES_DIR}; set FACES_DIR`;

export type PersonPhotos = { name: string; photos: string[] };

/** People with at least `photos` photos, by name. */
export function peopleWithPhotos(photos: number): PersonPhotos[] {
  const lfw = join(FACES_DIR, 'lfw');
  return readdirSync(lfw, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => ({
      name: name.replaceAll('_', ' '),
      photos: readdirSync(join(lfw, name))
        .filter((file) => file.endsWith('.jpg'))
        .sort()
        .map((file) => join(lfw, name, file)),
    }))
    .filter((person) => person.photos.length >= photos)
    .sort((a, b) => a.name.localeCompare(b.name, 'en'));
}
