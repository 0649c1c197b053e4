import type { Matrix } from './impostor-scores.ts';

/** Embeddings one after the other, in memory that threads share. */
export function matrixOf(rows: readonly Float32Array[], columns: number): Matrix {
  const values = new Float32Array(new SharedArrayBuffer(rows.length * columns * 4));
  for (const [i, row] of rows.entries()) values.set(row, i * columns);
  return { values, columns };
}
