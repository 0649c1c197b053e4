import { readdir, readFile, stat } from 'node:fs/promises';
import { extname, join, resolve } from 'node:path';
import type { Problems } from './problems.ts';

/** A photo that can be read when its turn has come. */
export type PhotoSource = {
  /** Tells it from every other one. */
  key: string;
  /** PERSON/FILE, as reports show it. */
  path: string;
  read(): Promise<Uint8Array>;
};
export type PersonFolder = { name: string; photos: PhotoSource[] };

const PICTURES = ['.jpg', '.jpeg', '.png', '.webp'];

/** Whether the name is that of a picture that is taken up. */
export function isPicture(name: string): boolean {
  return PICTURES.includes(extname(name).toLowerCase());
}

/** A name as people compare names: whatever its case and however its accents are written. */
export function comparable(name: string): string {
  return name.normalize('NFKC').toLowerCase();
}

/**
 * The people of `DIR/PERSON/*.jpg|jpeg|png|webp`, by name; hidden files are passed over.
 * @throws Error when the folder cannot be read
 */
export async function readPeopleFolder(input: { dir: string; problems: Problems }): Promise<PersonFolder[]> {
  const dir = resolve(input.dir);
  const people: PersonFolder[] = [];
  for (const name of await visible(dir)) {
    const folder = join(dir, name);
    if (!(await isFolder(folder))) {
      if (isPicture(name)) {
        const message = 'lies beside the folders of people. Put it into one, named for the person.';
        input.problems.add('not-a-picture', name, message);
      }
      continue;
    }
    const photos: PhotoSource[] = [];
    for (const file of await visible(folder)) {
      const path = join(folder, file);
      if (isPicture(file)) photos.push({ key: path, path: `${name}/${file}`, read: () => readFile(path) });
      else noPicture(`${name}/${file}`, input.problems);
    }
    people.push({ name, photos });
  }
  return people;
}

export function noPicture(path: string, problems: Problems): void {
  problems.add('not-a-picture', path, `is passed over; taken are ${PICTURES.join(', ')}.`);
}

/**
 * Leaves out whoever cannot be told from another: two folders whose names differ only by case or by how accents are
 * written may be one person, who would then be a stranger to himself. Empty folders are named too.
 */
export function distinctPeople(people: readonly PersonFolder[], problems: Problems): PersonFolder[] {
  const byName = Map.groupBy(people, ({ name }) => comparable(name));
  return people.filter(({ name, photos }) => {
    const alike = byName.get(comparable(name)) ?? [];
    if (alike.length > 1) {
      const others = alike.map((other) => `“${other.name}”`).join(' and ');
      problems.add('same-name', name, `${others} are one name. Merge or rename them; both are left out.`);
      return false;
    }
    if (photos.length > 0) return true;
    problems.add('empty-folder', name, 'holds no picture.');
    return false;
  });
}

async function visible(dir: string): Promise<string[]> {
  return (await readdir(dir)).filter((name) => !name.startsWith('.')).sort();
}

async function isFolder(path: string): Promise<boolean> {
  return (await stat(path).catch(() => undefined))?.isDirectory() ?? false;
}
