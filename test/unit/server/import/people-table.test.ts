import { describe, expect, it } from 'vitest';
import { readPeopleTable } from '../../../../server/import/people-table.ts';

function read(text: string) {
  const problems: string[] = [];
  const onProblem = (subject: string, message: string) => void problems.push(`${subject} ${message}`);
  return { rows: readPeopleTable({ text, origin: 'people.csv', onProblem }), problems };
}

describe('a table of people', () => {
  it('is read with commas, semicolons or tabs, quotes, a byte order mark and columns in any order', () => {
    const expected = [
      { line: 2, name: 'Archer, Ann', externalId: 'E-1', consent: true, files: ['a/1.jpg', 'b.jpg'] },
      { line: 3, name: 'Bea', externalId: undefined, consent: undefined, files: [] },
    ];
    expect(
      read('\ufeffName,External ID,Consent,Files\r\n"Archer, Ann",E-1,yes,a/1.jpg|b.jpg\r\nBea,,,\r\n').rows,
    ).toEqual(expected);
    expect(
      read('consent;photos;name;external_id\nTRUE;a/1.jpg| b.jpg;Archer, Ann;E-1\n;;Bea;\n\n').rows,
    ).toEqual(expected);
    expect(read('NAME\tid\tagreed\tfiles\nArcher, Ann\tE-1\t1\ta/1.jpg;b.jpg\nBea').rows).toEqual(expected);
  });

  it('leaves out rows that cannot be read, and names each', () => {
    const { rows, problems } = read(`name,consent\n,yes\nAnn,perhaps\n${'x'.repeat(201)},\nBea,no`);
    expect(rows).toEqual([{ line: 5, name: 'Bea', externalId: undefined, consent: false, files: [] }]);
    expect(problems).toEqual([
      'people.csv:2 is left out: the name is empty.',
      'people.csv:3 is left out: the consent is none of yes, no, true, false, 1, 0 or empty.',
      'people.csv:4 is left out: the name is longer than 200 characters.',
    ]);
  });

  it('is refused as a whole without a column of names, or with a quote that never ends', () => {
    expect(() => read('who,what\nAnn,1')).toThrow(/no column “name”.*who, what.*Accepted are name/);
    expect(() => read('name\n"Ann')).toThrow(/people\.csv cannot be read as CSV/);
  });
});
