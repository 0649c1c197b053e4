import { expect, test } from 'vitest';
import { csvLine } from '../../../../server/sightings/csv.ts';

test.each([
  [['a', 1, undefined], 'a,1,\r\n'],
  [['Doe, Ann', 'the "boss"', 'two\nlines'], '"Doe, Ann","the ""boss""","two\nlines"\r\n'],
  [['=1+1', '@x', '-3', '+4'], "'=1+1,'@x,'-3,'+4\r\n"],
  [[-0.5], '-0.5\r\n'],
])('%j', (cells, line) => {
  expect(csvLine(cells)).toBe(line);
});
