import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { cpSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { readOnnx } from '../../../models/onnx/read.ts';
import { writeOnnx } from '../../../models/onnx/write.ts';
import { findModel, loadAdded, MODELS_DIR, openLibrary } from '../../../models/registry.ts';
import { addUnknownModel } from '../../../server/models/add-unknown.ts';
import { readCommand, readDescription } from '../../../server/models/command.ts';
import { fetchModel } from '../../../server/models/model-files.ts';
import { OPTIONAL_MODEL, optionalModelMissing } from '../../support/optional-models.ts';

const ROOT = resolve(import.meta.dirname, '../../..');
let dataDir: string;
let folder: string;

beforeEach(() => {
  dataDir = mkdtempSync(join(tmpdir(), 'facewire-models-'));
  folder = join(dataDir, 'models');
});
afterEach(() => rmSync(dataDir, { recursive: true, force: true }));

const run = (...args: string[]) => {
  const { status, stdout, stderr } = spawnSync(process.execPath, ['server/models/main.ts', ...args], {
    cwd: ROOT,
    env: { ...process.env, DATA_DIR: dataDir },
    encoding: 'utf8',
    timeout: 30_000,
  });
  return { status, out: stdout + stderr };
};

describe('npm run models', () => {
  test('lists every model with licence, provenance and whether it is there', () => {
    const { status, out } = run('list');
    expect(status).toBe(0);
    expect(out).toMatch(/mobilefacenet-192 – embedder, 192 numbers, 5\.3 MB, present/);
    expect(out).toMatch(/foamliu-128 – embedder, 128 numbers, 4\.0 MB, missing/);
    expect(out).toMatch(/licence Apache-2\.0/);
    expect(out).toMatch(/trained on: .*MS-Celeb-1M/);
    expect(out).toMatch(/which embedder serves is not known/i);
  });

  test('says of each wrong command what is accepted', () => {
    for (const [args, message] of [
      [['dance'], /no command "dance".*list/s],
      [['use'], /use needs a model's name/],
      [['add'], /add needs a file/],
      [['list', 'it'], /one word too many/],
      [['list', '--colours'], /colours/],
    ] as const) {
      expect(() => readCommand(args)).toThrow(message);
    }
    expect(() => readDescription({ name: 'mine' })).toThrow(/not complete.*licence.*trainingData/s);
    const { status, out } = run('use', 'foamliu-128');
    expect(status).toBe(1);
    expect(out).toMatch(/^No server has run on .*npm start; DATA_DIR names its folder\.$/m);
    expect(out).not.toMatch(/ {4}at /);
  });

  test('adds an embedder that is not known, once it is described and has passed its trial', () => {
    const model = readOnnx(readFileSync(join(MODELS_DIR, 'mobilefacenet-192.onnx')));
    const file = join(dataDir, 'mine.onnx');
    writeFileSync(file, writeOnnx({ ...model, producer: 'somebody else' }));
    expect(run('add', file).out).toMatch(/no model that is known here.*--name, --licence/s);
    const described = [
      '--name',
      'mine',
      '--licence',
      'MIT',
      '--training-data',
      'Own photos',
      '--source',
      'A disk',
    ];
    const { status, out } = run('add', file, ...described);
    expect(status, out).toBe(0);
    expect(out).toMatch(/192 numbers, any batch.*thresholds were not measured/s);
    const [entry] = loadAdded({ folder });
    const known = findModel({ manifest: openLibrary().manifest, task: 'embed', name: 'mobilefacenet-192' });
    expect(entry).toMatchObject({
      name: 'mine',
      embeddingSize: 192,
      calibrated: false,
      golden: known.golden,
    });
    expect(readdirSync(folder).sort()).toEqual(['added.json', 'mine.onnx']);
    expect(findModel({ manifest: openLibrary({ dataDir }).manifest, task: 'embed', name: 'mine' })).toEqual(
      entry,
    );
  }, 60_000);

  test('refuses what is no embedder of faces, and leaves nothing behind', async () => {
    const description = readDescription({ name: 'mine', licence: 'MIT', trainingData: 'x', source: 'x' });
    const add = (file: string) => addUnknownModel({ file, description, folder, taken: ['taken'] });
    const text = join(dataDir, 'text.onnx');
    writeFileSync(text, 'Dear Sir or Madam');
    await expect(add(text)).rejects.toThrow(/no embedder.*ONNX Runtime cannot open it/);
    await expect(add(join(MODELS_DIR, 'facemesh.onnx'))).rejects.toThrow(
      /its input is .*192.*\[N, 3, 112, 112\] is needed/,
    );
    await expect(addUnknownModel({ file: text, description, folder, taken: ['mine'] })).rejects.toThrow(
      /a model mine already/,
    );
    expect(existsSync(folder)).toBe(false);
  });

  test.skipIf(optionalModelMissing)('recognises the file of an optional model by its sha256', () => {
    const { status, out } = run('add', OPTIONAL_MODEL.file);
    expect(status, out).toBe(0);
    expect(out).toMatch(/This is foamliu-128/);
    expect(readdirSync(folder)).toEqual(['foamliu-128.onnx']);
  });
});

describe('fetching a model', () => {
  const content = Buffer.alloc(100_000, 7);
  let web: Server;
  let body: Buffer;
  let url: string;
  beforeAll(async () => {
    web = createServer((request, response) => {
      response.statusCode = request.url === '/gone' ? 404 : 200;
      response.end(body);
    });
    await new Promise<void>((done) => web.listen(0, '127.0.0.1', done));
    url = `http://127.0.0.1:${(web.address() as AddressInfo).port}`;
  });
  afterAll(() => web.close());
  const entry = (path: string) => ({
    name: 'some',
    file: 'some.onnx',
    url: url + path,
    bytes: content.length,
    sha256: createHash('sha256').update(content).digest('hex'),
    source: 'a server',
  });

  test('puts the right file in place', async () => {
    body = content;
    expect(readFileSync(await fetchModel({ entry: entry('/it'), folder }))).toEqual(content);
    expect(readdirSync(folder)).toEqual(['some.onnx']);
  });

  test('reads the answer to its end though garbage is collected meanwhile', async () => {
    body = content;
    setFlagsFromString('--expose-gc');
    const collectGarbage = runInNewContext('gc') as () => void;
    const collecting = setInterval(collectGarbage, 1);
    for (let i = 0; i < 3; i++) {
      expect(readFileSync(await fetchModel({ entry: entry('/it'), folder }))).toEqual(content);
    }
    clearInterval(collecting);
  });

  test('keeps nothing of another file, of one cut short, or of one without end', async () => {
    cpSync(join(MODELS_DIR, 'manifest.json'), join(dataDir, 'other.txt'));
    for (const wrong of [Buffer.alloc(100_000, 8), content.subarray(1), Buffer.alloc(5_000_000, 7)]) {
      body = wrong;
      await expect(fetchModel({ entry: entry('/it'), folder })).rejects.toThrow(/is not the file of some/);
      expect(readdirSync(folder)).toEqual([]);
    }
  });

  test('says without a network where to get it and how to put it in place', async () => {
    await expect(fetchModel({ entry: entry('/gone'), folder })).rejects.toThrow(/answers 404.*models -- add/);
    const closed = { ...entry(''), url: 'http://127.0.0.1:9/some.onnx' };
    await expect(fetchModel({ entry: closed, folder })).rejects.toThrow(
      /cannot be reached.*models -- add some\.onnx/,
    );
  });
});
