import { posix } from 'node:path';

const GROUND = ['protocol', 'models', 'config', 'vault'];
const PEERS = ['server', 'client', 'workers'];

/** Static and dynamic imports, re-exports, and the files of threads: `new URL('./x.ts', import.meta.url)`. */
const SPECIFIER = /(?:\bfrom|\bimport|\bimport\s*\(|\bnew\s+URL\s*\()\s*(['"])(\.{1,2}\/[^'"]+)\1/g;

/**
 * The two floors: the ground imports nothing but the ground, and no peer imports another peer. A path within
 * `server/` may well be called `workers/`, so it is the file imported that counts, not the text of the import.
 * @param files paths relative to the repository, with `/`
 * @returns one sentence for each import that crosses
 */
export function findCrossings(files: readonly { path: string; source: string }[]): string[] {
  return files.flatMap(({ path, source }) =>
    [...source.matchAll(SPECIFIER)].flatMap(([, , specifier = '']) => {
      const imported = posix.join(posix.dirname(path), specifier);
      const [from, to] = [topFolder(path), topFolder(imported)];
      if (from === to || GROUND.includes(to)) return [];
      if (GROUND.includes(from)) return [`${path} imports ${imported}: ${from}/ may import the ground only`];
      return PEERS.includes(to) ? [`${path} imports ${imported}: ${from}/ and ${to}/ are peers`] : [];
    }),
  );
}

function topFolder(path: string): string {
  return path.split('/', 1)[0] ?? '';
}
