/**
 * Weights, or what was learnt since a version, as one file that servers, workers and browsers read alike:
 *
 *     offset  size  what
 *     0       4     "FWCK"
 *     4       4     version of the format, uint32: 2
 *     8       4     length of the header, uint32
 *     12      n     header, JSON in UTF-8 (`headerSchema`)
 *     12 + n        the tensors' values, one after the other, in the header's order, in ONNX's layout
 *     end − 32 32   SHA-256 of everything before; in hexadecimal it is the checkpoint's id
 *
 * Numbers are little-endian; how values are stored is told in values.ts.
 */
import { z } from 'zod';
import { bytesOf, DTYPES, decodeValues, encodeValues, scaleOf } from './values.ts';

/** The bytes are not a checkpoint, or not one that fits. */
export class CheckpointError extends Error {
  override readonly name = 'CheckpointError';
  readonly code = 'checkpoint-invalid';
}

const MAGIC = 0x4b435746; // "FWCK" as a little-endian uint32
const VERSION = 2;
const START = 12;
const DIGEST = 32;
/** Of the whole file; the default embedder's weights are 5.2 MB. */
export const MOST_CHECKPOINT_BYTES = 32 * 1024 * 1024;
const MOST_HEADER_BYTES = 256 * 1024;

const id = z.string().regex(/^[0-9a-f]{64}$/);
const headerSchema = z.strictObject({
  /** `delta`: to be added to the parent's values. */
  kind: z.enum(['weights', 'delta']),
  dtype: z.enum(DTYPES),
  /** SHA-256 of the ONNX file whose parameters these are. */
  model: id,
  /** Id of the checkpoint that this one was learnt from; null for the model's own weights. */
  parent: id.nullable(),
  tensors: z
    .array(
      z.strictObject({
        name: z.string().min(1).max(300),
        dims: z.array(z.int().min(1).max(1_000_000)).max(8),
        /** Of its values, where they are stored in fewer than 32 bits. */
        scale: z.number().positive().max(1e6).optional(),
      }),
    )
    .min(1)
    .max(1000),
});
type Header = z.infer<typeof headerSchema>;

export type Tensors = ReadonlyMap<string, { readonly dims: readonly number[]; readonly data: Float32Array }>;
export type Checkpoint = Pick<Header, 'kind' | 'dtype' | 'model' | 'parent'> & {
  readonly id: string;
  readonly tensors: Tensors;
};

/**
 * @returns the file and its id
 * @throws CheckpointError when a value is not finite or a tensor does not have the length its shape says
 */
export async function writeCheckpoint(
  checkpoint: Omit<Checkpoint, 'id'>,
): Promise<{ bytes: Uint8Array<ArrayBuffer>; id: string }> {
  const { kind, dtype, model, parent, tensors } = checkpoint;
  const scales = [...tensors].map(([name, { dims, data }]) => {
    if (data.length !== sizeOf(dims))
      throw wrong(`"${name}" holds ${data.length} values; its shape needs ${sizeOf(dims)}`);
    if (!data.every(Number.isFinite)) throw wrong(`"${name}" holds a value that is not finite`);
    return scaleOf(dtype, data);
  });
  const header: Header = {
    kind,
    dtype,
    model,
    parent,
    tensors: [...tensors].map(([name, { dims }], i) => {
      const scale = scales[i];
      return { name, dims: [...dims], ...(scale === undefined ? {} : { scale }) };
    }),
  };
  const json = new TextEncoder().encode(JSON.stringify(header));
  const values = [...tensors.values()].reduce((sum, { data }) => sum + bytesOf(dtype, data.length), 0);
  const bytes = new Uint8Array(START + json.length + values + DIGEST);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, MAGIC, true);
  view.setUint32(4, VERSION, true);
  view.setUint32(8, json.length, true);
  bytes.set(json, START);
  let at = START + json.length;
  for (const [i, { data }] of [...tensors.values()].entries()) {
    encodeValues({ dtype, data, scale: scales[i] ?? 1, view, at });
    at += bytesOf(dtype, data.length);
  }
  const digest = await sha256(bytes.subarray(0, at));
  bytes.set(digest, at);
  return { bytes, id: hex(digest) };
}

/** What a checkpoint must be to be taken. */
export type Expected = {
  readonly kind: Checkpoint['kind'];
  readonly model: string;
  /** Exactly these tensors, with these shapes. */
  readonly shapes: ReadonlyMap<string, readonly number[]>;
};

