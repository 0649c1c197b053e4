/** A federation of its own for a test: Redis, worker processes, and shards of crops that are no faces. */
import { spawn } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import sharp from 'sharp';
import { connectRedis } from '../../config/redis.ts';
import { normalize } from '../../models/embedding.ts';
import { goldenCrop } from '../../models/golden.ts';
import { seededRandom } from '../../models/metrics/random.ts';
import { readGraph } from '../../models/network/graph.ts';
import { partNames } from '../../models/network/weights.ts';
import { readOnnx } from '../../models/onnx/read.ts';
import { findModel, loadManifest, readModel } from '../../models/registry.ts';
import type { Tensors } from '../../models/training/checkpoint.ts';
import type { Samples } from '../../protocol/training.ts';
import { EmbeddedRedis } from '../../server/redis/embedded-redis.ts';
import { openFederation } from '../../server/training/federation.ts';
import { WorkerSupervisor } from '../../server/workers/supervisor.ts';
import { createVault } from '../../vault/vault.ts';

const logger = pino({ level: 'silent' });

export type TestFederation = Awaited<ReturnType<typeof startTestFederation>>;

/** @param options.workers processes that are started at once */
export async function startTestFederation(options: { workers: number }) {
  const dir = mkdtempSync(join(tmpdir(), 'facewire-federation-'));
  const dataKey = randomBytes(32);
  const vault = createVault({ key: dataKey });
  const closers: (() => unknown)[] = [() => rmSync(dir, { recursive: true, force: true })];
  const entry = findModel({ manifest: loadManifest(), task: 'embed' });
  const file = await readModel({ entry });
  const model = createHash('sha256').update(file).digest('hex');
  const graph = readGraph(readOnnx(file));
  const start: Tensors = new Map(
    partNames(graph, 'tail').flatMap((name) => {
      const own = graph.parameters.get(name);
      return own ? [[name, { dims: own.dims, data: own.data }] as const] : [];
    }),
  );
  const shapes = new Map([...start].map(([name, { dims }]) => [name, dims]));
  const server = await EmbeddedRedis.start({ dataDir: dir, logger });
  closers.push(() => server.close());
  const redis = () => {
    const redis = connectRedis({ url: server.url, use: 'blocking' });
    redis.on('error', () => {});
    closers.push(() => redis.disconnect());
    return redis;
  };
  const environment = {
    ...process.env,
    REDIS_URL: server.url,
    DATA_DIR: dir,
    DATA_KEY: dataKey.toString('base64'),
    LOG_LEVEL: 'fatal',
  };
  const supervisor = new WorkerSupervisor({
    count: options.workers,
    script: 'workers/train/main.ts',
    environment,
    logger,
  });
  closers.push(() => supervisor.close());

  /** Opens a run. The same seed gives the same samples. */
  const open = async (run: { shards: number; seed: number; name?: string }) => {
    const random = seededRandom(run.seed);
    const vector = () => {
      const values = normalize(Float32Array.from({ length: 192 }, () => random() - 0.5));
      return Buffer.from(values.buffer).toString('base64');
    };
    /** The golden crop in other colours: no face, and enough to learn from. */
    const crop = async () => {
      const pixels = goldenCrop().map((value) => value * (0.5 + 0.5 * random()));
      const raw = { width: 112, height: 112, channels: 4 } as const;
      const jpeg = await sharp(pixels, { raw }).jpeg().toBuffer();
      return { crop: jpeg.toString('base64'), seed: Math.floor(1e6 * random()) };
    };
    const crops = async (count: number) => {
      const made: Awaited<ReturnType<typeof crop>>[] = [];
      for (let i = 0; i < count; i++) made.push(await crop());
      return made;
    };
    // All shards have people in common, so that their deltas agree in part, as those of one camera do.
    const shared = (await crops(6)).map((one) => ({ ...one, target: vector(), weight: 1, group: 0 }));
    const shards: Samples[] = [];
    for (let shard = 0; shard < run.shards; shard++) {
      const [own] = await crops(1);
      const samples = [...shared, { ...(own as (typeof shared)[0]), target: vector(), weight: 1, group: 0 }];
      shards.push({ shift: 'dark-kiosk', views: 2, clean: true, samples });
    }
    const opened = await openFederation({
      redis: redis(),
      vault,
      ...(run.name === undefined ? {} : { run: run.name }),
      scope: { model, part: 'tail', shapes },
      start,
      shards,
      rounds: run.shards,
      validation: {
        shift: 'dark-kiosk',
        views: 1,
        gallery: [vector(), vector()],
        probes: (await crops(2)).map((one, person) => ({ ...one, person })),
        strangers: await crops(2),
      },
    });
    closers.push(() => opened.federation.close());
    const round = (of: { steps?: number; round?: number; base?: string } = {}) =>
      opened.federation.round({
        round: of.round ?? 1,
        base: of.base ?? opened.first,
        serving: { id: opened.first, accuracy: null },
        steps: of.steps ?? 2,
        arrived: 0,
        seed: 1,
        progress: { from: 0, to: 1 },
      });
    return { ...opened, round };
  };
  /**
   * A worker process that takes one shard of each round and lies about it.
   * @param poison `noise`, `misnamed`, or the number that what it learnt is multiplied by
   */
  const startLiar = async (poison: string) => {
    const child = spawn(process.execPath, [join(import.meta.dirname, 'lying-worker.ts')], {
      env: { ...environment, POISON: poison },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    closers.push(() => child.kill());
    await once(child.stdout, 'data');
    return child;
  };
  return {
    startLiar,
    vault,
    redis,
    supervisor,
    environment,
    server,
    model,
    start,
    shapes,
    open,
    async close() {
      for (const closer of closers.reverse()) await Promise.resolve(closer()).catch(() => {});
    },
  };
}
