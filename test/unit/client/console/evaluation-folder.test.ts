import { describe, expect, it } from 'vitest';
import { batchesOf, readFolder } from '../../../../client/console/evaluation/folder.ts';

const file = (path: string, size = 10) => ({ path, file: { name: path, size } as File });

describe('a folder that was chosen', () => {
  it('is told in photos, people, lists and the rest; hidden files do not count', () => {
    const files = ['t/Ann/1.jpg', 't/Ann/2.PNG', 't/Bob/1.webp', 't/pairs.txt', 't/x.pdf', 't/Ann/.DS_Store'];
    expect(readFolder(files.map((path) => file(path)))).toMatchObject({
      name: 't',
      people: 2,
      skipped: 1,
      photos: [{}, {}, {}],
      lists: [{}],
      refusal: undefined,
    });
  });

  it.each([
    ['no picture in it', [file('t/x.pdf')], /no picture/],
    ['one person only', [file('t/Ann/1.jpg'), file('t/Ann/2.jpg')], /only one person/],
    ['too many photos', Array.from({ length: 5001 }, (_, i) => file(`t/${i % 9}/${i}.jpg`)), /5,000 photos/],
    ['too many bytes', [file('t/A/1.jpg', 2e9), file('t/B/1.jpg', 2e9)], /at most/],
  ])('with %s is refused with the reason', (_, files, reason) => {
    expect(readFolder(files).refusal).toMatch(reason);
  });

  it('is sent in batches bounded by count, bytes and the length of the paths, in order and whole', () => {
    const files = [
      ...Array.from({ length: 50 }, (_, i) => file(`t/${'ü'.repeat(100)}/${i}.jpg`)),
      ...Array.from({ length: 5 }, (_, i) => file(`t/big/${i}.jpg`, 10 * 1024 * 1024)),
    ];
    const batches = batchesOf(files);
    expect(batches.flat()).toEqual(files);
    for (const batch of batches) {
      expect(batch.length).toBeLessThanOrEqual(20);
      expect(Buffer.byteLength(JSON.stringify(batch.map(({ path }) => path)))).toBeLessThan(4096);
    }
    expect(batches.filter((batch) => batch.some(({ path }) => path.includes('big')))).toHaveLength(5);
  });
});
