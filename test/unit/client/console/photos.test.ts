import { describe, expect, it } from 'vitest';
import { acceptFiles } from '../../../../client/console/photos.ts';
import { LIMITS } from '../../../../protocol/rest.ts';

const file = (name: string, type: string, size = 10) => {
  const made = new File(['x'], name, { type });
  Object.defineProperty(made, 'size', { value: size });
  return made;
};

describe('acceptFiles', () => {
  it('takes pictures, and files of no stated type, which may be HEIC', () => {
    const files = [file('a.jpg', 'image/jpeg'), file('b.heic', '')];
    expect(acceptFiles(files, 5)).toEqual({ accepted: files, refusals: [] });
  });

  it('names a file that is not a picture', () => {
    const { accepted, refusals } = acceptFiles([file('notes.txt', 'text/plain')], 5);
    expect(accepted).toEqual([]);
    expect(refusals[0]).toContain('notes.txt is not a picture');
  });

  it('names a photo that is too large, with the most that is accepted', () => {
    const { accepted, refusals } = acceptFiles([file('big.png', 'image/png', LIMITS.photoBytes + 1)], 5);
    expect(accepted).toEqual([]);
    expect(refusals[0]).toBe('big.png is larger than 15.0 MB. Use a smaller photo.');
  });

  it('takes the first ones when there is not room for all, and says so', () => {
    const files = ['a', 'b', 'c'].map((name) => file(name, 'image/png'));
    const { accepted, refusals } = acceptFiles(files, 2);
    expect(accepted.map(({ name }) => name)).toEqual(['a', 'b']);
    expect(refusals).toHaveLength(1);
  });
});
