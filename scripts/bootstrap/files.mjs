import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';

/**
 * One hash of the names and contents of files: what is made from them is stale when it differs.
 * @param {string} root names are taken relative to it
 * @param {readonly string[]} paths files and folders, absolute; folders are read with all that is in them
 * @param {(path: string) => boolean} [wanted] decides for each file and folder within
 * @returns {string} SHA-256, hexadecimal
 */
export function hashFiles(root, paths, wanted = () => true) {
  const hash = createHash('sha256');
  for (const file of paths.flatMap((path) => filesIn(path, wanted)).sort()) {
    const content = readFileSync(file);
    hash.update(`${relative(root, file)}\0${content.length}\0`).update(content);
  }
  return hash.digest('hex');
}

/**
 * @param {string} path
 * @returns {string | undefined} undefined where there is no such file
 */
export function readText(path) {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}

/**
 * Writes a file by way of a temporary one beside it, so that it is there whole or not at all.
 * @param {string} path
 * @param {string | Buffer} content
 * @param {number} [mode]
 */
export function writeWhole(path, content, mode = 0o644) {
  mkdirSync(dirname(path), { recursive: true });
  const draft = `${path}.${process.pid}`;
  try {
    writeFileSync(draft, content, { mode });
    renameSync(draft, path);
  } finally {
    rmSync(draft, { force: true });
  }
}

/**
 * @param {string} path
 * @param {(path: string) => boolean} wanted
 * @returns {string[]}
 */
function filesIn(path, wanted) {
  let entries;
  try {
    entries = readdirSync(path, { withFileTypes: true });
  } catch (error) {
    if (/** @type {NodeJS.ErrnoException} */ (error).code === 'ENOTDIR') return [path];
    throw error;
  }
  return entries.flatMap((entry) => {
    const inner = join(path, entry.name);
    if (!wanted(inner)) return [];
    return entry.isDirectory() ? filesIn(inner, wanted) : [inner];
  });
}
