import type { Problems } from './problems.ts';

/** A photo as a pair file names it: NAME/NAME_NNNN. */
export type NamedPhoto = { name: string; number: number };
export type NamedPair = { same: boolean; a: NamedPhoto; b: NamedPhoto; fold?: number; line: number };

/**
 * Reads a list of pairs as LFW has them: `NAME i j` for two photos of one person, `NAME1 i NAME2 j` for two people,
 * with tabs or spaces between. A first line of one number, how many pairs of each kind follow (View 1), and one of
 * two numbers, folds and pairs of each kind in a fold (View 2), are understood; neither is needed.
 * @param origin the file's name, for the list of problems
 */
export function parsePairFile(input: { text: string; origin: string; problems: Problems }): NamedPair[] {
  const { origin, problems } = input;
  const lines = input.text.replace(/^\uFEFF/, '').split(/\r\n|\n|\r/);
  const header = /^\s*(\d+)(?:\s+(\d+))?\s*$/.exec(lines[0] ?? '');
  const pairs: NamedPair[] = [];
  for (const [i, line] of lines.entries()) {
    if (line.trim() === '' || (header && i === 0)) continue;
    const pair = parseLine(line);
    if (pair) pairs.push({ ...pair, line: i + 1 });
    else {
      const message =
        'is no pair. Accepted are "NAME i j" and "NAME1 i NAME2 j", with tabs or spaces between, and numbers from 0.';
      problems.add('malformed-line', `${origin}:${i + 1}`, `“${line.trim().slice(0, 80)}” ${message}`);
    }
  }
  if (!header) return pairs;
  const [first, second] = [Number(header[1]), header[2] === undefined ? undefined : Number(header[2])];
  const announced = second === undefined ? 2 * first : 2 * first * second;
  const found = lines.slice(1).filter((line) => line.trim() !== '').length;
  if (announced !== found) {
    const message = `announces ${announced} pairs, and ${found} lines follow. All that can be read are used.`;
    problems.add('malformed-line', `${origin}:1`, `The first line ${message}`);
  }
  if (second === undefined || first < 2 || second < 1) return pairs;
  // A malformed line must not shift the folds: they are told by the line.
  const firstLine = lines.findIndex((line, i) => i > 0 && line.trim() !== '') + 1;
  return pairs.map((pair) => ({
    ...pair,
    fold: Math.min(first - 1, Math.floor((pair.line - firstLine) / (2 * second))),
  }));
}

function parseLine(line: string): Omit<NamedPair, 'line'> | undefined {
  const byTab = line.trim().split('\t');
  const parts = (byTab.length > 1 ? byTab : line.trim().split(/\s+/)).map((part) => part.trim());
  const [first = '', i = '', second = '', j] = parts;
  if (!first || !isNumber(i)) return undefined;
  const a = { name: first, number: Number(i) };
  if (parts.length === 3 && isNumber(second)) {
    return { same: true, a, b: { name: first, number: Number(second) } };
  }
  if (parts.length === 4 && second && j !== undefined && isNumber(j)) {
    return { same: false, a, b: { name: second, number: Number(j) } };
  }
  return undefined;
}

function isNumber(text: string): boolean {
  return /^\d{1,6}$/.test(text);
}
