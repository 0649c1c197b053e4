/** The thread that learns and judges: neither ever holds up the process that answers the queue. */
import { createHash } from 'node:crypto';
import { readGraph } from '../../models/network/graph.ts';
import { type Part, partNames, withWeights } from '../../models/network/weights.ts';
import { readOnnx } from '../../models/onnx/read.ts';
import { writeOnnx } from '../../models/onnx/write.ts';
import { findModel, openLibrary, readModel } from '../../models/registry.ts';
import { readCheckpoint, type Tensors } from '../../models/training/checkpoint.ts';
import type { Accuracy } from '../../models/training/held-out.ts';
import { createJudge, type Judge } from '../../models/training/judge-node.ts';
import type { Student } from '../../models/training/learner.ts';
import { openStudent } from '../../models/training/student-node.ts';
import { createTrainer } from '../../models/training/trainer.ts';
import { heldOutSchema, type ShardJob, samplesSchema } from '../../protocol/training.ts';
import { floatsOf } from '../runtime/float-bytes.ts';
import { serveThread } from '../runtime/serve-thread.ts';
import { GIVE_WAY, giveWayToOtherThreads } from '../runtime/thread-priority.ts';
import { type CommonStep, commonStep, type RoundFiles } from './common-step.ts';
import { createKnownCheckpoints, type KnownCheckpoints } from './known-checkpoints.ts';
import { createPause, type Reins } from './live-signal.ts';
import { createShardMemory } from './shard-memory.ts';

/** @property live in a process that serves too: see `live-signal.ts` */
export type TrainData = { model: string; dataDir: string; live?: Reins };
export type TrainMethods = {
  /** Whether a shard is kept still. */
  holds(shard: { name: string }): Promise<boolean>;
  /** Keeps a shard under a name. @param shard.json what `samplesSchema` says */
  load(shard: { name: string; json: string }): Promise<number>;
  /** Whether steps can begin from a checkpoint without its being fetched. */
  knows(checkpoint: { part: Part; id: string }): Promise<boolean>;
  /** Keeps weights; `step`: what leads from a known checkpoint to the next. */
  take(checkpoint: { part: Part; what: 'weights' | 'step'; bytes: Uint8Array }): Promise<string>;
  /** Steps on a loaded shard, from a known checkpoint. @returns the delta, as a checkpoint */
  train(
    work: { name: string } & Pick<
      ShardJob,
      'round' | 'base' | 'part' | 'steps' | 'arrived' | 'dtype' | 'seed' | 'progress'
    >,
  ): Promise<{ delta: Uint8Array; samples: number; firstLoss: number; lastLoss: number }>;
  /** What a round makes of its deltas. */
  step(files: RoundFiles & { part: Part }): Promise<CommonStep>;
  /** Keeps the people of a validation. @param people.json what `heldOutSchema` says */
  loadPeople(people: { name: string; json: string }): Promise<void>;
  judge(work: { people: string; checkpoint: Uint8Array; part: Part }): Promise<Accuracy>;
  /** The ONNX file of a checkpoint, measured as it would serve. @returns all of the appraisal but the file's hash */
  appraise(work: {
    people: string;
    checkpoint: Uint8Array;
    part: Part;
  }): Promise<Awaited<ReturnType<Judge['appraise']>> & { onnx: Uint8Array }>;
};
/** Beside live work: a run of so many crops is over soon enough for whoever waits for the processor's caches. */
const CHUNK_BESIDE_LIVE = 2;

