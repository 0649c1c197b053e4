import { describe, expect, it } from 'vitest';
import { listPeople, plainPath } from '../../../../server/import/people-list.ts';
import type { PersonRow } from '../../../../server/import/people-table.ts';

function list(paths: string[], rows: Partial<PersonRow>[] = []) {
  const problems: string[] = [];
  const people = listPeople({
    paths,
    rows: rows.map((row, i) => ({
      line: i + 2,
      name: 'Ann',
      externalId: undefined,
      consent: undefined,
      files: [],
      ...row,
    })),
    onProblem: (subject, message) => void problems.push(`${subject} ${message}`),
  });
  return { people, problems };
}

describe('the list of an import', () => {
  it('names people by their folders', () => {
    const { people, problems } = list([
      'Bea/2.png',
      'Team/Ann_Archer/1.jpg',
      'Bea/1.JPG',
      'loose.jpg',
      'Bea/x.txt',
    ]);
    expect(people).toEqual([
      {
        key: 'Bea',
        name: 'Bea',
        externalId: undefined,
        consent: undefined,
        photos: ['Bea/1.JPG', 'Bea/2.png'],
      },
      {
        key: 'Team/Ann_Archer',
        name: 'Ann Archer',
        externalId: undefined,
        consent: undefined,
        photos: ['Team/Ann_Archer/1.jpg'],
      },
    ]);
    expect(problems).toEqual(['loose.jpg lies beside the folders of people, and no row names it.']);
  });

  it('gives a row the photos that it names, or those of the folder called like it', () => {
    const paths = ['E-7/1.jpg', 'bea_b/1.jpg', 'photos/c.jpg', 'photos/d.jpg', 'Dan/1.jpg'];
    const { people } = list(paths, [
      { name: 'Ann', externalId: 'E-7' },
      { name: 'Bea B', consent: true },
      { name: 'Cid', files: ['photos/c.jpg'] },
      { name: 'Eve', files: ['./photos'] },
      { name: 'Nobody' },
    ]);
    expect(people.map(({ key, name, photos }) => [key, name, photos])).toEqual([
      ['E-7', 'Ann', ['E-7/1.jpg']],
      ['bea_b', 'Bea B', ['bea_b/1.jpg']],
      ['photos', 'Cid', ['photos/c.jpg']],
      ['Nobody', 'Nobody', []],
      ['Dan', 'Dan', ['Dan/1.jpg']],
    ]);
  });

  it('passes over what leads out of the folder or is not there, and says so', () => {
    const { people, problems } = list(
      ['Ann/1.jpg'],
      [{ files: ['../secret.jpg', '/etc/passwd', 'Ann/../../x.jpg', 'C:\\x.jpg', 'gone.jpg', 'Ann/1.jpg'] }],
    );
    expect(people[0]?.photos).toEqual(['Ann/1.jpg']);
    expect(problems.filter((text) => text.includes('leads out of the folder'))).toHaveLength(4);
    expect(problems.at(-1)).toBe('Ann (line 2) names “gone.jpg”, which is not there.');
  });

  it('takes only the first of people who cannot be told from one another', () => {
    const rows = [{ externalId: 'E-1' }, { name: 'Bea', externalId: 'E-1' }];
    const { people, problems } = list([], rows);
    expect(people.map(({ name }) => name)).toEqual(['Ann']);
    expect(problems[0]).toContain('has the same key “E-1” as Ann');
  });

  it.each(['', '..', 'a/../b', '/a', 'a//b', 'a\\..\\b', 'a\u0000b'])('takes %j for no path', (path) => {
    expect(plainPath(path)).toBeUndefined();
  });
});
