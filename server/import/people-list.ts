import { IMPORT_LIMITS } from '../../protocol/imports.ts';
import { isPicture } from '../evaluation/dataset/people-folder.ts';
import type { PersonRow } from './people-table.ts';

/** A photo by its path below the folder that is imported, with `/` between the parts. */
export type ListedPerson = {
  /** What tells the person from all others: external id, or folder. */
  key: string;
  name: string;
  externalId: string | undefined;
  consent: boolean | undefined;
  photos: readonly string[];
};

export type OnProblem = (subject: string, message: string) => void;

/**
 * Who is to be imported: each row of the table, and each folder that no row takes photos from, named by its folder.
 * @param input.paths every file below the folder, in any order
 */
export function listPeople(input: {
  paths: readonly string[];
  rows: readonly PersonRow[];
  onProblem: OnProblem;
}): ListedPerson[] {
  const { rows, onProblem } = input;
  const pictures = input.paths.filter(isPicture).sort();
  const known = new Map(pictures.map((path) => [comparable(path), path]));
  const byFolder = Map.groupBy(pictures, folderOf);
  const folders = new Map([...byFolder.keys()].map((folder) => [comparable(folder), folder]));
  const taken = new Set<string>();

  const inFolder = (name: string): readonly string[] => {
    const folder = folders.get(comparable(name));
    return folder ? (byFolder.get(folder) ?? []) : [];
  };
  const photosOf = (row: PersonRow, subject: string): readonly string[] => {
    if (row.files.length === 0) {
      const named = [row.externalId, row.name, row.name.replaceAll(' ', '_')];
      return named.map((name) => (name ? inFolder(name) : [])).find((photos) => photos.length > 0) ?? [];
    }
    return row.files.flatMap((path) => {
      const plain = plainPath(path);
      if (!plain) {
        onProblem(
          subject,
          `names “${path.slice(0, 100)}”, which leads out of the folder. It is passed over.`,
        );
        return [];
      }
      const one = known.get(comparable(plain));
      const photos = one ? [one] : inFolder(plain);
      if (photos.length === 0) onProblem(subject, `names “${path.slice(0, 100)}”, which is not there.`);
      return photos;
    });
  };

  const people: ListedPerson[] = [];
  for (const row of rows) {
    const subject = `${row.name.slice(0, 100)} (line ${row.line})`;
    const photos = [...new Set(photosOf(row, subject))];
    for (const photo of photos) taken.add(photo);
    const key = row.externalId ?? (photos[0] && folderOf(photos[0])) ?? row.name;
    people.push({ key, name: row.name, externalId: row.externalId, consent: row.consent, photos });
  }
  for (const [folder, photos] of byFolder) {
    const free = photos.filter((photo) => !taken.has(photo));
    if (folder === '') {
      for (const photo of free) onProblem(photo, 'lies beside the folders of people, and no row names it.');
    } else if (free.length > 0) {
      people.push({
        key: folder,
        name: nameOf(folder),
        externalId: undefined,
        consent: undefined,
        photos: free,
      });
    }
  }
  return distinct(people, onProblem);
}

/** Of several people under one key none can be told from the other: only the first is taken. */
function distinct(people: readonly ListedPerson[], onProblem: OnProblem): ListedPerson[] {
  const keys = new Map<string, string>();
  return people.flatMap((person) => {
    const key = person.key.normalize('NFC').slice(0, IMPORT_LIMITS.keyLength);
    const other = keys.get(key);
    if (other !== undefined) {
      onProblem(person.name, `has the same key “${key.slice(0, 100)}” as ${other}, and is left out.`);
      return [];
    }
    keys.set(key, person.name);
    return [{ ...person, key }];
  });
}

/** A path below the folder, without `.`; `undefined` for one that leads elsewhere. */
export function plainPath(path: string): string | undefined {
  const parts = path
    .replaceAll('\\', '/')
    .replace(/\/+$/, '')
    .split('/')
    .filter((part) => part !== '.');
  const plain = parts.length > 0 && parts.every((part) => part !== '' && part !== '..');
  return plain && !/^[a-z]:$/i.test(parts[0] ?? '') && !/\p{Cc}/u.test(path) ? parts.join('/') : undefined;
}

function folderOf(path: string): string {
  return path.slice(0, Math.max(0, path.lastIndexOf('/')));
}

/** `Team/Ann_Archer` is Ann Archer. */
function nameOf(folder: string): string {
  return folder
    .slice(folder.lastIndexOf('/') + 1)
    .replaceAll('_', ' ')
    .trim();
}

function comparable(path: string): string {
  return path.normalize('NFC').toLowerCase();
}
