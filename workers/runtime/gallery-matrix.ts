const FIRST_CAPACITY = 64;

/**
 * The templates of all people as one contiguous float32 matrix, a row for each person in no
 * particular order: the form in which they are compared with a probe.
 */
export class GalleryMatrix {
  readonly #columns: number;
  readonly #rowOf = new Map<string, number>();
  #ids: string[] = [];
  #data: Float32Array;

  /** @param options.columns length of a template */
  constructor(options: { columns: number }) {
    this.#columns = options.columns;
    this.#data = new Float32Array(FIRST_CAPACITY * options.columns);
  }

  get size(): number {
    return this.#ids.length;
  }

  /** A view of the rows in use, `[size, columns]`; the next change may move them. */
  get rows(): Float32Array {
    return this.#data.subarray(0, this.size * this.#columns);
  }

  /** @throws {RangeError} when there is no such row */
  idAt(row: number): string {
    const id = this.#ids[row];
    if (id === undefined) throw new RangeError(`The gallery has ${this.size} rows, but no row ${row}.`);
    return id;
  }

  /** @throws {RangeError} when the template has another length than `columns` */
  upsert(id: string, template: Float32Array): void {
    if (template.length !== this.#columns) {
      throw new RangeError(`A template has ${template.length} numbers; the model gives ${this.#columns}.`);
    }
    let row = this.#rowOf.get(id);
    if (row === undefined) {
      row = this.#ids.push(id) - 1;
      this.#rowOf.set(id, row);
      this.#grow();
    }
    this.#data.set(template, row * this.#columns);
  }

  /** Moves the last row into the gap. A person who is not there is no error. */
  remove(id: string): void {
    const row = this.#rowOf.get(id);
    const last = this.#ids.pop();
    if (row === undefined || last === undefined) {
      if (last !== undefined) this.#ids.push(last);
      return;
    }
    this.#rowOf.delete(id);
    const from = this.#ids.length * this.#columns;
    if (last !== id) {
      this.#data.copyWithin(row * this.#columns, from, from + this.#columns);
      this.#ids[row] = last;
      this.#rowOf.set(last, row);
    }
    // A removed template is not to linger in memory.
    this.#data.fill(0, from, from + this.#columns);
  }

  clear(): void {
    this.#data.fill(0);
    this.#data = new Float32Array(FIRST_CAPACITY * this.#columns);
    this.#ids = [];
    this.#rowOf.clear();
  }

  #grow(): void {
    const needed = this.size * this.#columns;
    if (needed <= this.#data.length) return;
    const larger = new Float32Array(Math.max(needed, this.#data.length * 2));
    larger.set(this.#data);
    this.#data.fill(0);
    this.#data = larger;
  }
}
