import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import type { Browser, CDPSession, Page } from 'playwright-core';
import { launchBrowser, openPage } from '../support/browser.ts';
import { makeLabel, makeStream, uuid } from '../support/console-scene.ts';
import { buildConsole, type ScriptedServer, startScriptedServer } from '../support/scripted-server.ts';
import { type Summary, summarise } from './table.ts';

const ROOT = resolve(import.meta.dirname, '../..');
const LABELS_PER_SECOND = 5;
/** A face is in view for so many labels, then another one comes. */
const LABELS_PER_TRACK = 25;
const SETTLE_MS = 2000;

/** What the page of the streams costs while labels arrive. Shares are of one core, of the page's main thread. */
export type PageCost = {
  streams: number;
  labelsPerSecond: number;
  /** ms between two animation frames. */
  frames: Summary;
  /** Frames of 60 a second that were not drawn. */
  droppedShare: number;
  taskShare: number;
  scriptShare: number;
  /** Style and layout. */
  layoutShare: number;
  /** Tasks of 50 ms and more, and the longest, ms. */
  longTasks: number;
  longestTask: number;
  /** JavaScript heap after a collection at the end less the same before, MB. */
  heapGrowth: number;
  nodeGrowth: number;
};

/**
 * The page of the streams in real Chromium, at 1920 × 1080, without labels and with five a second on every stream.
 * @param options.against a commit whose console is measured first, in the same run
 */
