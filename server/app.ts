import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { Logger } from '../config/logger.ts';
import type { Config } from '../config/schema.ts';
import { openGallery } from './compose/gallery.ts';
import { type OnClose, openGround } from './compose/ground.ts';
import { openHttp } from './compose/http.ts';
import { openLive } from './compose/live.ts';
import { openOperation } from './compose/operation.ts';
import { openStudents } from './compose/students.ts';
import { issueLinks, type Links, writeLinks } from './links.ts';
import { createHealth } from './observability/health.ts';
import { WorkerSupervisor } from './workers/supervisor.ts';

const ROOT = resolve(import.meta.dirname, '..');
const WORKER_START_TIMEOUT_MS = 60_000;

export type Facewire = {
  url: string;
  links: Links;
  linksFile: string;
  /** SHA-256 of the TLS certificate, under https. */
  fingerprint: string | undefined;
  close(): Promise<void>;
};

/**
 * Composition root, with the parts of compose/: config → dependencies → start → ordered close. When a step fails,
 * what was started before is closed again.
 * @param options.environment handed on to the workers
 */
export async function startFacewire(options: {
  config: Config;
  environment: NodeJS.ProcessEnv;
  logger: Logger;
  serverId: string;
}): Promise<Facewire> {
  const closers: (() => Promise<void> | void)[] = [];
  const close = async () => {
    for (const closer of closers.splice(0).reverse()) {
      await Promise.resolve(closer()).catch((error: unknown) =>
        options.logger.error({ err: error }, 'closing failed'),
      );
    }
  };
  try {
    return { ...(await start({ ...options, onClose: (closer) => closers.push(closer) })), close };
  } catch (error) {
    await close();
    throw error;
  }
}

async function start(options: {
  config: Config;
  environment: NodeJS.ProcessEnv;
  logger: Logger;
  serverId: string;
  onClose: OnClose;
}): Promise<Omit<Facewire, 'close'>> {
  const { config, logger, onClose } = options;
  const version = ownVersion();
  const ground = await openGround(options);
  const { listener, dataDir, publicUrl, tls } = ground;
  const gallery = openGallery(ground);
  const live = await openLive(ground, gallery, { version });
  const training = await openStudents(ground, live);
  const health = createHealth(ground);
  const operation = openOperation(ground, live, { version, health });
  listener.serve(
    openHttp(ground, gallery, live, operation, training, {
      version,
      clientDir: join(ROOT, 'client/dist'),
      health,
    }),
  );

  const links = await issueLinks({ auth: live.auth, kiosks: live.kiosks, publicUrl });
  const supervisor = new WorkerSupervisor({
    count: config.WORKERS,
    environment: { ...options.environment, REDIS_URL: ground.redisUrl, DATA_DIR: dataDir },
    logger,
  });
  onClose(() => supervisor.close());
  await untilWorking({ health, expected: config.WORKERS > 0, logger });

  // Opened last, closed first: nobody is let in to a half-started or half-closed server.
  onClose(async () => {
    live.signaling.close();
    await listener.close();
  });
  return { url: publicUrl, links, linksFile: writeLinks(dataDir, links), fingerprint: tls?.fingerprint };
}

function ownVersion(): string {
  return (JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as { version: string }).version;
}

async function untilWorking(options: {
  health: ReturnType<typeof createHealth>;
  expected: boolean;
  logger: Logger;
}): Promise<void> {
  if (!options.expected) return;
  const until = Date.now() + WORKER_START_TIMEOUT_MS;
  while (Date.now() < until) {
    if ((await options.health.workers()).length > 0) return;
    await new Promise((done) => setTimeout(done, 50));
  }
  options.logger.error('no worker has started within a minute; the server goes on, and /readyz tells');
}
