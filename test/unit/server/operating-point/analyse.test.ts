import { monitorEventLoopDelay } from 'node:perf_hooks';
import { expect, test } from 'vitest';
import { analyse } from '../../../../server/operating-point/analyse.ts';
import { toMatrices } from '../../../../server/operating-point/enrolled-matrices.ts';
import { testEmbedding } from '../../../support/gallery.ts';

const people = Array.from({ length: 600 }, (_, i) => {
  const template = testEmbedding(i + 1);
  return { id: String(i), name: `P${i}`, photos: [{ id: '', quality: 1, embedding: template }], template };
});
const question = { ...toMatrices(people, 192), mostComparisons: 4_000_000 };

test('a large gallery is compared beside the server’s event loop', async () => {
  const delay = monitorEventLoopDelay({ resolution: 1 });
  delay.enable();
  const { scores } = await analyse({ name: 'survey', question, signal: new AbortController().signal });
  delay.disable();
  expect(scores.comparisons).toBe(600 * 599);
  // On a busy machine the loop is late now and then for other reasons; the comparisons would hold it up for 100 ms and more.
  expect(delay.percentile(90) / 1e6).toBeLessThan(30);
});

test('the comparison ends when the server closes', async () => {
  const closing = new AbortController();
  const ended = analyse({ name: 'survey', question, signal: closing.signal });
  closing.abort();
  await expect(ended).rejects.toThrow(/before it/);
});
