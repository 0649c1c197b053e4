/** Milliseconds sorted into the figures that a bench prints. */
export type Summary = { n: number; p50: number; p95: number; p99: number; mean: number };

export function summarise(values: readonly number[]): Summary {
  const sorted = [...values].sort((a, b) => a - b);
  const at = (q: number) => sorted[Math.min(sorted.length - 1, Math.floor(q * sorted.length))] ?? Number.NaN;
  const mean = sorted.reduce((sum, value) => sum + value, 0) / sorted.length;
  return { n: sorted.length, p50: at(0.5), p95: at(0.95), p99: at(0.99), mean };
}

/** Prints rows as a table with aligned columns; numbers to the right. */
export function printTable(title: string, rows: readonly Record<string, string | number>[]): void {
  const columns = Object.keys(rows[0] ?? {});
  const cell = (value: string | number | undefined) =>
    typeof value === 'number' ? inFigures(value) : (value ?? '');
  const widths = columns.map((name) => Math.max(name.length, ...rows.map((row) => cell(row[name]).length)));
  const line = (cells: readonly string[], right: readonly boolean[]) =>
    cells
      .map((text, i) => (right[i] ? text.padStart(widths[i] ?? 0) : text.padEnd(widths[i] ?? 0)))
      .join('  ');
  const right = columns.map((name) => typeof rows[0]?.[name] === 'number');
  console.log(`\n${title}\n${line(columns, right)}\n${widths.map((width) => '─'.repeat(width)).join('  ')}`);
  for (const row of rows)
    console.log(
      line(
        columns.map((name) => cell(row[name])),
        right,
      ),
    );
}

function inFigures(value: number): string {
  if (Number.isNaN(value)) return '–';
  return value.toFixed(Math.abs(value) >= 100 ? 0 : 2);
}
