/** The thread that learns and judges: neither ever holds up the process that answers the queue. */
import { createHash } from 'node:crypto';
import { startWasmBackend } from '../../models/network/backend-node.ts';
import { buildNetwork, type Part, withWeights } from '../../models/network/network.ts';
import { readOnnx } from '../../models/onnx/read.ts';
import { writeOnnx } from '../../models/onnx/write.ts';
import { findModel, loadManifest, readModel } from '../../models/registry.ts';
import { readCheckpoint, writeCheckpoint } from '../../models/training/checkpoint.ts';
import { cropOfCamera } from '../../models/training/crops-node.ts';
import type { Accuracy } from '../../models/training/held-out.ts';
import { createJudge, type Judge } from '../../models/training/judge-node.ts';
import { createFeatures, createTrainer, type Features, type Sample } from '../../models/training/trainer.ts';
import { heldOutSchema, samplesSchema } from '../../protocol/training.ts';
import { floatsOf } from '../runtime/float-bytes.ts';
import { serveThread } from '../runtime/serve-thread.ts';
import { giveWayToOtherThreads } from '../runtime/thread-priority.ts';

export type TrainData = { model: string; dataDir: string };
export type TrainMethods = {
  /** Keeps a shard under a name. @param shard.json what `samplesSchema` says */
  load(shard: { name: string; json: string }): Promise<number>;
  /** Steps on a loaded shard, from a checkpoint. @returns the delta, as a checkpoint */
  train(work: {
    shard: string;
    base: Uint8Array;
    part: Part;
    steps: number;
    seed: number;
    progress: { from: number; to: number };
  }): Promise<{ delta: Uint8Array; firstLoss: number; lastLoss: number }>;
  /** Keeps the people of a validation. @param people.json what `heldOutSchema` says */
  loadPeople(people: { name: string; json: string }): Promise<void>;
  judge(work: { people: string; checkpoint: Uint8Array; part: Part }): Promise<Accuracy>;
};

type Shard = { samples: readonly Sample[]; features: Features; residual: Map<string, Float32Array> };
/** Shards whose crops and features are kept; those of the last round come again. */
const MOST_SHARDS = 8;
/** All of them together stay well below the 2 GB that wasm can address. */
const FEATURE_ROOM = 120 * 1024 * 1024;

await serveThread<TrainData, undefined>(async ({ model: name }) => {
  giveWayToOtherThreads();
  await startWasmBackend();
  const entry = findModel({ manifest: loadManifest(), task: 'embed', name });
  const file = await readModel({ entry });
  const modelId = createHash('sha256').update(file).digest('hex');
  const model = readOnnx(file);
  const network = buildNetwork(model);
  const shapesOf = (part: Part) =>
    new Map(network.names(part).map((name) => [name, network.graph.parameters.get(name)?.dims ?? []]));
  const weightsOf = async (bytes: Uint8Array, part: Part) =>
    readCheckpoint(bytes, { kind: 'weights', model: modelId, shapes: shapesOf(part) });
  const shards = new Map<string, Shard>();
  const judges = new Map<string, Judge>();

  const methods: TrainMethods = {
    async load({ name, json }) {
      const { shift, samples: stored } = samplesSchema.parse(JSON.parse(json));
      const samples: Sample[] = [];
      for (const { crop, target, seed } of stored) {
        samples.push({
          crop: await cropOfCamera({ jpeg: Buffer.from(crop, 'base64'), shift, seed }),
          target: floatsOf(Buffer.from(target, 'base64')),
        });
      }
      const [oldest] = shards.keys();
      if (shards.size >= MOST_SHARDS && oldest !== undefined) {
        shards.get(oldest)?.features.dispose();
        shards.delete(oldest);
      }
      shards.set(name, {
        samples,
        features: createFeatures({ network, samples, input: entry.input, room: FEATURE_ROOM }),
        residual: new Map(),
      });
      return samples.length;
    },
    async train({ shard: name, base, part, ...how }) {
      const shard = shards.get(name);
      if (!shard) throw new RangeError(`The shard "${name}" is not loaded.`);
      const checkpoint = await weightsOf(base, part);
      network.write(new Map([...checkpoint.tensors].map(([name, { data }]) => [name, data])));
      const { samples, features, residual } = shard;
      const trainer = createTrainer({ network, part, samples, features, input: entry.input, ...how });
      const losses: number[] = [];
      for (let i = 0; i < how.steps; i++) losses.push(await trainer.step());
      const learnt = new Map<string, { dims: readonly number[]; data: Float32Array }>();
      for (const [name, after] of await network.read(part)) {
        const before = checkpoint.tensors.get(name);
        const rest = residual.get(name);
        if (!before) continue;
        const data = after.map((value, i) => value - (before.data[i] as number) + (rest?.[i] ?? 0));
        learnt.set(name, { dims: before.dims, data });
      }
      const about = { kind: 'delta', dtype: 'f16', model: modelId, parent: checkpoint.id } as const;
      const { bytes } = await writeCheckpoint({ ...about, tensors: learnt });
      // What half precision loses is added to the shard's next delta.
      const sent = await readCheckpoint(bytes, { kind: 'delta', model: modelId, shapes: shapesOf(part) });
      for (const [name, { data }] of learnt) {
        const received = sent.tensors.get(name)?.data;
        residual.set(
          name,
          data.map((value, i) => value - (received?.[i] ?? 0)),
        );
      }
      return { delta: bytes, firstLoss: losses[0] ?? 0, lastLoss: losses.at(-1) ?? 0 };
    },
    async loadPeople({ name, json }) {
      const { shift, gallery, probes, strangers } = heldOutSchema.parse(JSON.parse(json));
      const bytes = <T extends { crop: string; seed: number }>({ crop, ...rest }: T) => ({
        ...rest,
        jpeg: Buffer.from(crop, 'base64'),
      });
      const people = {
        gallery: gallery.map((vector) => floatsOf(Buffer.from(vector, 'base64'))),
        probes: probes.map(bytes),
        strangers: strangers.map(bytes),
      };
      judges.clear();
      judges.set(name, await createJudge({ people, shift, entry }));
    },
    async judge({ people, checkpoint, part }) {
      const judge = judges.get(people);
      if (!judge) throw new RangeError(`The people "${people}" are not loaded.`);
      const { tensors } = await weightsOf(checkpoint, part);
      const weights = new Map([...tensors].map(([name, { data }]) => [name, data]));
      return judge.judge(writeOnnx(withWeights(model, weights)));
    },
  };
  return { started: undefined, methods };
});
