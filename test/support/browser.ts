import { existsSync } from 'node:fs';
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core';

const CANDIDATES = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];

/** The Chromium that tests drive: `CHROMIUM`, or the one that the system has; undefined where there is none. */
export function findChromium(): string | undefined {
  return [process.env.CHROMIUM, ...CANDIDATES].find((path) => path && existsSync(path));
}

/**
 * Starts Chromium, its camera being the given video (see `makeCameraVideo`), a test pattern without one.
 * @param options.permission what the person answers when the page asks for the camera
 * @param options.camera path of an MJPEG file, or `none` for a machine without a camera
 */
export async function launchBrowser(
  options: { camera?: string; permission?: 'granted' | 'denied'; args?: readonly string[] } = {},
): Promise<Browser> {
  const { camera, permission = 'granted', args = [] } = options;
  const executablePath = findChromium();
  if (!executablePath) throw new Error('Chromium is missing: apt-get install chromium, or set CHROMIUM.');
  return chromium.launch({
    executablePath,
    headless: true,
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
      ...(permission === 'granted' ? ['--use-fake-ui-for-media-stream'] : ['--deny-permission-prompts']),
      ...(camera === 'none' ? ['--use-fake-device-for-media-stream=device-count=0'] : []),
      ...(camera && camera !== 'none'
        ? ['--use-fake-device-for-media-stream', `--use-file-for-fake-video-capture=${camera}`]
        : []),
      ...(camera === undefined ? ['--use-fake-device-for-media-stream'] : []),
      ...args,
    ],
  });
}

/** A page of its own profile that gathers what went wrong in it: a test ends with `expect(problems).toEqual([])`. */
export async function openPage(
  browser: Browser,
  options: BrowserContextOptions = {},
): Promise<{ page: Page; problems: string[]; close: () => Promise<void> }> {
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 }, ...options });
  const page = await context.newPage();
  const problems: string[] = [];
  page.on('pageerror', (error) => problems.push(`uncaught: ${error.message}`));
  page.on('console', (message) => {
    if (message.type() === 'error') problems.push(`console: ${message.text()} (${message.location().url})`);
  });
  page.on('requestfailed', (request) => {
    // A navigation away cuts requests off; that is nobody's fault.
    if (request.failure()?.errorText !== 'net::ERR_ABORTED') {
      problems.push(`request: ${request.url()} ${request.failure()?.errorText ?? ''}`);
    }
  });
  return { page, problems, close: () => context.close() };
}
