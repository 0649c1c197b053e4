import { randomUUID } from 'node:crypto';
import { describeConfig, loadConfig } from '../config/load.ts';
import { createLogger } from '../config/logger.ts';
import { startFacewire } from './app.ts';

/** Errors whose message says all that the person at the terminal needs. */
const EXPLAINED = [
  'config',
  'listen',
  'data-dir',
  'embedded-redis',
  'tls',
  'vault',
  'model-unknown',
  'model-missing',
  'model-damaged',
  'manifest-invalid',
  'database-unavailable',
];

async function main(): Promise<void> {
  if (process.argv.includes('--help')) {
    console.log(
      `npm start — settings come from the environment, or from a JSON file named by CONFIG:\n\n${describeConfig()}`,
    );
    return;
  }
  const config = loadConfig(process.env);
  const logger = createLogger({ level: config.LOG_LEVEL, name: 'server' });
  const stop = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.on(signal, () => {
      if (stop.signal.aborted) process.exit(1); // The second signal: whoever sends it will not wait.
      logger.info({ signal }, 'shutting down');
      stop.abort();
    });
  }
  const facewire = await startFacewire({ config, environment: process.env, logger, serverId: randomUUID() });
  console.log(JSON.stringify(facewire.links, null, 2));
  if (facewire.fingerprint) console.log(`TLS certificate, SHA-256 fingerprint: ${facewire.fingerprint}`);
  console.log(`Facewire is ready. These links log in once each; they are also in ${facewire.linksFile}.`);
  if (!stop.signal.aborted) await new Promise((resolve) => stop.signal.addEventListener('abort', resolve));
  await facewire.close();
  logger.info('stopped');
}

main().then(
  // Everything was closed in order; what a library may still hold open must not keep the process.
  () => process.exit(0),
  (error: unknown) => {
    const { code, message } = error as { code?: string; message?: string };
    console.error(code && EXPLAINED.includes(code) ? `\n${message}\n` : error);
    process.exit(1);
  },
);
