import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createUploadStore } from '../../../../server/evaluation/console/upload-store.ts';
import { createVault } from '../../../../vault/vault.ts';

const vault = createVault({ key: new Uint8Array(32).fill(7) });
const bytes = Buffer.from('a photograph');

describe('an uploaded folder', () => {
  let dir: string;
  beforeEach(() => {
    dir = mkdtempSync(join(tmpdir(), 'facewire-upload-'));
  });
  afterEach(() => rmSync(dir, { recursive: true, force: true }));

  it('lies sealed on disk under numbers, and is gone after its removal', async () => {
    const store = createUploadStore({ dir, vault });
    await store.add([
      { path: 'team/Ann/1.jpg', bytes },
      { path: 'team/Bob/1.png', bytes },
      { path: 'team/notes.pdf', bytes },
    ]);
    expect(readdirSync(dir).sort()).toEqual(['0.sealed', '1.sealed']);
    expect(readFileSync(join(dir, '0.sealed')).includes('photograph')).toBe(false);
    const { photos, openSet, problems } = await store.dataset();
    expect(openSet.map(({ name }) => name)).toEqual(['Ann', 'Bob']);
    expect(Buffer.from((await photos[0]?.read()) ?? []).toString()).toBe('a photograph');
    expect(problems.summary().byKind).toEqual({ 'not-a-picture': 1 });
    store.remove();
    expect(() => readdirSync(dir)).toThrow(/ENOENT/);
  });

  it('takes the list that says so for training, and measures the other', async () => {
    const store = createUploadStore({ dir, vault });
    await store.add([
      { path: 'x/Ann/Ann_0001.jpg', bytes },
      { path: 'x/Ann/Ann_0002.jpg', bytes },
      { path: 'x/pairsDevTrain.txt', bytes: Buffer.from('Ann 1 2\nAnn 2 1') },
      { path: 'x/pairsDevTest.txt', bytes: Buffer.from('Ann 1 2') },
    ]);
    const { pairs, train } = await store.dataset();
    expect([pairs.length, train.length]).toEqual([1, 2]);
  });

  it.each(['../etc/1.jpg', '/abs/1.jpg', 'a//1.jpg', 'a\\b.jpg', 'a/./1.jpg', 'a/\u0000.jpg'])(
    'refuses the path %j, and the batch with it',
    async (path) => {
      const store = createUploadStore({ dir, vault });
      await expect(
        store.add([
          { path: 'Ann/1.jpg', bytes },
          { path, bytes },
        ]),
      ).rejects.toMatchObject({ code: 'validation' });
      expect(store.photos).toBe(0);
    },
  );

  it('counts a photo that is sent twice once', async () => {
    const store = createUploadStore({ dir, vault });
    await store.add([{ path: 'Ann/1.jpg', bytes }]);
    await store.add([{ path: 'Ann/1.jpg', bytes }]);
    expect(store.photos).toBe(1);
  });
});
