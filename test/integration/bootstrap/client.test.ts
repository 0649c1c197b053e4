import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { buildClient, hashSources } from '../../../scripts/bootstrap/client.mjs';

let root: string;

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'client-test-'));
  for (const folder of ['client/kiosk', 'client/dist', 'protocol', 'models', 'config']) {
    mkdirSync(join(root, folder), { recursive: true });
  }
  for (const file of [
    'client/kiosk/main.ts',
    'protocol/crop.ts',
    'models/align.ts',
    'config/vite.config.ts',
  ]) {
    writeFileSync(join(root, file), 'export {};');
  }
  cpSync(new URL('../../../tsconfig.json', import.meta.url), join(root, 'tsconfig.json'));
  writeFileSync(join(root, 'package-lock.json'), '{}');
});

afterEach(() => rmSync(root, { recursive: true }));

it.each([
  'client/kiosk/main.ts',
  'protocol/crop.ts',
  'models/align.ts',
  'config/vite.config.ts',
  'package-lock.json',
])('pages are stale when %s changes', (file) => {
  const before = hashSources(root);
  writeFileSync(join(root, file), 'export const changed = true;');
  expect(hashSources(root)).not.toBe(before);
});

it('pages are stale when a file is renamed', () => {
  const before = hashSources(root);
  cpSync(join(root, 'protocol/crop.ts'), join(root, 'protocol/crops.ts'));
  rmSync(join(root, 'protocol/crop.ts'));
  expect(hashSources(root)).not.toBe(before);
});

it.each(['client/dist/index.html', 'client/dist.new/index.html', 'models/big.onnx'])(
  'pages are not stale when %s changes',
  (file) => {
    const before = hashSources(root);
    mkdirSync(join(root, file, '..'), { recursive: true });
    writeFileSync(join(root, file), 'changed');
    expect(hashSources(root)).toBe(before);
  },
);

it('pages of the same sources are not built again, so that vite need not be there', async () => {
  await expect(buildClient(root)).rejects.toThrow(/vite, which builds them, is not\ninstalled/);
  writeFileSync(join(root, 'client/dist/.sources'), hashSources(root));
  await buildClient(root);
});
