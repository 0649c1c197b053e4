import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { arch, homedir, platform, release } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { hashFiles, readText, writeWhole } from './files.mjs';
import { withLock } from './lock.mjs';
import { ask, BootstrapError, run, say, step } from './run.mjs';
import { ensureSystem, WORKER_BUILD } from './system.mjs';

const NAME = 'mediasoup-worker';
const DOWNLOADS = 'https://github.com/versatica/mediasoup/releases/download';
const DOWNLOAD_LIMIT_MS = 30_000;
const DOWNLOAD_LIMIT_BYTES = 64 * 1024 * 1024;
/** What a worker ends with when started without the variables that mediasoup sets. */
const GOOD_EXIT_CODE = 41;

/**
 * Sees to it that mediasoup has its worker, and that the machine has the other requirements: first what is already
 * there, then the prebuilt one of mediasoup's release, then one built from the source in the npm package.
 * @param {{ root: string, requirements: readonly import('./system.mjs').Requirement[] }} options
 * @throws {BootstrapError}
 */
export async function ensureWorker({ root, requirements }) {
  const plan = planWorker(root, process.env);
  if (plan.given !== undefined) {
    if (!isGood(plan.given)) {
      throw new BootstrapError(
        `MEDIASOUP_WORKER_BIN names ${plan.given}, which is no working mediasoup-worker. Unset it, or correct it.`,
      );
    }
    return ensureSystem(requirements);
  }
  if (isCurrent(plan)) return ensureSystem(requirements);
  mkdirSync(plan.cache, { recursive: true });
  // Clones share the cache: one builds, the others wait and take what it made.
  const source = await withLock({ path: join(plan.cache, 'lock') }, async () => {
    const cached = [plan.prebuilt, plan.built].find(isGood);
    return cached ?? (await download(plan)) ?? (await build({ plan, requirements }));
  });
  await ensureSystem(requirements);
  install(plan, source);
}

/**
 * Where the worker is looked for, and where it is put.
 * @param {string} root
 * @param {NodeJS.ProcessEnv} env
 */
export function planWorker(root, env) {
  const mediasoup = join(root, 'node_modules/mediasoup');
  const recipe = join(root, 'scripts/mediasoup-worker');
  /** @type {{ version: string }} */
  const { version } = JSON.parse(readFileSync(join(mediasoup, 'package.json'), 'utf8'));
  const recipeHash = hashFiles(recipe, [recipe], (path) => !path.endsWith('.md')).slice(0, 12);
  const caches = env.XDG_CACHE_HOME || join(homedir(), '.cache');
  const cache = join(caches, 'facewire', `${NAME}-${version}-${platform()}-${arch()}`);
  return {
    given: env.MEDIASOUP_WORKER_BIN || undefined,
    mediasoup,
    recipe,
    version,
    cache,
    prebuilt: join(cache, 'prebuilt', NAME),
    built: join(cache, `built-${recipeHash}`, NAME),
    installed: join(mediasoup, 'worker/out/Release', NAME),
    /** Beside the installed worker: what it is a copy of, see `originOf`. */
    origin: join(mediasoup, 'worker/out/Release/origin'),
    skipDownload: Boolean(env.MEDIASOUP_SKIP_WORKER_PREBUILT_DOWNLOAD),
    downloads: env.MEDIASOUP_WORKER_PREBUILT_DOWNLOAD_BASE_URL || DOWNLOADS,
  };
}

/** @typedef {ReturnType<typeof planWorker>} Plan */

/**
 * A worker that somebody else put there is kept when it runs; one that was built here, while the recipe is the same.
 * @param {Plan} plan
 */
export function isCurrent(plan) {
  const origin = readText(plan.origin);
  const known = [undefined, originOf(plan.built), originOf(plan.prebuilt)].includes(origin);
  return known && isGood(plan.installed);
}

/**
 * The name of a worker's folder in the cache, which tells how it was made, wherever the cache is.
 * @param {string} cached
 */
