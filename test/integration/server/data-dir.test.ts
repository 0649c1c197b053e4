import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { claimDataDir, DataDirError } from '../../../server/data-dir.ts';

const dir = mkdtempSync(join(tmpdir(), 'facewire-claim-'));
afterAll(() => rmSync(dir, { recursive: true, force: true }));

test('a folder is claimed by one server, and free again when it gives up', async () => {
  const release = await claimDataDir(dir);
  await expect(claimDataDir(dir)).rejects.toThrow(/Another Facewire server/);
  await release();
  await (await claimDataDir(dir))();
});

test('the claim of a server that died does not stand', async () => {
  writeFileSync(join(dir, 'server.sock'), '');
  await (await claimDataDir(dir))();
});

test('a folder that cannot be made is named', async () => {
  writeFileSync(join(dir, 'file'), '');
  await expect(claimDataDir(join(dir, 'file', 'data'))).rejects.toThrow(DataDirError);
});
