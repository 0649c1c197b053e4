import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { buildDataset, EvaluationError } from '../../../../server/evaluation/dataset/dataset.ts';
import { parsePairFile } from '../../../../server/evaluation/dataset/pair-file.ts';
import type { PersonFolder } from '../../../../server/evaluation/dataset/people-folder.ts';
import { Problems } from '../../../../server/evaluation/dataset/problems.ts';

function parse(text: string) {
  const problems = new Problems();
  return { pairs: parsePairFile({ text, origin: 'pairs.txt', problems }), problems: problems.summary() };
}

function person(name: string, ...files: string[]): PersonFolder {
  const photos = files.map((file) => ({
    key: `${name}/${file}`,
    path: `${name}/${file}`,
    read: async () => new Uint8Array(),
  }));
  return { name, photos };
}

describe('a list of pairs', () => {
  it('is read with tabs or spaces, with a byte order mark, Windows lines, and with or without its first line', () => {
    const same = { same: true, a: { name: 'Ann', number: 1 }, b: { name: 'Ann', number: 3 } };
    const different = { same: false, a: { name: 'Ann', number: 1 }, b: { name: 'Bob', number: 12 } };
    for (const text of [
      'Ann\t1\t3\nAnn\t1\tBob\t12\n',
      'Ann 1 3\r\nAnn   1 Bob 0012\r\n',
      '\uFEFF1\nAnn\t1\t3\n\nAnn\t1\tBob\t12',
    ]) {
      const { pairs, problems } = parse(text);
      expect(pairs).toMatchObject([same, different]);
      expect(problems.total).toBe(0);
    }
    // A name may hold spaces where tabs stand between.
    expect(parse('Ann Archer\t1\t2').pairs[0]?.a.name).toBe('Ann Archer');
  });

  it('of ten folds tells each pair’s fold, also when a line is malformed', () => {
    const block = (n: number) => [`A${n}\t1\t2`, `A${n}\t1\t3`, `A${n}\t1\tB\t1`, `A${n}\t2\tB\t2`];
    const lines = ['3\t2', ...[0, 1, 2].flatMap(block)];
    expect(parse(lines.join('\n')).pairs.map(({ fold }) => fold)).toEqual([
      0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2,
    ]);
    lines[2] = 'broken';
    const { pairs, problems } = parse(lines.join('\n'));
    expect(pairs.map(({ fold }) => fold)).toEqual([0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2]);
    expect(problems.listed[0]).toMatchObject({ kind: 'malformed-line', subject: 'pairs.txt:3' });
  });

  it('names lines that are no pair, and a first line that promises another number', () => {
    const { pairs, problems } = parse('5\nAnn\t1\nAnn\tone\ttwo\nAnn\t1\t2\t3\t4\nAnn\t1\t2');
    expect(pairs).toHaveLength(1);
    expect(problems.listed.map(({ subject }) => subject)).toEqual([
      'pairs.txt:2',
      'pairs.txt:3',
      'pairs.txt:4',
      'pairs.txt:1',
    ]);
  });

  it('of any text throws nothing', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        parse(text);
      }),
    );
  });

  it('of a million broken lines makes a short list', () => {
    const { problems } = parse('x\n'.repeat(100_000));
    expect(problems).toMatchObject({ total: 100_000, byKind: { 'malformed-line': 100_000 } });
    expect(problems.listed.length).toBeLessThan(50);
  });
});

describe('a dataset', () => {
  const build = (input: Partial<Parameters<typeof buildDataset>[0]>) => {
    const problems = new Problems();
    const dataset = buildDataset({ images: [], pairs: [], train: [], openSet: [], problems, ...input });
    return { ...dataset, summary: problems.summary() };
  };
  const pairsOf = (text: string) => parse(text).pairs;

  it('finds the pairs’ photos whatever their ending, and takes each photo once', () => {
    const people = [person('Ann', 'Ann_0001.jpg', 'Ann_0002.PNG'), person('Bob', 'Bob_0001.webp')];
    const { photos, pairs, openSet } = build({
      images: people,
      pairs: pairsOf('Ann 1 2\nAnn 1 Bob 1'),
      openSet: people,
    });
    expect(photos).toHaveLength(3);
    expect(pairs).toEqual([
      { same: true, a: 0, b: 1 },
      { same: false, a: 0, b: 2 },
    ]);
    expect(openSet).toEqual([
      { name: 'Ann', photos: [0, 1] },
      { name: 'Bob', photos: [2] },
    ]);
  });

  it('names each missing photo once and keeps the other pairs', () => {
    const { pairs, summary } = build({
      images: [person('Ann', 'Ann_0001.jpg', 'Ann_0002.jpg')],
      pairs: pairsOf('Ann 1 2\nAnn 1 9\nAnn 2 9'),
    });
    expect(pairs).toHaveLength(1);
    expect(summary.listed).toMatchObject([{ kind: 'missing-image', subject: 'Ann/Ann_0009' }]);
  });

  it('leaves out people whose names are one name, and empty folders', () => {
    const { openSet, summary } = build({
      openSet: [
        person('Ann', '1.jpg'),
        person('Bob', '1.jpg'),
        person('ann', '2.jpg'),
        person('Zoë'.normalize('NFC'), '1.jpg'),
        person('Zoë'.normalize('NFD'), '1.jpg'),
        person('Cid'),
        person('Dan', '1.jpg'),
      ],
    });
    expect(openSet.map(({ name }) => name)).toEqual(['Bob', 'Dan']);
    expect(summary.byKind).toEqual({ 'same-name': 4, 'empty-folder': 1 });
  });

  it('without a pair and without two people is an error that says what is expected', () => {
    expect(() => build({ openSet: [person('Ann', '1.jpg')] })).toThrow(EvaluationError);
    expect(() => build({ pairs: pairsOf('Ann 1 2') })).toThrow(/Ann\/Ann_0001 is named by a pair/);
  });
});
