import { createHash } from 'node:crypto';
import type { Browser, Page } from 'playwright-core';
import sharp from 'sharp';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { LearnEvent, LearnRequest } from '../../client/kiosk/learning/learn.messages.ts';
import { CROP_SIZE } from '../../models/align.ts';
import { normalize } from '../../models/embedding.ts';
import { goldenCrop } from '../../models/golden.ts';
import { seededRandom } from '../../models/metrics/random.ts';
import { readGraph } from '../../models/network/graph.ts';
import { type Part, partNames } from '../../models/network/weights.ts';
import { readOnnx } from '../../models/onnx/read.ts';
import { readModel } from '../../models/registry.ts';
import { readCheckpoint, writeCheckpoint } from '../../models/training/checkpoint.ts';
import { launchBrowser, openPage } from '../support/browser.ts';
import { learnIn, servePages } from '../support/learn-worker.ts';
import { baseEntry } from '../support/students.ts';

/** WebGPU and WebGL as any other, worked out by the processor: right, and slow. */
const EMULATED = [
  '--enable-unsafe-webgpu',
  '--use-webgpu-adapter=swiftshader',
  '--enable-unsafe-swiftshader',
];
const STEPS = 1;
const PATIENCE_MS = 60_000;
/** Longer than the whole trial takes. */
const HELD_MS = 15_000;

let browser: Browser;
let page: Page;
let problems: string[];
let pages: Awaited<ReturnType<typeof servePages>>;
let begin: Extract<LearnRequest, { type: 'begin' }>;
let shapes: Map<string, readonly number[]>;

beforeAll(async () => {
  [browser, pages] = await Promise.all([launchBrowser({ args: EMULATED }), servePages()]);
  ({ page, problems } = await openPage(browser));
  const model = Uint8Array.from(await readModel({ entry: baseEntry }));
  const { parameters, ...graph } = readGraph(readOnnx(model));
  const tensors = new Map(
    partNames({ ...graph, parameters }, 'full').map((name) => [
      name,
      { dims: parameters.get(name)?.dims ?? [], data: parameters.get(name)?.data ?? new Float32Array() },
    ]),
  );
  shapes = new Map([...tensors].map(([name, { dims }]) => [name, dims]));
  const modelId = createHash('sha256').update(model).digest('hex');
  const weights = { kind: 'weights', dtype: 'f32', model: modelId, parent: null, tensors } as const;
  const { bytes, id } = await writeCheckpoint(weights);
  const random = seededRandom(7);
  const target = normalize(Array.from({ length: baseEntry.embeddingSize }, () => random() - 0.5));
  const raw = { raw: { width: CROP_SIZE, height: CROP_SIZE, channels: 4 as const } };
  const jpeg = Uint8Array.from(await sharp(goldenCrop(), raw).jpeg().toBuffer());
  const { name, layout, colour, mean, std } = baseEntry.input;
  begin = {
    type: 'begin',
    lesson: {
      model: modelId,
      input: { name, layout, colour, mean, std },
      golden: baseEntry.golden,
      base: id,
      version: null,
      steps: STEPS,
    },
    model,
    checkpoint: Uint8Array.from(bytes),
    // One to learn from, and one that is kept back: shaders are made for as many crops as the engine's test has.
    samples: [1, 2].map((at) => ({ jpeg, at, sighting: 'one', target })),
    backends: [],
    mostMs: PATIENCE_MS,
  };
}, 60_000);
afterAll(async () => {
  await browser?.close();
  pages?.close();
});

const learn = (more: Partial<typeof begin>, { flags, heldMs }: { flags?: string; heldMs?: number } = {}) =>
  learnIn(page, { worker: pages.worker, request: { ...begin, ...more }, flags, heldMs });
const of = <T extends LearnEvent['type']>(events: LearnEvent[], type: T) =>
  events.filter((event) => event.type === type) as Extract<LearnEvent, { type: T }>[];

test('the whole student is taught on WebGL where its values are right', async () => {
  const { events, delta } = await learn({ backends: ['webgl'] });
  expect(of(events, 'failed')).toEqual([]);
  expect(of(events, 'engine')).toEqual([{ type: 'engine', backend: 'webgl', part: 'full', passedOver: [] }]);
  console.log(
    `WebGL by the processor: ${Math.round(of(events, 'step')[0]?.ms ?? 0)} ms for a step of one crop`,
  );
  await expectTaught(delta, 'full');
  expect(problems).toEqual([]);
}, 300_000);

test('backends that take long are passed over, and say how long', async () => {
  const { events, delta } = await learn({ backends: ['webgpu', 'webgl', 'wasm'], mostMs: 1 });
  const long = { code: 'slow-crop', ms: expect.any(Number) };
  const passedOver = [
    { backend: 'webgpu', why: long },
    { backend: 'webgl', why: long },
  ];
  expect(of(events, 'engine')).toEqual([{ type: 'engine', backend: 'wasm', part: 'tail', passedOver }]);
  await expectTaught(delta, 'tail');
  expect(problems).toEqual([]);
}, 300_000);

test('a backend whose gradients are wrong is passed over, right as its embedding may be', async () => {
  const { events, delta } = await learn(
    { backends: ['webgl', 'wasm'] },
    { flags: 'WEBGL_FORCE_F16_TEXTURES:true' },
  );
  const passedOver = [{ backend: 'webgl', why: { code: 'wrong-gradient', error: expect.any(Number) } }];
  const why = of(events, 'engine')[0]?.passedOver[0]?.why;
  expect(why && 'error' in why && why.error).toBeLessThan(1);
  expect(of(events, 'engine')).toEqual([{ type: 'engine', backend: 'wasm', part: 'tail', passedOver }]);
  await expectTaught(delta, 'tail');
}, 300_000);

test('the trial of a backend waits while somebody is there', async () => {
  const { events, toldWhileHeld } = await learn({ backends: ['webgl'], mostMs: 1 }, { heldMs: HELD_MS });
  expect(toldWhileHeld).toBe(0);
  expect(of(events, 'engine')).toMatchObject([{ backend: 'wasm' }]);
}, 300_000);

async function expectTaught(delta: Uint8Array<ArrayBuffer>, part: Part): Promise<void> {
  const graph = readGraph(readOnnx(begin.model));
  const { tensors, parent } = await readCheckpoint(delta, {
    kind: 'delta',
    model: begin.lesson.model,
    shapes: new Map(partNames(graph, part).map((name) => [name, shapes.get(name) ?? []])),
  });
  expect(parent).toBe(begin.lesson.base);
  for (const { data } of tensors.values()) expect(data.some((value) => value !== 0)).toBe(true);
}