/**
 * Reads and checks a checkpoint. Nothing of it is used before length, digest, shapes and values are known to be right.
 * @throws CheckpointError saying what is wrong
 */
export async function readCheckpoint(bytes: Uint8Array, expected: Expected): Promise<Checkpoint> {
  const view = openFile(bytes);
  const headerBytes = view.getUint32(8, true);
  const body = bytes.length - DIGEST;
  const digest = hex(await sha256(bytes.slice(0, body)));
  if (digest !== hex(bytes.subarray(body)))
    throw wrong('its SHA-256 does not fit: it was damaged or changed');

  const header = readHeader(bytes.subarray(START, START + headerBytes));
  if (header.kind !== expected.kind) throw wrong(`it holds ${header.kind}; ${expected.kind} was expected`);
  if (header.model !== expected.model) throw wrong(`it belongs to the model ${header.model}`);
  const names = new Set(header.tensors.map(({ name }) => name));
  if (names.size !== header.tensors.length || names.size !== expected.shapes.size) {
    throw wrong(
      `it holds ${header.tensors.length} tensors; ${expected.shapes.size} different ones are expected`,
    );
  }
  for (const { name, dims, scale } of header.tensors) {
    const shape = expected.shapes.get(name);
    if (!shape || shape.join() !== dims.join())
      throw wrong(`"${name}" with shape ${dims.join('×')} is not expected`);
    if ((header.dtype === 'f32') === (scale !== undefined))
      throw wrong(`"${name}" must have a scale unless its values are f32`);
  }
  const values = header.tensors.reduce((sum, { dims }) => sum + bytesOf(header.dtype, sizeOf(dims)), 0);
  if (START + headerBytes + values !== body) throw wrong('its length does not fit its shapes');

  const tensors = new Map<string, { dims: readonly number[]; data: Float32Array }>();
  let at = START + headerBytes;
  for (const { name, dims, scale = 1 } of header.tensors) {
    const data = decodeValues({ dtype: header.dtype, length: sizeOf(dims), scale, view, at });
    at += bytesOf(header.dtype, data.length);
    if (!data.every(Number.isFinite)) throw wrong(`"${name}" holds a value that is not finite`);
    tensors.set(name, { dims, data });
  }
  const { kind, dtype, model, parent } = header;
  return { id: digest, kind, dtype, model, parent, tensors };
}

/**
 * The id of the checkpoint that one was learnt from, to find out what to read before it; nothing else is checked.
 * @throws CheckpointError when the header cannot be read
 */
export function parentOf(bytes: Uint8Array): string | null {
  const headerBytes = openFile(bytes).getUint32(8, true);
  return readHeader(bytes.subarray(START, START + headerBytes)).parent;
}

/** Checks what stands before the header. */
function openFile(bytes: Uint8Array): DataView {
  if (bytes.length < START + DIGEST || bytes.length > MOST_CHECKPOINT_BYTES) {
    throw wrong(`it has ${bytes.length} bytes; ${START + DIGEST} to ${MOST_CHECKPOINT_BYTES} are accepted`);
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (view.getUint32(0, true) !== MAGIC) throw wrong('it does not begin with "FWCK"');
  const version = view.getUint32(4, true);
  if (version !== VERSION) throw wrong(`it has version ${version}; ${VERSION} is understood`);
  const headerBytes = view.getUint32(8, true);
  if (headerBytes > MOST_HEADER_BYTES || START + headerBytes + DIGEST > bytes.length)
    throw wrong('it is cut off');
  return view;
}

function readHeader(json: Uint8Array): Header {
  let value: unknown;
  try {
    value = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(json));
  } catch (cause) {
    throw new CheckpointError('This is no checkpoint that can be used: its header is not JSON.', { cause });
  }
  const parsed = headerSchema.safeParse(value);
  if (!parsed.success) throw wrong(`its header is not valid: ${z.prettifyError(parsed.error).slice(0, 500)}`);
  return parsed.data;
}

function wrong(what: string): CheckpointError {
  return new CheckpointError(`This is no checkpoint that can be used: ${what}.`);
}

function sizeOf(dims: readonly number[]): number {
  return dims.reduce((product, size) => product * size, 1);
}

async function sha256(bytes: Uint8Array<ArrayBuffer>): Promise<Uint8Array> {
  return new Uint8Array(await crypto.subtle.digest('SHA-256', bytes));
}

function hex(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}
