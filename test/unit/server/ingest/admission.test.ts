import { expect, test } from 'vitest';
import { createAdmission } from '../../../../server/ingest/admission.ts';

function harness() {
  const started: string[] = [];
  const dropped: string[] = [];
  const finish = new Map<string, () => void>();
  const admission = createAdmission<string>({
    start: (crop) => {
      started.push(crop);
      return new Promise((resolve) => finish.set(crop, resolve));
    },
    drop: (crop, reason) => dropped.push(`${crop} ${reason}`),
  });
  const end = async (crop: string) => {
    finish.get(crop)?.();
    await new Promise((resolve) => setImmediate(resolve));
  };
  return { admission, started, dropped, end };
}

test('a track has one crop in flight, and the newest of those that came meanwhile follows it', async () => {
  const { admission, started, dropped, end } = harness();
  for (const crop of ['a1', 'a2', 'a3']) admission.offer(1, crop);
  expect(started).toEqual(['a1']);
  expect(dropped).toEqual(['a2 superseded']);
  await end('a1');
  expect(started).toEqual(['a1', 'a3']);
});

test('eight tracks are in flight at once; others wait for a place, oldest first', async () => {
  const { admission, started, end } = harness();
  for (let track = 0; track < 10; track++) admission.offer(track, `t${track}`);
  expect(started).toHaveLength(8);
  await end('t3');
  expect(started.slice(8)).toEqual(['t8']);
  await end('t0');
  expect(started.slice(8)).toEqual(['t8', 't9']);
});

test('what waits is bounded: a flood of tracks is dropped as busy', () => {
  const { admission, started, dropped } = harness();
  for (let track = 0; track < 100; track++) admission.offer(track, `t${track}`);
  expect(started).toHaveLength(8);
  expect(dropped).toHaveLength(100 - 8 - 16);
  expect(dropped[0]).toBe('t24 busy');
});

test('after clear nothing that waited is started', async () => {
  const { admission, started, end } = harness();
  admission.offer(1, 'a1');
  admission.offer(1, 'a2');
  admission.clear();
  await end('a1');
  expect(started).toEqual(['a1']);
});
