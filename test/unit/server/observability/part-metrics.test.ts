import { Registry } from 'prom-client';
import { describe, expect, it } from 'vitest';
import type { Parts } from '../../../../protocol/operation.ts';
import { operationExamples } from '../../../../server/http/openapi-operation-parts.ts';
import { registerPartMetrics } from '../../../../server/observability/part-metrics.ts';

describe('the metrics of the parts', () => {
  it('are those of the latest look; a worker that has gone is told no more', async () => {
    const registry = new Registry();
    let look: Parts = operationExamples.parts;
    registerPartMetrics({ registry, parts: { look: async () => look } });
    const text = await registry.metrics();
    for (const line of [
      'facewire_workers 1',
      'facewire_part_up{part="redis"} 1',
      'facewire_queue_jobs{queue="crops",state="active"} 1',
      'facewire_worker_crops_per_second{worker="c2a7a9b0"} 14.2',
      'facewire_worker_embed_seconds{worker="c2a7a9b0",quantile="0.99"} 0.0124',
      'facewire_redis_memory_bytes 9000000',
    ]) {
      expect(text).toContain(line);
    }
    look = { ...look, redis: { state: 'error', problem: 'It does not answer.' }, workers: [] };
    const later = await registry.metrics();
    expect(later).toContain('facewire_workers 0');
    expect(later).toContain('facewire_part_up{part="redis"} 0');
    expect(later).not.toContain('c2a7a9b0');
  });
});
