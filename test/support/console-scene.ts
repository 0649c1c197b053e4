import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import type { Sighting, Stream, StreamLabel } from '../../protocol/events.ts';
import type { ListedPerson, Role } from '../../protocol/rest.ts';
import { launchBrowser, openPage } from './browser.ts';
import { buildConsole, type ScriptedServer, startScriptedServer } from './scripted-server.ts';

/** The built console on scripted servers, in real Chromium. */
export type ConsoleScene = {
  /** A fresh server and a page on it that is logged in and subscribed. */
  open(options?: {
    role?: Role;
    page?: BrowserContextOptions;
    prepare?: (server: ScriptedServer) => void;
    hash?: string;
  }): Promise<{ server: ScriptedServer; page: Page; problems: string[] }>;
  /** Closes what `open` opened: after each test. */
  clear(): Promise<void>;
  close(): Promise<void>;
};

export async function createConsoleScene(): Promise<ConsoleScene> {
  const clientDir = mkdtempSync(join(tmpdir(), 'facewire-console-'));
  await buildConsole(clientDir);
  const browser: Browser = await launchBrowser();
  const closers: (() => Promise<void>)[] = [];
  return {
    async open({ role = 'admin', page: options = {}, prepare, hash = '' } = {}) {
      const server = await startScriptedServer({ clientDir, role });
      closers.push(() => server.close());
      prepare?.(server);
      const { page, problems, close } = await openPage(browser, options);
      closers.unshift(close);
      const subscribed = server.subscribed();
      await page.goto(`${server.url}/console${hash}`);
      await subscribed;
      return { server, page, problems };
    },
    async clear() {
      for (const close of closers.splice(0)) await close();
    },
    async close() {
      await browser.close();
      rmSync(clientDir, { recursive: true, force: true });
    },
  };
}

/** A valid UUID that is recognised at a glance. */
export function uuid(n: number): string {
  return `00000000-0000-4000-8000-${String(n).padStart(12, '0')}`;
}

export function makeStream(n: number, more: Partial<Stream> = {}): Stream {
  return {
    id: uuid(n),
    name: `Door ${n}`,
    place: 'Building A',
    policy: { video: false, training: false },
    online: true,
    pipeline: 'running',
    video: false,
    ...more,
  };
}

export function makeLabel(more: Partial<StreamLabel> = {}): StreamLabel {
  const { stream = uuid(1), track = 1, sequence = 1 } = more;
  return {
    stream,
    track,
    sequence,
    state: 'looking',
    captureTime: 1000,
    stages: {
      camera: 10,
      detect: 30,
      align: 1.2,
      uplink: 2,
      sfu: 0.3,
      ingest: 0.2,
      queue: 1,
      embed: 5.5,
      match: 0.2,
    },
    box: { x: 0.4, y: 0.3, width: 0.15, height: 0.27 },
    frame: { width: 1280, height: 720 },
    cropUrl: `/crops/${stream}/${track}/${sequence}.jpg`,
    latency: 51.4,
    ...more,
  };
}

export function makeSighting(n: number, more: Partial<Sighting> = {}): Sighting {
  return {
    id: uuid(n),
    stream: uuid(1),
    streamName: 'Door 1',
    state: 'unknown',
    cropUrl: `/crops/${uuid(1)}/${n}/1.jpg`,
    at: new Date(Date.now() - n * 60_000).toISOString(),
    ...more,
  };
}

export function makePerson(n: number, more: Partial<ListedPerson> = {}): ListedPerson {
  const createdAt = '2026-05-01T10:00:00.000Z';
  return {
    id: uuid(1000 + n),
    name: `Person ${n}`,
    externalId: null,
    consent: true,
    hidden: false,
    templates: 2,
    createdAt,
    updatedAt: createdAt,
    bestPhoto: null,
    lastSeen: null,
    quality: { mean: 0.8, weakest: 0.7, strength: 0.53 },
    ...more,
  };
}
