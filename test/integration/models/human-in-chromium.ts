import { createReadStream } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import type { RgbaImage } from '../../../models/align.ts';
import { HUMAN_CONFIG } from '../../../models/human-config.ts';
import { launchBrowser } from '../../support/browser.ts';

const PACKAGES = path.resolve(import.meta.dirname, '../../../node_modules');
const FOLDERS: Readonly<Record<string, string>> = {
  human: `${PACKAGES}/@vladmandic/human/dist`,
  models: `${PACKAGES}/@vladmandic/human/models`,
  wasm: `${PACKAGES}/@tensorflow/tfjs-backend-wasm/wasm-out`,
};
const TYPES: Readonly<Record<string, string>> = {
  '.js': 'text/javascript',
  '.json': 'application/json',
  '.wasm': 'application/wasm',
};

const PAGE = `<!doctype html><title>Human</title>
<script type="module">import { Human } from '/human/human.esm.js'; window.Human = Human;</script>`;

export type HumanFace = { mesh: number[][]; box: [number, number, number, number]; score: number };

type HumanInPage = {
  load(): Promise<void>;
  detect(image: ImageData): Promise<{ face: HumanFace[] }>;
};
type HumanPage = { Human: new (config: object) => HumanInPage; human: HumanInPage };

/**
 * Human itself with the project's configuration, in Chromium on its wasm backend: what the browser
 * pipeline sees. `detect` takes pixels, so that no image decoder stands between the two sides.
 */
export async function startHuman(overrides: Readonly<Record<string, unknown>> = {}) {
  const server = createServer((request, response) => {
    const [folder = '', file = ''] = (request.url ?? '').slice(1).split('/');
    const root = FOLDERS[folder];
    if (!root) {
      response.setHeader('content-type', 'text/html').end(PAGE);
      return;
    }
    response.setHeader('content-type', TYPES[path.extname(file)] ?? 'application/octet-stream');
    createReadStream(path.join(root, path.basename(file)))
      .on('error', () => response.writeHead(404).end())
      .pipe(response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

  const browser = await launchBrowser({ camera: 'none' });
  const page = await browser.newPage();
  await page.goto(origin);
  const config = {
    ...HUMAN_CONFIG,
    backend: 'wasm',
    wasmPath: `${origin}/wasm/`,
    modelBasePath: `${origin}/models/`,
    ...overrides,
  };
  await page.evaluate(async (config) => {
    const page = globalThis as unknown as HumanPage;
    page.human = new page.Human(config);
    await page.human.load();
  }, config);

  return {
    async detect({ data, width, height }: RgbaImage): Promise<HumanFace[]> {
      const pixels = Buffer.from(data.buffer, data.byteOffset, data.byteLength).toString('base64');
      return page.evaluate(
        async ({ pixels, width, height }) => {
          const bytes = Uint8ClampedArray.from(atob(pixels), (character) => character.charCodeAt(0));
          const { human } = globalThis as unknown as HumanPage;
          const result = await human.detect(new ImageData(bytes, width, height));
          return result.face.map((face) => ({
            mesh: face.mesh,
            box: face.box,
            score: face.score,
          }));
        },
        { pixels, width, height },
      );
    },
    async close(): Promise<void> {
      await browser.close();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
