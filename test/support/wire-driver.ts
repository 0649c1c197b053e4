import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, JSHandle, Page } from 'playwright-core';
import { build } from 'vite';
import type { TestServer } from './facewire.ts';
import type { Wire } from './wire-driver.page.ts';

/**
 * Opens a page of the server's own origin that holds nothing but the wire driver, logged in as the kiosk of
 * the given link, its data channels open.
 */
export async function openWire(options: {
  browser: Browser;
  server: TestServer;
  kioskLink: string;
}): Promise<{ page: Page; wire: JSHandle<Wire>; close(): Promise<void> }> {
  const { browser, server, kioskLink } = options;
  // A real page of the server (Chromium lets a made-up one reach no loopback), which our script may enter.
  const context = await browser.newContext({ bypassCSP: true });
  const page = await context.newPage();
  await page.goto(`${server.url}/docs`);
  await page.evaluate(async (code) => {
    const headers = { 'content-type': 'application/json' };
    const answer = await fetch('/auth/code', { method: 'POST', headers, body: JSON.stringify({ code }) });
    if (!answer.ok) throw new Error(`POST /auth/code ${answer.status}`);
  }, new URL(kioskLink).hash.slice('#code='.length));
  await page.addScriptTag({ content: await bundle() });
  const wire = await page.evaluateHandle(() =>
    (globalThis as unknown as { connectWire: () => Promise<Wire> }).connectWire(),
  );
  return { page, wire, close: () => context.close() };
}

async function bundle(): Promise<string> {
  const outDir = mkdtempSync(join(tmpdir(), 'facewire-wire-'));
  const entry = join(import.meta.dirname, 'wire-driver.page.ts');
  await build({
    configFile: false,
    logLevel: 'warn',
    build: {
      outDir,
      emptyOutDir: true,
      lib: { entry, formats: ['iife'], name: 'wire', fileName: () => 'wire.js' },
    },
  });
  const script = readFileSync(join(outDir, 'wire.js'), 'utf8');
  rmSync(outDir, { recursive: true });
  return script;
}
