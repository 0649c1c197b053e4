import { setTimeout as sleep } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';
import { afterEach, describe, expect, test } from 'vitest';
import { createLiveSignal, type Reins } from '../../../../workers/train/live-signal.ts';

const SOURCE = new URL('../../../../workers/train/live-signal.ts', import.meta.url).href;
/** A thread that passes the pause as often as it can, and counts. */
const BODY = `
  const { parentPort, workerData } = require('node:worker_threads');
  import(workerData.source).then(({ createPause }) => {
    const pause = createPause(workerData.reins);
    const counter = new Int32Array(workerData.counter);
    parentPort.postMessage('started');
    try { for (;;) { pause(); Atomics.add(counter, 0, 1); Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 1); } } catch (error) { parentPort.postMessage(error.name); }
  });`;

describe('the live signal', () => {
  let thread: Worker | undefined;
  afterEach(() => thread?.terminate());

  const startThread = async (reins: Reins) => {
    const counter = new SharedArrayBuffer(4);
    thread = new Worker(BODY, { eval: true, workerData: { source: SOURCE, reins, counter } });
    await new Promise((done) => thread?.once('message', done));
    return () => Atomics.load(new Int32Array(counter), 0);
  };
  const passes = async (count: () => number, ms: number) => {
    const before = count();
    await sleep(ms);
    return count() - before;
  };

  test('stops a thread while a crop is in hand and for a moment after it, and lets it go on by itself', async () => {
    const signal = createLiveSignal({ quietMs: 150 });
    const count = await startThread(signal.hold().reins);
    expect(await passes(count, 100)).toBeGreaterThan(1);
    const crop = Promise.withResolvers<void>();
    const live = signal.during(() => crop.promise);
    await sleep(30); // The pass that was under way.
    expect(signal.busy).toBe(true);
    expect(await passes(count, 100)).toBe(0);
    crop.resolve();
    await live;
    expect(await passes(count, 60)).toBe(0);
    await sleep(200);
    expect(signal.busy).toBe(false);
    expect(await passes(count, 100)).toBeGreaterThan(1);
  });

  test.each(['while a crop is in hand', 'in its work'])(
    'ends a thread %s, and none that begins later',
    async (when) => {
      const signal = createLiveSignal();
      const crop = Promise.withResolvers<void>();
      const live = when === 'in its work' ? undefined : signal.during(() => crop.promise);
      const { reins, end } = signal.hold();
      await startThread(reins);
      const ended = new Promise((done) => thread?.once('message', done));
      end();
      expect(await Promise.race([ended, sleep(500)])).toBe('TrainingEnded');
      await thread?.terminate();
      crop.resolve();
      await live;
      const count = await startThread(createLiveSignal().hold().reins);
      expect(await passes(count, 100)).toBeGreaterThan(1);
    },
  );

  test('stays while crops follow one another, whichever ends first', async () => {
    const signal = createLiveSignal({ quietMs: 40 });
    const [first, second] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
    const both = [signal.during(() => first.promise), signal.during(() => second.promise)];
    first.resolve();
    await sleep(100);
    expect(signal.busy).toBe(true);
    second.resolve();
    await Promise.all(both);
    expect(signal.busy).toBe(true);
    await sleep(150);
    expect(signal.busy).toBe(false);
  });

  test('is not raised for ever by work that fails', async () => {
    const signal = createLiveSignal({ quietMs: 1 });
    await expect(signal.during(() => Promise.reject(new Error('broken')))).rejects.toThrow('broken');
    await sleep(50);
    expect(signal.busy).toBe(false);
  });
});
