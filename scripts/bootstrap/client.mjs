import { existsSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { hashFiles, readText, writeWhole } from './files.mjs';
import { BootstrapError, run, step } from './run.mjs';

const CONFIG = 'config/vite.config.ts';
const SOURCES = ['client', 'protocol', 'models', CONFIG, 'tsconfig.json', 'package-lock.json'];
/** Holds the hash of what the build was made from. */
const STAMP = '.sources';

/**
 * Builds the browser's pages into client/dist, unless they were built from the same sources. The build goes to a
 * folder beside it first: a server that is running keeps its pages until the new ones are whole.
 * @param {string} root
 * @throws {BootstrapError}
 */
export async function buildClient(root) {
  const dist = join(root, 'client/dist');
  const hash = hashSources(root);
  if (readText(join(dist, STAMP)) === hash) return;
  const vite = join(root, 'node_modules/.bin/vite');
  if (!existsSync(vite)) {
    throw new BootstrapError(
      'The pages in client/dist are missing or older than their sources, and vite, which builds them, is not\n' +
        'installed: packages for development were left out. Build them elsewhere, or install those packages.',
    );
  }
  await step('client pages', async () => {
    const draft = `${dist}.new`;
    const before = `${dist}.old`;
    try {
      rmSync(before, { recursive: true, force: true });
      await run({
        command: vite,
        args: ['build', '--config', CONFIG, '--outDir', draft, '--emptyOutDir'],
        cwd: root,
      });
      writeWhole(join(draft, STAMP), hash);
      if (existsSync(dist)) renameSync(dist, before);
      renameSync(draft, dist);
    } finally {
      for (const folder of [draft, before]) rmSync(folder, { recursive: true, force: true });
    }
  });
}

/** @param {string} root */
export function hashSources(root) {
  const models = join(root, 'models/');
  const built = join(root, 'client/dist');
  const missing = SOURCES.find((path) => !existsSync(join(root, path)));
  if (missing) throw new BootstrapError(`${missing} is missing; the pages cannot be built without it.`);
  return hashFiles(
    root,
    SOURCES.map((path) => join(root, path)),
    // Of models/, the pages take code and tables; the networks are served as they are.
    (path) => !path.startsWith(built) && !(path.startsWith(models) && /\.(onnx|bin|md)$/.test(path)),
  );
}
