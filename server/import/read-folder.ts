import { readdir, realpath, stat } from 'node:fs/promises';
import { join, relative, resolve, sep } from 'node:path';
import { isPicture } from '../evaluation/dataset/people-folder.ts';
import type { OnProblem } from './people-list.ts';
import { PeopleTableError } from './people-table.ts';

const MOST_FILES = 2_000_000;
const MOST_DEPTH = 8;

/**
 * Paths of the pictures and tables (`.csv`) below a folder. Hidden files are passed over; links are followed only
 * to files below it.
 * @throws {PeopleTableError} when there are too many
 */
export async function readImportFolder(input: {
  dir: string;
  onProblem: OnProblem;
}): Promise<{ root: string; paths: string[]; tables: string[] }> {
  const root = await realpath(resolve(input.dir));
  const paths: string[] = [];
  const tables: string[] = [];
  const walk = async (folder: string, depth: number): Promise<void> => {
    const entries = await readdir(join(root, folder), { withFileTypes: true });
    for (const entry of entries.sort((a, b) => (a.name < b.name ? -1 : 1))) {
      if (entry.name.startsWith('.')) continue;
      const path = folder ? `${folder}/${entry.name}` : entry.name;
      const real = entry.isSymbolicLink() ? await insideOf(root, join(root, path)) : entry;
      if (!real) {
        input.onProblem(path, 'is a link that leads out of the folder, or nowhere. It is passed over.');
      } else if (real.isDirectory()) {
        // What a link to a folder within leads to is read under its own name.
        if (entry.isSymbolicLink()) input.onProblem(path, 'is a link to a folder. It is passed over.');
        else if (depth < MOST_DEPTH) await walk(path, depth + 1);
        else input.onProblem(path, `lies more than ${MOST_DEPTH} folders deep. It is passed over.`);
      } else if (real.isFile() && /\.csv$/i.test(path)) tables.push(path);
      else if (real.isFile() && isPicture(path)) paths.push(path);
      else input.onProblem(path, 'is no picture (.jpg, .png, .webp) and no table (.csv). It is passed over.');
      if (paths.length > MOST_FILES) {
        throw new PeopleTableError(`${input.dir} holds more than ${MOST_FILES} photos. Import it in parts.`);
      }
    }
  };
  await walk('', 0);
  return { root, paths, tables };
}

/** What a link leads to, while that is below `root`. */
export async function insideOf(root: string, path: string) {
  try {
    const target = await realpath(path);
    const way = relative(root, target);
    if (way === '' || way === '..' || way.startsWith(`..${sep}`)) return undefined;
    return await stat(target);
  } catch {
    return undefined;
  }
}
