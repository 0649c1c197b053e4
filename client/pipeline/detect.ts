import { type Config, Human } from '@vladmandic/human';
import { type FivePoints, fivePointsFromMesh, type Point } from '../../models/align.ts';
import { padToSquare } from '../../models/detect/frame.ts';
import { HUMAN_CONFIG } from '../../models/human-config.ts';
import { BACKENDS, type Backend } from './backend.ts';
import { download } from './download.ts';
import { drawTestFace, TEST_FACE } from './self-test.ts';

/** A face in a frame, in its pixels. */
export type DetectedFace = {
  box: { x: number; y: number; width: number; height: number };
  points: FivePoints;
  score: number;
};

export type Detector = {
  readonly backend: Backend;
  /** ms that the self-test took on each backend which passed it. */
  readonly trials: Partial<Record<Backend, number>>;
  detect(frame: ImageData): Promise<DetectedFace[]>;
};

export class DetectorError extends Error {
  override readonly name = 'DetectorError';
  readonly code = 'no-backend';
}

const MODEL_BASE = '/models/human/';
const WASM_BASE = '/models/wasm/';
const FILES = [
  `${MODEL_BASE}blazeface.json`,
  `${MODEL_BASE}blazeface.bin`,
  `${MODEL_BASE}facemesh.json`,
  `${MODEL_BASE}facemesh.bin`,
  `${WASM_BASE}tfjs-backend-wasm-simd.wasm`,
];
const TIMED_RUNS = 3;

/**
 * Loads detector and mesh and chooses the backend: each must find the five points of a drawn face, and the quickest
 * of those that do is taken. A remembered choice is tried alone first.
 * @throws {DownloadError} when the models cannot be loaded
 * @throws {DetectorError} when no backend works
 */
export async function createDetector(options: {
  remembered?: Backend | undefined;
  onProgress: (loaded: number, total: number) => void;
}): Promise<Detector> {
  const { remembered, onProgress } = options;
  await download({ urls: FILES, onProgress });
  const human = new Human(humanConfig());
  // TensorFlow.js starts its threads from the text of its own functions, which no minified bundle survives.
  tfOf(human).env().set('WASM_HAS_MULTITHREAD_SUPPORT', false);
  const frame = drawTestFace();
  const trials: Partial<Record<Backend, number>> = {};
  const attempt = async (backend: Backend) => {
    const ms = await timeBackend({ human, backend, frame }).catch(() => undefined);
    if (ms !== undefined) trials[backend] = ms;
    return ms !== undefined;
  };

  let backend: Backend | undefined;
  if (remembered && (await attempt(remembered))) backend = remembered;
  else {
    for (const candidate of await worthTrying()) if (candidate !== remembered) await attempt(candidate);
    backend = BACKENDS.filter((name) => name in trials).sort(
      (a, b) => (trials[a] ?? 0) - (trials[b] ?? 0),
    )[0];
    if (backend && !(await use(human, backend))) backend = undefined;
  }
  if (!backend) throw new DetectorError('Neither WebGPU, WebGL nor WebAssembly detects faces here.');
  return { backend, trials, detect: (image) => detectFaces(human, image) };
}

/** ms of a detection on this backend, its shaders and weights being loaded; undefined when its answer is wrong. */
async function timeBackend(options: {
  human: Human;
  backend: Backend;
  frame: ImageData;
}): Promise<number | undefined> {
  const { human, backend, frame } = options;
  if (!(await use(human, backend))) return undefined;
  if (!isTestFace(await detectFaces(human, frame))) return undefined;
  const start = performance.now();
  for (let i = 0; i < TIMED_RUNS; i++) await detectFaces(human, frame);
  return (performance.now() - start) / TIMED_RUNS;
}

async function use(human: Human, backend: Backend): Promise<boolean> {
  human.config.backend = backend;
  await human.init();
  await human.load();
  // Human falls back to another backend in silence.
  return tfOf(human).getBackend() === backend;
}

type Pixels = { data: Uint8Array; width: number; height: number };
/** What is used of the TensorFlow.js inside Human, whose own types say nothing of it. */
type TensorFlow = {
  env(): { set(flag: string, value: boolean): void };
  getBackend(): string;
  browser: { fromPixels(pixels: Pixels): Parameters<Human['detect']>[0] };
  dispose(tensor: unknown): void;
};

function tfOf(human: Human): TensorFlow {
  const tf: TensorFlow = human.tf;
  return tf;
}

async function detectFaces(human: Human, frame: ImageData): Promise<DetectedFace[]> {
  const { data, width, height } = padToSquare(frame);
  const tf = tfOf(human);
  const pixels = tf.browser.fromPixels({ data: new Uint8Array(data.buffer), width, height });
  try {
    const { face, error } = await human.detect(pixels);
    if (error) throw new Error(error);
    return face.map(({ mesh, score, tensor }) => {
      if (tensor) tf.dispose(tensor);
      const points = mesh as [number, number][];
      return { box: extentOf(points), points: fivePointsFromMesh(points), score };
    });
  } finally {
    tf.dispose(pixels);
  }
}

/** The box around the mesh: from brow to chin, where Human's own box is a square almost twice as wide. */
function extentOf(mesh: readonly Point[]): DetectedFace['box'] {
  const [x, y] = [mesh.map(([px]) => px), mesh.map(([, py]) => py)];
  const [left, top] = [Math.min(...x), Math.min(...y)];
  return { x: left, y: top, width: Math.max(...x) - left, height: Math.max(...y) - top };
}

function isTestFace(faces: readonly DetectedFace[]): boolean {
  const [face] = faces;
  if (faces.length !== 1 || !face) return false;
  return face.points.every(
    (point, i) => distance(point, TEST_FACE.points[i] as Point) < TEST_FACE.tolerancePx,
  );
}

function distance([ax, ay]: Point, [bx, by]: Point): number {
  return Math.hypot(ax - bx, ay - by);
}

/** Backends that are there, less those that are only emulated on the CPU: wasm does the same much faster. */
async function worthTrying(): Promise<Backend[]> {
  const adapter = await navigator.gpu?.requestAdapter().catch(() => null);
  const webgpu = adapter && !adapter.info.isFallbackAdapter && !isSoftware(adapter.info.description);
  const webgl = !isSoftware(webglRenderer());
  return BACKENDS.filter((name) => (name === 'webgpu' ? webgpu : name === 'webgl' ? webgl : true));
}

function isSoftware(renderer: string | undefined): boolean {
  return renderer === undefined || /swiftshader|llvmpipe|software|basic render/i.test(renderer);
}

function webglRenderer(): string | undefined {
  const canvas = typeof OffscreenCanvas === 'undefined' ? undefined : new OffscreenCanvas(1, 1);
  const gl = canvas?.getContext('webgl2');
  if (!gl) return undefined;
  const details = gl.getExtension('WEBGL_debug_renderer_info');
  return String(gl.getParameter(details ? details.UNMASKED_RENDERER_WEBGL : gl.RENDERER));
}

function humanConfig(): Partial<Config> {
  const config: object = {
    ...HUMAN_CONFIG,
    modelBasePath: MODEL_BASE,
    wasmPath: WASM_BASE,
    cacheModels: false,
  };
  // Human wants to change its settings, so it gets a copy.
  return structuredClone(config);
}
