import { randomUUID } from 'node:crypto';
import {
  closeSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  readSync,
  rmSync,
  statSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { sealPurposes } from '../../protocol/jobs.ts';
import type { Vault } from '../../vault/vault.ts';

/** Embeddings and crops of an evaluation are kept so long, for a run that goes on. */
const JOURNAL_LIFE_MS = 24 * 3600_000;

const faceSchema = z.object({
  embedding: z.string(),
  liveEmbedding: z.string(),
  quality: z.number(),
  refusal: z.string().nullable(),
  crop: z.string(),
});

/** What the workers said of one photo. */
const photoRecordSchema = z.object({
  sha256: z.string(),
  result: z.discriminatedUnion('outcome', [
    z.object({
      outcome: z.literal('analysed'),
      /** Each once: where the largest is also in the middle there is one. */
      faces: z.array(faceSchema).max(2),
      largest: z.int().nullable(),
      middle: z.int().nullable(),
      timings: z.object({ read: z.number(), detect: z.number(), align: z.number(), embed: z.number() }),
    }),
    z.object({ outcome: z.literal('refused'), message: z.string() }),
  ]),
});
export type PhotoRecord = z.infer<typeof photoRecordSchema>;

/** Where a record lies; its crops are read again when a report shows them. */
export type RecordPlace = { file: string; offset: number; length: number };

/** Length of the sealed record, uint32, before each. */
const HEADER = 4;
const MOST_RECORD_BYTES = 8 * 1024 * 1024;

/**
 * What has been analysed, sealed, on disk: a run that was cut off goes on from there. Each run appends to a file of
 * its own, so that runs side by side never meet; a torn last record is passed over.
 */
export type Journal = {
  /** Everything that earlier runs of this model left, by the photo's SHA-256. */
  load(): Map<string, { record: PhotoRecord; place: RecordPlace }>;
  append(record: PhotoRecord): RecordPlace;
  read(place: RecordPlace): PhotoRecord | undefined;
  close(): void;
};

/**
 * @param input.dir made if it is not there; files older than a day are deleted
 * @param input.model name and checksum: a changed file is another model
 */
export function openJournal(input: { dir: string; model: string; vault: Vault; fresh?: boolean }): Journal {
  const { dir, vault } = input;
  mkdirSync(dir, { recursive: true, mode: 0o700 });
  sweepJournals(dir);
  const prefix = `${input.model.replace(/[^\w.-]/g, '_')}.`;
  const mine = () => readdirSync(dir).filter((name) => name.startsWith(prefix) && name.endsWith('.journal'));
  if (input.fresh) for (const name of mine()) rmSync(join(dir, name), { force: true });

  const file = join(dir, `${prefix}${randomUUID()}.journal`);
  let descriptor: number | undefined;
  let end = 0;
  const unseal = (sealed: Buffer) =>
    photoRecordSchema.parse(JSON.parse(vault.open(sealPurposes.evaluation, sealed).toString('utf8')));

  return {
    load() {
      const records = new Map<string, { record: PhotoRecord; place: RecordPlace }>();
      for (const name of mine()) {
        const path = join(dir, name);
        const bytes = readFileSync(path);
        for (let offset = 0; offset + HEADER <= bytes.length; ) {
          const length = bytes.readUInt32LE(offset);
          const start = offset + HEADER;
          if (length > MOST_RECORD_BYTES || start + length > bytes.length) break;
          try {
            const record = unseal(bytes.subarray(start, start + length));
            records.set(record.sha256, {
              record: withoutCrops(record),
              place: { file: path, offset: start, length },
            });
          } catch {
            break; // Sealed with another key, or torn: nothing behind it can be trusted to begin where it should.
          }
          offset = start + length;
        }
      }
      return records;
    },
    append(record) {
      descriptor ??= openSync(file, 'a', 0o600);
      const sealed = vault.seal(sealPurposes.evaluation, Buffer.from(JSON.stringify(record)));
      const header = Buffer.alloc(HEADER);
      header.writeUInt32LE(sealed.length);
      writeSync(descriptor, Buffer.concat([header, sealed]));
      const place = { file, offset: end + HEADER, length: sealed.length };
      end += HEADER + sealed.length;
      return place;
    },
    read({ file: from, offset, length }) {
      const sealed = Buffer.alloc(length);
      const source = openSync(from, 'r');
      try {
        readSync(source, sealed, 0, length, offset);
        return unseal(sealed);
      } catch {
        return undefined;
      } finally {
        closeSync(source);
      }
    },
    close() {
      if (descriptor !== undefined) closeSync(descriptor);
      descriptor = undefined;
    },
  };
}

/** Crops are most of a record, and are wanted for a few mistakes only. */
function withoutCrops(record: PhotoRecord): PhotoRecord {
  if (record.result.outcome !== 'analysed') return record;
  const faces = record.result.faces.map((face) => ({ ...face, crop: '' }));
  return { ...record, result: { ...record.result, faces } };
}

/** Deletes what is older than a day. */
export function sweepJournals(dir: string, now = Date.now()): void {
  let names: string[];
  try {
    names = readdirSync(dir);
  } catch {
    return; // Nothing was ever evaluated here.
  }
  for (const name of names.filter((one) => one.endsWith('.journal'))) {
    const path = join(dir, name);
    try {
      if (now - statSync(path).mtimeMs > JOURNAL_LIFE_MS) rmSync(path, { force: true });
    } catch {
      // Another run has deleted it.
    }
  }
}
