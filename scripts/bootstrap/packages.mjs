import { existsSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { ask, BootstrapError, outsideOf, run, step } from './run.mjs';

/** @typedef {{ version?: string, integrity?: string, optional?: boolean, dev?: boolean, devOptional?: boolean }} Entry */

/**
 * `npm ci`, unless node_modules holds what the lock file names, and the Node release that package.json asks for.
 * @param {string} root
 */
export async function installPackages(root) {
  const wanted = readEntries(join(root, 'package-lock.json'));
  if (!wanted) {
    throw new BootstrapError(
      'package-lock.json is missing or broken; restore it: git checkout package-lock.json',
    );
  }
  const record = join(root, 'node_modules/.package-lock.json');
  const withoutDev = omitsDev(process.env);
  const installed = readEntries(record);
  const complete =
    installed !== undefined &&
    matchesLock({ wanted, installed, withoutDev, exists: (path) => existsSync(join(root, path)) });
  if (!complete) {
    await step('npm ci', async () => {
      // npm writes its record last: without one, an installation that was cut off is never taken for complete.
      rmSync(record, { force: true });
      await run({
        command: 'npm',
        args: ['ci', '--no-audit', '--no-fund', '--loglevel=error'],
        cwd: root,
        env: installEnv(root),
      });
    });
  }
  const nodeVersion = wanted['node_modules/node']?.version ?? '';
  if (!withoutDev) return ensureNode(root, nodeVersion);
  if (Number.parseInt(process.versions.node, 10) < Number.parseInt(nodeVersion, 10)) {
    throw new BootstrapError(
      `This runs under Node ${process.versions.node}, and packages for development, of which Node ${nodeVersion} ` +
        'is one, were left out. Install that Node on the machine, or leave nothing out (NODE_ENV, npm config omit).',
    );
  }
}

/**
 * Whether all that the lock file names is installed in the same version. Optional packages of other platforms are
 * never there, and packages for development may have been left out.
 * @param {{
 *   wanted: Record<string, Entry>, installed: Record<string, Entry>, withoutDev: boolean,
 *   exists: (path: string) => boolean,
 * }} options
 */
export function matchesLock({ wanted, installed, withoutDev, exists }) {
  return Object.entries(wanted).every(([path, entry]) => {
    if (path === '') return true;
    const found = installed[path];
    if (!found) return entry.optional || ((entry.dev || entry.devOptional) && withoutDev);
    return found.version === entry.version && found.integrity === entry.integrity && exists(path);
  });
}

/** @param {NodeJS.ProcessEnv} env */
export function omitsDev(env) {
  const omit = (env.npm_config_omit ?? '').split(/[\s,]+/);
  return omit.includes('dev') || (env.NODE_ENV === 'production' && !env.npm_config_include?.includes('dev'));
}

/** @param {string} root */
function installEnv(root) {
  return {
    ...outsideOf(process.env, root),
    // Its own install script would look for pip and fail on a closed network: worker.mjs does this part.
    MEDIASOUP_WORKER_BIN: 'skip',
    // The CPU's library is in the package; only a GPU's would be downloaded.
    ONNXRUNTIME_NODE_INSTALL: process.env.ONNXRUNTIME_NODE_INSTALL || 'skip',
  };
}

/**
 * The package `node` fetches its binary by an install script, which npm may have been told not to run.
 * @param {string} root
 * @param {string} version
 */
async function ensureNode(root, version) {
  const folder = join(root, 'node_modules/node');
  const link = join(root, 'node_modules/.bin/node');
  const runs = () =>
    process.version === `v${version}` || ask(link, ['--version'])?.output.trim() === `v${version}`;
  if (existsSync(link) && runs()) return;
  await step(`Node ${version}`, async () => {
    await run({
      command: process.execPath,
      args: ['installArchSpecificPackage.js'],
      cwd: folder,
      env: outsideOf(process.env, root),
    });
    rmSync(link, { force: true });
    symlinkSync('../node/bin/node', link);
  });
  if (!runs()) {
    throw new BootstrapError(
      `Node ${version}, which the server runs under, did not get into ${resolve(folder, 'bin')}.\n` +
        'npm run with ignore-scripts leaves it out: remove node_modules, then try again without that setting.',
    );
  }
}

/**
 * @param {string} path of a package-lock.json
 * @returns {Record<string, Entry> | undefined}
 */
function readEntries(path) {
  try {
    /** @type {{ packages: Record<string, Entry> }} */
    const lock = JSON.parse(readFileSync(path, 'utf8'));
    return lock.packages;
  } catch {
    return undefined;
  }
}
