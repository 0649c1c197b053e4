import { appendFileSync, mkdtempSync, readdirSync, readFileSync, rmSync, utimesSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openJournal, type PhotoRecord } from '../../../../server/evaluation/journal.ts';
import { createVault } from '../../../../vault/vault.ts';

const vault = createVault({ key: new Uint8Array(32).fill(7) });
const record = (sha256: string): PhotoRecord => ({
  sha256,
  result: {
    outcome: 'analysed',
    faces: [{ embedding: 'AAAA', liveEmbedding: 'AAAA', quality: 0.5, refusal: null, crop: 'SECRET' }],
    largest: 0,
    middle: 0,
    timings: { read: 1, detect: 2, align: 3, embed: 4 },
  },
});

describe('the journal', () => {
  let dir: string;
  beforeEach(() => {
    dir = mkdtempSync(join(tmpdir(), 'facewire-journal-'));
  });
  afterEach(() => rmSync(dir, { recursive: true, force: true }));
  const open = (more: Partial<Parameters<typeof openJournal>[0]> = {}) =>
    openJournal({ dir, model: 'm-1', vault, ...more });
  const write = (...names: string[]) => {
    const journal = open();
    const places = names.map((name) => journal.append(record(name)));
    journal.close();
    return places;
  };
  const files = () => readdirSync(dir).map((name) => join(dir, name));

  it('gives back what runs have written, side by side, each record whole with its crop', () => {
    write('a');
    const [place] = write('b', 'c');
    const journal = open();
    const loaded = journal.load();
    expect([...loaded.keys()].sort()).toEqual(['a', 'b', 'c']);
    const read = journal.read(place as NonNullable<typeof place>);
    expect(read).toEqual(record('b'));
    expect(files()).toHaveLength(2);
  });

  it('passes over a last record that was torn', () => {
    write('a', 'b');
    const [file] = files();
    const whole = readFileSync(file as string);
    appendFileSync(file as string, whole.subarray(0, whole.length - 50));
    expect([...open().load().keys()]).toEqual(['a', 'b']);
  });

  it('cannot be read with another key, nor taken for another model', () => {
    write('a');
    const other = createVault({ key: new Uint8Array(32).fill(8) });
    expect(open({ vault: other }).load().size).toBe(0);
    expect(open({ model: 'm-2' }).load().size).toBe(0);
    expect(readFileSync(files()[0] as string).includes('SECRET')).toBe(false);
  });

  it('forgets after a day, and at once when told to', () => {
    write('a');
    const yesterday = new Date(Date.now() - 25 * 3600_000);
    utimesSync(files()[0] as string, yesterday, yesterday);
    write('b');
    expect([...open().load().keys()]).toEqual(['b']);
    expect(files()).toHaveLength(1);
    expect(open({ fresh: true }).load().size).toBe(0);
    expect(files()).toHaveLength(0);
  });
});
