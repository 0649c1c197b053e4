import { Gauge, type Registry } from 'prom-client';
import type { Parts } from '../../protocol/operation.ts';
import type { PartsMonitor } from './parts.ts';

type Sample = { labels?: Record<string, string>; value: number | undefined };

/** Figures of the parts for Prometheus, looked up when they are asked for. */
export function registerPartMetrics(options: {
  registry: Registry;
  parts: Pick<PartsMonitor, 'look'>;
}): void {
  const { registry, parts } = options;
  const gauge = (name: string, help: string, labelNames: string[], samples: (look: Parts) => Sample[]) =>
    new Gauge({
      name: `facewire_${name}`,
      help,
      labelNames,
      registers: [registry],
      async collect() {
        const look = await parts.look();
        // A worker that has gone is told no more.
        this.reset();
        for (const { labels = {}, value } of samples(look)) if (value !== undefined) this.set(labels, value);
      },
    });

  gauge('workers', 'Workers that tell of themselves', [], (look) => [{ value: alive(look).length }]);
  gauge('part_up', 'Whether a part works: 1, or 0', ['part'], (look) =>
    (['server', 'sfu', 'redis', 'database', 'disk'] as const).map((part) => ({
      labels: { part },
      value: look[part].state === 'error' ? 0 : 1,
    })),
  );
  gauge('queue_jobs', 'Jobs of a queue, by state', ['queue', 'state'], (look) =>
    look.queues.flatMap(({ name: queue, paused: _, ...counts }) =>
      Object.entries(counts).map(([state, value]) => ({ labels: { queue, state }, value })),
    ),
  );
  gauge('worker_crops_per_second', 'Crops that a worker embeds', ['worker'], (look) =>
    alive(look).map(({ id, cropsPerSecond }) => ({ labels: { worker: id }, value: cropsPerSecond })),
  );
  gauge(
    'worker_embed_seconds',
    'Time to embed a crop, over the last ten seconds',
    ['worker', 'quantile'],
    (look) =>
      alive(look).flatMap(({ id: worker, embedMs }) =>
        embedMs
          ? [
              { labels: { worker, quantile: '0.5' }, value: embedMs.p50 / 1000 },
              { labels: { worker, quantile: '0.99' }, value: embedMs.p99 / 1000 },
            ]
          : [],
      ),
  );
  gauge('worker_gallery_version', 'Version of the gallery that a worker has', ['worker'], (look) =>
    alive(look).map(({ id, galleryVersion }) => ({ labels: { worker: id }, value: galleryVersion })),
  );
  gauge('redis_memory_bytes', 'Memory that Redis uses', [], ({ redis }) => [{ value: redis.memoryBytes }]);
  gauge('database_size_bytes', 'Size of the database', [], ({ database }) => [{ value: database.sizeBytes }]);
  gauge('disk_free_bytes', 'Free space on the disk of the data folder', [], ({ disk }) => [
    { value: disk.freeBytes },
  ]);
  gauge('sfu_memory_bytes', 'Memory that the media worker uses', [], ({ sfu }) => [
    { value: sfu.memoryBytes },
  ]);
}

function alive(look: Parts): Parts['workers'] {
  return look.workers.filter(({ state }) => state !== 'error');
}
