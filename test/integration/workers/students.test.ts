import { randomUUID } from 'node:crypto';
import type { Redis } from 'ioredis';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { thresholdFor } from '../../../models/decision.ts';
import { cosine } from '../../../models/embedding.ts';
import { readModel } from '../../../models/registry.ts';
import { type CropJob, redisKeys, sealPurposes, workerStatusSchema } from '../../../protocol/jobs.ts';
import { studentKeys } from '../../../protocol/students.ts';
import { DRAWN_PEOPLE, drawFace } from '../../support/drawn-face.ts';
import { testVault } from '../../support/gallery.ts';
import { startTestRedis, type TestRedis } from '../../support/redis.ts';
import {
  baseEntry,
  embedCrops,
  makeStudent,
  publishStudent,
  type TestStudent,
  wantStudents,
} from '../../support/students.ts';
import { waitFor } from '../../support/wait-for.ts';
import {
  createJobClient,
  type JobClient,
  publishPerson,
  startTestWorker,
  type TestWorker,
} from '../../support/worker.ts';

const FPIR = 0.003;

type Face = { jpeg: Buffer; rgba: Uint8Array };
/** What one version says of each face. */
type Version = { id: string | undefined; embeddings: Float32Array[]; threshold: number };

const faceOf = async (portrait: Buffer): Promise<Face> => {
  const jpeg = await sharp(portrait).resize(112, 112).jpeg({ quality: 90 }).toBuffer();
  return { jpeg, rgba: await sharp(jpeg).ensureAlpha().raw().toBuffer() };
};

