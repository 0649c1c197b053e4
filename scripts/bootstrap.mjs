#!/usr/bin/env node
// Makes a fresh clone ready to run: `npm start`, `npm test` and the others call it first. What is in place is left
// alone, so that the second run takes a moment. It runs under Node 20 with no package installed, hence plain
// JavaScript with nothing but Node's own modules.
//
// usage: node scripts/bootstrap.mjs start | worker | evaluate | test | check
import { resolve } from 'node:path';
import { buildClient } from './bootstrap/client.mjs';
import { withLock } from './bootstrap/lock.mjs';
import { installPackages } from './bootstrap/packages.mjs';
import { BootstrapError, say } from './bootstrap/run.mjs';
import { ensureSystem, hasRedisUrl, PROGRAMS } from './bootstrap/system.mjs';
import { ensureWorker } from './bootstrap/worker.mjs';

/** What each purpose needs beside the npm packages. */
const PURPOSES = {
  start: { system: hasRedisUrl(process.env) ? [] : [PROGRAMS.redis], worker: true, client: true },
  test: {
    system: [PROGRAMS.redis, PROGRAMS.chromium, PROGRAMS.ffmpeg, PROGRAMS.mosquitto],
    worker: true,
    client: true,
  },
  worker: { system: [], worker: false, client: false },
  evaluate: { system: hasRedisUrl(process.env) ? [] : [PROGRAMS.redis], worker: false, client: false },
  check: { system: [], worker: false, client: false },
};

const root = resolve(import.meta.dirname, '..');

/** @param {string} purpose */
async function bootstrap(purpose) {
  const needs = Object.hasOwn(PURPOSES, purpose) && PURPOSES[/** @type {keyof typeof PURPOSES} */ (purpose)];
  if (!needs) {
    const accepted = Object.keys(PURPOSES).join(', ');
    throw new BootstrapError(`"${purpose}" is no purpose of the bootstrap. Accepted are ${accepted}.`);
  }
  const started = performance.now();
  await withLock({ path: resolve(root, '.bootstrap.lock') }, async () => {
    await installPackages(root);
    if (needs.worker) await ensureWorker({ root, requirements: needs.system });
    else await ensureSystem(needs.system);
    if (needs.client) await buildClient(root);
  });
  say(`ready for ${purpose} (${((performance.now() - started) / 1000).toFixed(1)} s)`);
}

try {
  await bootstrap(process.argv[2] ?? '');
} catch (error) {
  if (!(error instanceof BootstrapError)) throw error;
  console.error(`\nbootstrap: ${error.message}\n`);
  process.exitCode = 1;
}