function originOf(cached) {
  return basename(dirname(cached));
}

/**
 * Runs the binary with an empty environment, as mediasoup's own check does.
 * @param {string} path
 */
export function isGood(path) {
  return ask(path, [], {})?.status === GOOD_EXIT_CODE;
}

/** The file of mediasoup's release for this machine. @param {string} version */
export function prebuiltName(version) {
  const kernel = platform() === 'linux' ? `-kernel${release().split('.')[0]}` : '';
  return `${NAME}-${version}-${platform()}-${arch()}${kernel}.tgz`;
}

/**
 * @param {Plan} plan
 * @returns {Promise<string | undefined>} path of the worker; undefined when there is none for this machine, or none to be had
 */
async function download(plan) {
  if (plan.skipDownload) return undefined;
  const url = `${plan.downloads}/${plan.version}/${prebuiltName(plan.version)}`;
  say(`prebuilt ${NAME} ${plan.version}: asking ${new URL(url).host} …`);
  const folder = emptyDraft(plan);
  try {
    const archive = join(folder, 'prebuilt.tgz');
    writeFileSync(archive, await fetchBounded(url));
    await run({ command: 'tar', args: ['-xzf', archive, '-C', folder] });
    if (!isGood(join(folder, NAME))) throw new Error('it does not run on this machine');
    writeWhole(plan.prebuilt, readFileSync(join(folder, NAME)), 0o755);
    return plan.prebuilt;
  } catch (error) {
    say(`prebuilt ${NAME} ${plan.version}: not to be had: ${reason(error)}`);
    return undefined;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/**
 * @param {{ plan: Plan, requirements: readonly import('./system.mjs').Requirement[] }} options
 * @returns {Promise<string>} path of the worker
 */
async function build({ plan, requirements }) {
  await ensureSystem([...requirements, ...WORKER_BUILD]);
  await step(
    `${NAME} ${plan.version} from its source, once on this machine (4 to 12 minutes on two cores)`,
    async () => {
      const folder = emptyDraft(plan);
      try {
        await run({ command: 'bash', args: [join(plan.recipe, 'build.sh'), plan.mediasoup, folder] });
        const worker = join(folder, 'worker/out', NAME);
        if (!isGood(worker)) throw new BootstrapError(`The ${NAME} built here does not run.`);
        writeWhole(plan.built, readFileSync(worker), 0o755);
      } finally {
        rmSync(folder, { recursive: true, force: true });
      }
    },
  );
  return plan.built;
}

/**
 * @param {Plan} plan
 * @param {string} source
 */
function install(plan, source) {
  // In this order: cut off at any point, it leaves no worker whose origin is not noted.
  rmSync(plan.installed, { force: true });
  writeWhole(plan.origin, originOf(source));
  writeWhole(plan.installed, readFileSync(source), 0o755);
  say(`${NAME} ${plan.version} is in place, from ${source}`);
}

/**
 * The folder for what is not whole yet; the cache's lock keeps it to one process.
 * @param {Plan} plan
 */
function emptyDraft(plan) {
  const folder = join(plan.cache, 'draft');
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  return folder;
}

/** @param {string} url */
async function fetchBounded(url) {
  const response = await fetch(url, { signal: AbortSignal.timeout(DOWNLOAD_LIMIT_MS) });
  if (!response.ok || !response.body) throw new Error(`the answer is ${response.status}`);
  /** @type {Uint8Array[]} */
  const chunks = [];
  let size = 0;
  for await (const chunk of response.body) {
    size += chunk.length;
    if (size > DOWNLOAD_LIMIT_BYTES) throw new Error(`it is larger than ${DOWNLOAD_LIMIT_BYTES} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

/** @param {unknown} error */
function reason(error) {
  if (!(error instanceof Error)) return String(error);
  return error.cause instanceof Error ? `${error.message} (${error.cause.message})` : error.message;
}
