// `npm run lock`, after each change of the dependencies: adds to package-lock.json what a registry that mirrors only
// some platforms makes npm leave out, the optional packages of the other platforms. Without them `npm ci` refuses the
// file ("Missing: … from lock file"). With --check it only tells whether any is missing.
import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { writeWhole } from './bootstrap/files.mjs';

/**
 * @typedef {{
 *   version?: string, optional?: boolean, dev?: boolean, os?: string[], cpu?: string[], libc?: string[],
 *   optionalDependencies?: Record<string, string>,
 * }} Entry
 */

/**
 * The optional packages that are asked for in one exact version and have no entry.
 * @param {Readonly<Record<string, Entry>>} packages the `packages` of a lock file
 * @returns {Record<string, Entry>} entries by their path
 */
export function missingEntries(packages) {
  /** @type {Record<string, Entry>} */
  const missing = {};
  for (const [path, { optionalDependencies = {}, dev }] of Object.entries(packages)) {
    for (const [name, version] of Object.entries(optionalDependencies)) {
      if (!/^\d/.test(version) || isResolved(packages, path, name)) continue;
      missing[`node_modules/${name}`] = {
        version,
        ...platformOf(name),
        ...(dev ? { dev } : {}),
        optional: true,
      };
    }
  }
  return missing;
}

/**
 * The platform that a package's name ends with, after the convention of napi-rs, as npm states it in a lock file.
 * @param {string} name such as `@oxlint/binding-linux-arm64-musl`
 */
export function platformOf(name) {
  const pattern =
    /(android|darwin|freebsd|linux|openharmony|win32)-(arm64|arm|x64|ia32|ppc64|riscv64|s390x)(?:-(gnu|musl|msvc|gnueabihf|musleabihf|eabi))?$/;
  const [, os, cpu, abi] = pattern.exec(name) ?? [];
  if (!os || !cpu) return {};
  const libc = os === 'linux' ? { libc: [abi?.startsWith('musl') ? 'musl' : 'glibc'] } : {};
  return { os: [os], cpu: [cpu], ...libc };
}

/**
 * Node's own search: in the package's node_modules, then in those of the folders above.
 * @param {Readonly<Record<string, Entry>>} packages
 * @param {string} path
 * @param {string} name
 */
function isResolved(packages, path, name) {
  for (let folder = path; ; folder = folder.slice(0, Math.max(0, folder.lastIndexOf('/node_modules/')))) {
    if (packages[folder === '' ? `node_modules/${name}` : `${folder}/node_modules/${name}`]) return true;
    if (folder === '') return false;
  }
}

function main() {
  const file = join(resolve(import.meta.dirname, '..'), 'package-lock.json');
  /** @type {{ packages: Record<string, Entry> }} */
  const lock = JSON.parse(readFileSync(file, 'utf8'));
  const missing = missingEntries(lock.packages);
  const names = Object.keys(missing);
  if (names.length === 0) return;
  if (process.argv.includes('--check')) {
    console.error(`package-lock.json lacks ${names.length} packages of other platforms. Run: npm run lock`);
    process.exitCode = 1;
    return;
  }
  const entries = Object.entries({ ...lock.packages, ...missing }).sort(([a], [b]) =>
    a.localeCompare(b, 'en'),
  );
  writeWhole(file, `${JSON.stringify({ ...lock, packages: Object.fromEntries(entries) }, null, 2)}\n`);
  console.log(`package-lock.json: ${names.length} packages of other platforms added`);
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) main();