describe('students on worker processes', () => {
  let server: TestRedis;
  let redis: Redis;
  let client: JobClient;
  let workers: TestWorker[];
  let faces: Face[];
  let students: TestStudent[];
  let versions: Version[];
  const people = DRAWN_PEOPLE.map(({ name }) => ({ personId: randomUUID(), name }));

  beforeAll(async () => {
    server = await startTestRedis();
    redis = server.connect();
    client = await createJobClient(server);
    faces = await Promise.all(DRAWN_PEOPLE.map(async (person) => faceOf(await drawFace(person))));
    students = [
      await makeStudent({ seed: 1, stricterBy: 0.05 }),
      await makeStudent({ seed: 2, stricterBy: 0.1 }),
    ];
    const versionOf = async (onnx: Uint8Array, about?: TestStudent['about']): Promise<Version> => ({
      id: about?.id,
      embeddings: await embedCrops(
        onnx,
        faces.map(({ rgba }) => rgba),
      ),
      threshold: thresholdFor({ manifestEntry: about ?? baseEntry, fpir: FPIR, gallerySize: people.length }),
    });
    const base = await versionOf(await readModel({ entry: baseEntry }));
    versions = [base];
    for (const { onnx, about } of students) versions.push(await versionOf(onnx, about));
    for (const [i, person] of people.entries()) {
      await publishPerson(redis, { ...person, template: base.embeddings[i] as Float32Array });
    }
    for (const student of students) await publishStudent(redis, student);
    const environment = { FPIR: String(FPIR) };
    workers = await Promise.all([0, 1].map(() => startTestWorker({ redisUrl: server.url, environment })));
  }, 60_000);

  afterAll(async () => {
    await Promise.all(workers?.map((worker) => worker.kill()) ?? []);
    await client?.close();
    await server?.close();
  });

  const statuses = async () =>
    Object.values(await redis.hgetall(redisKeys.workers)).map((text) =>
      workerStatusSchema.parse(JSON.parse(text)),
    );
  const recognise = async (face: number, job: Partial<CropJob> = {}) => {
    const result = await client.cropAnswer(
      await client.addCrop({ payload: (faces[face] as Face).jpeg, ...job }),
    );
    if (result.outcome !== 'decided') throw new Error(`dropped: ${result.reason}`);
    return result;
  };
  const floats = (base64: string) => new Float32Array(Uint8Array.from(Buffer.from(base64, 'base64')).buffer);

  test('are made ready before anybody asks for them, on every worker', async () => {
    await wantStudents(
      redis,
      students.map(({ about }) => about.id),
    );
    const ready = await waitFor(
      async () => {
        const lists = (await statuses()).map(({ students }) => students ?? []);
        return lists.every((list) => list.length === students.length) ? lists : undefined;
      },
      { what: 'both students are ready on both workers' },
    );
    expect(ready).toHaveLength(2);
    for (const list of ready)
      expect(list.toSorted()).toEqual(students.map(({ about }) => about.id).toSorted());
  });

  test('never mix: weights, thresholds and evidence of each answer are of one version, while versions change under load', async () => {
    const TRACKS = 12;
    const CROPS = 25;
    let serving = 0;
    let answered = 0;
    let resets = 0;
    const track = async (face: number): Promise<void> => {
      let before: { evidence: string; weight: number; version: Version } | undefined;
      for (let crop = 0; crop < CROPS; crop++) {
        const version = versions[serving] as Version;
        const { decision, ...result } = await recognise(face, {
          student: version.id,
          ...(before && {
            evidence: testVault
              .seal(sealPurposes.evidence, Buffer.from(before.evidence, 'base64'))
              .toString('base64'),
            evidenceWeight: before.weight,
            evidenceModel: baseEntry.name,
            evidenceStudent: before.version.id,
          }),
        });
        expect(decision.student).toBe(version.id);
        expect(decision.threshold).toBeCloseTo(version.threshold, 6);
        const own = version.embeddings[face] as Float32Array;
        const sum = floats(result.evidence);
        // Evidence is a sum of one version's embeddings of one face: it points where that version's embedding does.
        expect(cosine(sum, own) / Math.hypot(...sum)).toBeGreaterThan(0.9999);
        const goesOn = before?.version === version;
        expect(result.evidenceWeight).toBeCloseTo(goesOn ? Math.min(8, (before?.weight ?? 0) + 1) : 1, 4);
        expect(result.evidenceReset).toBe(before !== undefined && !goesOn);
        const best = Math.max(
          ...(versions[0] as Version).embeddings.map((template) => cosine(template, own)),
        );
        expect(decision.candidates[0]?.score).toBeCloseTo(best, 2);
        if (result.evidenceReset) resets += 1;
        before = { evidence: result.evidence, weight: result.evidenceWeight, version };
        answered += 1;
        // Every twentieth answer another version takes over, while the other tracks are under way.
        if (answered % 20 === 0) serving = (serving + 1) % versions.length;
      }
    };
    await Promise.all(Array.from({ length: TRACKS }, (_, i) => track(i % faces.length)));
    expect(answered).toBe(TRACKS * CROPS);
    expect(resets).toBeGreaterThan(TRACKS);
    const used = new Set(client.answers.map(({ worker }) => worker));
    expect(used.size).toBe(2);
  }, 60_000);

  test('leave the camera to the embedder while they are not there, and the worker tells why', async () => {
    const damaged = await makeStudent({ seed: 3, stricterBy: 0 });
    const onnx = Uint8Array.from(damaged.onnx);
    onnx[onnx.length - 100] = (onnx[onnx.length - 100] as number) ^ 0xff;
    await publishStudent(redis, { ...damaged, onnx });
    const { decision } = await recognise(0, { student: damaged.about.id });
    expect(decision.student).toBeUndefined();
    expect(decision.threshold).toBeCloseTo((versions[0] as Version).threshold, 6);
    await wantStudents(redis, [...students.map(({ about }) => about.id), damaged.about.id]);
    const failure = await waitFor(
      async () => {
        const all = await statuses();
        const told = all.map(({ studentFailures }) =>
          studentFailures?.find(({ id }) => id === damaged.about.id),
        );
        return told.every((each) => each) ? told[0] : undefined;
      },
      { what: 'both workers tell of the failure' },
    );
    expect(failure?.message).toContain('sha256');
    expect((await recognise(1, { student: students[0]?.about.id })).decision.student).toBe(
      students[0]?.about.id,
    );
  });

  test('are refused when their answer for the golden crop is not the one they were measured with', async () => {
    const [first, second] = students as [TestStudent, TestStudent];
    const mixed = { ...first, about: { ...first.about, id: randomUUID(), golden: second.about.golden } };
    await publishStudent(redis, mixed);
    await wantStudents(redis, [mixed.about.id]);
    const message = await waitFor(
      async () =>
        (await statuses())
          .flatMap(({ studentFailures }) => studentFailures ?? [])
          .find(({ id }) => id === mixed.about.id)?.message,
      { what: 'a worker refuses it' },
    );
    expect(message).toContain('self-test');
    await redis.del(studentKeys.version(mixed.about.id));
  });
});