export async function benchConsoleStreams(options: {
  seconds: number;
  streams: readonly number[];
  against: string | undefined;
}): Promise<{ console: string; labels: boolean; cost: PageCost }[]> {
  const { seconds, streams, against } = options;
  const folder = mkdtempSync(join(tmpdir(), 'facewire-bench-'));
  const browser = await launchBrowser();
  const found = [];
  try {
    const consoles = [...(against ? [buildOf(against, folder)] : []), buildHere(folder)];
    for (const { name, built } of consoles) {
      const clientDir = await built;
      for (const count of streams) {
        for (const labels of [false, true]) {
          const cost = await costOf({ browser, clientDir, count, labels, seconds });
          found.push({ console: name, labels, cost });
        }
      }
    }
    return found;
  } finally {
    await browser.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

type Build = { name: string; built: Promise<string> };

function buildHere(folder: string): Build {
  const out = join(folder, 'here');
  return { name: 'this', built: buildConsole(out).then(() => out) };
}

/** The console as it was at a commit, built with the packages that are installed now. */
function buildOf(commit: string, folder: string): Build {
  const source = join(folder, 'source');
  mkdirSync(source);
  const archive = execFileSync('git', ['archive', commit, 'client', 'protocol', 'models', 'tsconfig.json'], {
    cwd: ROOT,
    maxBuffer: 1e9,
  });
  execFileSync('tar', ['x', '-C', source], { input: archive });
  symlinkSync(join(ROOT, 'node_modules'), join(source, 'node_modules'));
  const out = join(folder, 'against');
  return { name: commit, built: buildConsole(out, join(source, 'client')).then(() => out) };
}

async function costOf(options: {
  browser: Browser;
  clientDir: string;
  count: number;
  labels: boolean;
  seconds: number;
}): Promise<PageCost> {
  const { browser, clientDir, count, labels, seconds } = options;
  const server = await startScriptedServer({ clientDir });
  server.snapshot = {
    streams: Array.from({ length: count }, (_, i) => makeStream(i + 1)),
    sightings: [],
    people: 3,
  };
  const { page, close } = await openPage(browser, { viewport: { width: 1920, height: 1080 } });
  const over = new AbortController();
  try {
    await page.goto(`${server.url}/console`);
    await page
      .getByTestId('stream')
      .nth(count - 1)
      .waitFor();
    const fed = labels ? feed({ server, count, signal: over.signal }) : undefined;
    await pause(SETTLE_MS);
    const cost = await measure({ page, seconds });
    over.abort();
    await fed;
    return { streams: count, labelsPerSecond: labels ? count * LABELS_PER_SECOND : 0, ...cost };
  } finally {
    over.abort();
    await close();
    await server.close();
  }
}

/** Labels of a face that walks through the picture, evenly spread over the streams and the time, until the signal. */
async function feed(options: { server: ScriptedServer; count: number; signal: AbortSignal }): Promise<void> {
  const { server, count, signal } = options;
  const everyMs = 1000 / (LABELS_PER_SECOND * count);
  const startedAt = performance.now();
  for (let n = 0; !signal.aborted; n++) {
    await pause(Math.max(0, startedAt + n * everyMs - performance.now()));
    const stream = uuid(1 + (n % count));
    const sequence = Math.floor(n / count);
    const track = Math.floor((sequence + (n % count)) / LABELS_PER_TRACK);
    const along = ((sequence + (n % count)) % LABELS_PER_TRACK) / LABELS_PER_TRACK;
    if (along === 0) server.notify('trackEnded', { stream, track: track - 1 });
    server.notify(
      'streamLabel',
      makeLabel({
        stream,
        track,
        sequence,
        box: { x: 0.1 + 0.6 * along, y: 0.3, width: 0.15, height: 0.27 },
        ...(track % 3 === 0
          ? { state: 'unknown' }
          : { state: 'identified', personId: uuid(500 + track), name: `Person ${track}`, confidence: 0.9 }),
        latency: 40 + (n % 20),
      }),
    );
  }
}

async function measure(options: {
  page: Page;
  seconds: number;
}): Promise<Omit<PageCost, 'streams' | 'labelsPerSecond'>> {
  const { page, seconds } = options;
  const session = await page.context().newCDPSession(page);
  // CPU time rather than wall time: what else runs on the machine does not count.
  await session.send('Performance.enable', { timeDomain: 'threadTicks' });
  await session.send('HeapProfiler.enable');
  const before = await metricsOf(session);
  const { intervals, tasks } = await page.evaluate(watchFrames, seconds * 1000);
  const after = await metricsOf(session);
  const share = (...names: string[]) =>
    names.reduce((sum, name) => sum + ((after.cpu[name] ?? 0) - (before.cpu[name] ?? 0)), 0) / seconds;
  const drawn = intervals.length;
  const due = intervals.reduce((sum, ms) => sum + ms, 0) / (1000 / 60);
  return {
    frames: summarise(intervals),
    droppedShare: Math.max(0, 1 - drawn / due),
    taskShare: share('TaskDuration'),
    scriptShare: share('ScriptDuration'),
    layoutShare: share('LayoutDuration', 'RecalcStyleDuration'),
    longTasks: tasks.length,
    longestTask: Math.max(0, ...tasks),
    heapGrowth: (after.heap - before.heap) / 1e6,
    nodeGrowth: after.nodes - before.nodes,
  };
}

type Metrics = { cpu: Record<string, number>; heap: number; nodes: number };

/** Seconds of the main thread are read outside of the collection that the heap is measured by. */
async function metricsOf(session: CDPSession): Promise<Metrics> {
  const read = async () => {
    const { metrics } = await session.send('Performance.getMetrics');
    return Object.fromEntries(metrics.map(({ name, value }) => [name, value]));
  };
  await session.send('HeapProfiler.collectGarbage');
  const metrics = await read();
  return { cpu: metrics, heap: metrics.JSHeapUsedSize ?? Number.NaN, nodes: metrics.Nodes ?? Number.NaN };
}

/** Runs in the page: ms between animation frames, and of the tasks that were long. */
async function watchFrames(ms: number): Promise<{ intervals: number[]; tasks: number[] }> {
  const tasks: number[] = [];
  const observer = new PerformanceObserver((list) => {
    for (const { duration } of list.getEntries()) tasks.push(duration);
  });
  observer.observe({ type: 'longtask' });
  const intervals: number[] = [];
  await new Promise<void>((done) => {
    const startedAt = performance.now();
    let last: number | undefined;
    const next = (at: number): void => {
      if (last !== undefined) intervals.push(at - last);
      last = at;
      if (performance.now() - startedAt < ms) requestAnimationFrame(next);
      else done();
    };
    requestAnimationFrame(next);
  });
  observer.disconnect();
  return { intervals, tasks };
}