await serveThread<TrainData, undefined>(async ({ model: name, dataDir, live }) => {
  giveWayToOtherThreads(GIVE_WAY.toEverybody);
  const pause = live ? createPause(live) : () => {};
  const library = openLibrary({ dataDir });
  const entry = findModel({ manifest: library.manifest, task: 'embed', name });
  const file = await readModel({ entry, library });
  const modelId = createHash('sha256').update(file).digest('hex');
  const model = readOnnx(file);
  const { parameters, ...graph } = readGraph(model);
  const ownOf = (part: Part): Tensors =>
    new Map(
      partNames({ ...graph, parameters }, part).flatMap((name) => {
        const own = parameters.get(name);
        return own ? [[name, { dims: own.dims, data: own.data }] as const] : [];
      }),
    );
  const students = new Map<Part, Promise<Student>>();
  const studentOf = (part: Part): Promise<Student> => {
    const student =
      students.get(part) ??
      openStudent({ model, part, entry, chunk: live ? CHUNK_BESIDE_LIVE : undefined, beforeRun: pause });
    students.set(part, student);
    return student;
  };
  const checkpoints = new Map<Part, Promise<KnownCheckpoints>>();
  const knownOf = (part: Part): Promise<KnownCheckpoints> => {
    const known = checkpoints.get(part) ?? createKnownCheckpoints({ model: modelId, own: ownOf(part) });
    checkpoints.set(part, known);
    return known;
  };
  const fileOf = async (checkpoint: Uint8Array, part: Part): Promise<Uint8Array> => {
    const { shapes } = await knownOf(part);
    const { tensors } = await readCheckpoint(checkpoint, { kind: 'weights', model: modelId, shapes });
    return writeOnnx(withWeights(model, new Map([...tensors].map(([name, { data }]) => [name, data]))));
  };
  const shards = createShardMemory({ pause });
  const judges = new Map<string, Judge>();

  const methods: TrainMethods = {
    holds: async ({ name }) => shards.has(name),
    load: ({ name, json }) => shards.load(name, samplesSchema.parse(JSON.parse(json))),
    knows: async ({ part, id }) => (await knownOf(part)).has(id),
    async take({ part, what, bytes }) {
      const known = await knownOf(part);
      return what === 'weights' ? known.takeWeights(bytes) : known.takeStep(bytes);
    },
    async train({ name, round, base, part, arrived, dtype, ...how }) {
      const student = await studentOf(part);
      const before = (await knownOf(part)).get(base);
      student.write(new Map([...before].map(([name, { data }]) => [name, data])));
      const samples = shards.arrived(name, arrived);
      const earlier = (round - 1) * how.steps;
      const trainer = createTrainer({
        ...shards.learner(name, student, round),
        among: samples,
        earlier,
        ...how,
      });
      const losses: number[] = [];
      for (let i = 0; i < how.steps; i++) losses.push(await trainer.step());
      const after = await student.read();
      const learnt: Tensors = new Map(
        [...before].map(([name, { dims, data }]) => [
          name,
          { dims, data: data.map((value, i) => (after.get(name)?.[i] ?? value) - value) },
        ]),
      );
      const about = { dtype, model: modelId, parent: base };
      const delta = await shards.writeDelta({ name, round, learnt, about });
      return { delta, samples, firstLoss: losses[0] ?? 0, lastLoss: losses.at(-1) ?? 0 };
    },
    async step({ part, ...files }) {
      const { shapes } = await knownOf(part);
      return commonStep({ ...files, model: modelId, shapes });
    },
    async loadPeople({ name, json }) {
      const { shift, views, gallery, probes, strangers } = heldOutSchema.parse(JSON.parse(json));
      const bytes = <T extends { crop: string; seed: number }>({ crop, ...rest }: T) => ({
        ...rest,
        jpeg: Buffer.from(crop, 'base64'),
      });
      const people = {
        views,
        gallery: gallery.map((vector) => floatsOf(Buffer.from(vector, 'base64'))),
        probes: probes.map(bytes),
        strangers: strangers.map(bytes),
      };
      judges.clear();
      judges.set(name, await createJudge({ people, shift: shift ?? undefined, entry, pause }));
    },
    async judge({ people, checkpoint, part }) {
      const judge = judges.get(people);
      if (!judge) throw new RangeError(`The people "${people}" are not loaded.`);
      return judge.judge(await fileOf(checkpoint, part));
    },
    async appraise({ people, checkpoint, part }) {
      const judge = judges.get(people);
      if (!judge) throw new RangeError(`The people "${people}" are not loaded.`);
      const onnx = await fileOf(checkpoint, part);
      const cosines = entry.thresholds.map(({ cosine }) => cosine);
      return { ...(await judge.appraise(onnx, cosines)), onnx };
    },
  };
  return { started: undefined, methods };
});
