import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { peopleWithPhotos } from './faces.ts';

/** A small folder of photographs as LFW has it, with a list of pairs, copied for one test. */
export function makeEvaluationFolder(options: { people: number; photos: number }): {
  dir: string;
  people: string[];
  pairs: string[];
  remove(): void;
} {
  const dir = mkdtempSync(join(tmpdir(), 'facewire-evaluation-'));
  const chosen = peopleWithPhotos(options.photos).slice(0, options.people);
  const people = chosen.map(({ name }) => name.replaceAll(' ', '_'));
  for (const [i, { photos }] of chosen.entries()) {
    const name = people[i] as string;
    mkdirSync(join(dir, name));
    for (const [n, photo] of photos.slice(0, options.photos).entries()) {
      cpSync(photo, join(dir, name, `${name}_${String(n + 1).padStart(4, '0')}.jpg`));
    }
  }
  const pairs = people.flatMap((name, i) => [
    `${name}\t1\t2`,
    `${name}\t1\t3`,
    `${name}\t1\t${people[(i + 1) % people.length]}\t1`,
    `${name}\t2\t${people[(i + 2) % people.length]}\t2`,
  ]);
  return { dir, people, pairs, remove: () => rmSync(dir, { recursive: true, force: true }) };
}

/** What can be wrong in a folder: a picture twice, a file that is no picture inside, an empty one, names that are one name. */
export function spoilFolder({ dir, people }: { dir: string; people: readonly string[] }): void {
  const first = people[0] as string;
  writeFileSync(join(dir, first, `${first}_0098.jpg`), 'this is no picture');
  writeFileSync(join(dir, first, `${first}_0099.jpg`), '');
  cpSync(join(dir, first, `${first}_0001.jpg`), join(dir, first, `${first}_0097.jpg`));
  mkdirSync(join(dir, 'Nobody'));
  for (const [i, name] of ['Zoë', 'ZOË'.normalize('NFD')].entries()) {
    mkdirSync(join(dir, name));
    const from = people[i] as string;
    cpSync(join(dir, from, `${from}_0001.jpg`), join(dir, name, '1.jpg'));
  }
}
