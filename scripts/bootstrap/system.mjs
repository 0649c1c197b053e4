import { existsSync, readFileSync } from 'node:fs';
import { ask, BootstrapError, onPath, run, say, step } from './run.mjs';

/**
 * A program or library of the system: the Debian package that has it, why it is needed, and whether it is there.
 * @typedef {{ package: string, why: string, present: () => boolean }} Requirement
 */

const HEADER_FOLDERS = ['/usr/include', '/usr/local/include', '/opt/homebrew/include'];
const CHROMIUM_PATHS = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];
const REDIS_MINIMUM = /** @type {const} */ ([6, 2]);

/** @type {Readonly<Record<'redis' | 'chromium' | 'ffmpeg' | 'mosquitto', Requirement>>} */
export const PROGRAMS = {
  redis: {
    package: 'redis-server',
    why: 'the queue, 6.2 or later (or set REDIS_URL to a server that runs elsewhere)',
    present: () => isRecentRedis(ask('redis-server', ['--version'])?.output ?? ''),
  },
  chromium: {
    package: 'chromium',
    why: 'the end-to-end tests (or set CHROMIUM to the path of one)',
    present: () => [process.env.CHROMIUM, ...CHROMIUM_PATHS].some((path) => path && existsSync(path)),
  },
  ffmpeg: {
    package: 'ffmpeg',
    why: 'the tests: it makes the video that stands in for a camera',
    present: () => onPath('ffmpeg'),
  },
  mosquitto: {
    package: 'mosquitto',
    why: 'the tests: the broker that events are told to',
    present: () => onPath('mosquitto') || existsSync('/usr/sbin/mosquitto'),
  },
};

const BUILD_REASON = "building mediasoup's worker, as no prebuilt one was to be had";

/** What building mediasoup's worker takes. @type {readonly Requirement[]} */
export const WORKER_BUILD = [
  program('g++', 'g++'),
  program('meson', 'meson'),
  program('ninja-build', 'ninja'),
  program('pkg-config', 'pkg-config'),
  program('flatbuffers-compiler', 'flatc'),
  header('libflatbuffers-dev', 'flatbuffers/flatbuffers.h'),
  header('libuv1-dev', 'uv.h'),
  header('libssl-dev', 'openssl/ssl.h'),
  header('libsrtp2-dev', 'srtp2/srtp.h'),
];

/**
 * Installs what is missing: by itself as root on Debian and its kin; elsewhere it says what to do.
 * @param {readonly Requirement[]} requirements
 * @throws {BootstrapError} what is missing, why it is needed, and the command that installs it
 */
export async function ensureSystem(requirements) {
  const missing = requirements.filter(({ present }) => !present());
  if (missing.length === 0) return;
  const packages = missing.map((requirement) => requirement.package);
  const apt = onPath('apt-get');
  if (!apt || process.getuid?.() !== 0) throw new BootstrapError(tellMissing({ missing, apt }));
  say(`Debian packages that are missing, and why they are needed:\n${list(missing)}`);
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  await step(`apt-get install ${packages.join(' ')}`, async () => {
    await run({ command: 'apt-get', args: ['update'], env });
    await run({ command: 'apt-get', args: ['install', '-y', '--no-install-recommends', ...packages], env });
  });
  const stillMissing = missing.filter(({ present }) => !present());
  if (stillMissing.length > 0) {
    throw new BootstrapError(`Installed, and yet not found or too old:\n${list(stillMissing)}`);
  }
}

/** @param {{ missing: readonly Requirement[], apt: boolean }} options */
export function tellMissing({ missing, apt }) {
  const packages = missing.map((requirement) => requirement.package).join(' ');
  const advice = apt
    ? `Install it, then try again:\n\n  sudo sh -c 'apt-get update && apt-get install -y --no-install-recommends ${packages}'`
    : `Install it, then try again. On Debian the packages are: ${packages}`;
  return `Something that this needs is missing on this machine:\n${list(missing)}\n${advice}`;
}

/**
 * @param {string} text what `redis-server --version` prints: `Redis server v=7.0.15 sha=…`
 * @returns {boolean}
 */
export function isRecentRedis(text) {
  const [, major, minor] = /\bv=(\d+)\.(\d+)/.exec(text) ?? [];
  const [leastMajor, leastMinor] = REDIS_MINIMUM;
  return Number(major) > leastMajor || (Number(major) === leastMajor && Number(minor) >= leastMinor);
}

/**
 * The setting comes from the environment or from the file that CONFIG names. Whether it is right is not decided here.
 * @param {NodeJS.ProcessEnv} env
 */
export function hasRedisUrl(env) {
  if (env.REDIS_URL) return true;
  try {
    return Boolean(env.CONFIG && JSON.parse(readFileSync(env.CONFIG, 'utf8')).REDIS_URL);
  } catch {
    return false;
  }
}

/**
 * @param {string} debianPackage
 * @param {string} command
 * @returns {Requirement}
 */
function program(debianPackage, command) {
  return { package: debianPackage, why: BUILD_REASON, present: () => onPath(command) };
}

/**
 * @param {string} debianPackage
 * @param {string} file
 * @returns {Requirement}
 */
function header(debianPackage, file) {
  const present = () => HEADER_FOLDERS.some((folder) => existsSync(`${folder}/${file}`));
  return { package: debianPackage, why: BUILD_REASON, present };
}

/** @param {readonly Requirement[]} requirements */
function list(requirements) {
  const width = Math.max(...requirements.map((requirement) => requirement.package.length));
  return requirements.map((entry) => `  ${entry.package.padEnd(width)}  ${entry.why}`).join('\n');
}
