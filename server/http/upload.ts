import type { Request, RequestHandler } from 'express';
import multer, { MulterError, type StorageEngine } from 'multer';
import { FacewireError } from '../../protocol/errors.ts';
import { LIMITS } from '../../protocol/rest.ts';
import type { UploadedPhoto } from '../people/analyse-all.ts';

/** Bytes of uploads that are held in memory at once, all requests together. */
const MEMORY_BYTES = 4 * LIMITS.requestBytes;
/** What a form is besides its photos. */
const FORM_OVERHEAD_BYTES = 64 * 1024;

type FileField = { name: string; maxCount: number };

/** Takes multipart forms with photos into memory, within bounds on each photo, each request and all of them together. */
export type Uploads = { photos(fields: FileField[]): RequestHandler };

export function createUploads(): Uploads {
  let reserved = 0;
  const sizes = new WeakMap<Request, number>();

  /** Counts a request's photos as they come: a length need not be announced, and may be a lie. */
  const storage: StorageEngine = {
    _handleFile(request, file, callback) {
      const chunks: Buffer[] = [];
      file.stream.on('data', (chunk: Buffer) => {
        const total = (sizes.get(request) ?? 0) + chunk.length;
        sizes.set(request, total);
        if (total > LIMITS.requestBytes) file.stream.destroy(tooLarge());
        else chunks.push(chunk);
      });
      file.stream.once('error', callback);
      file.stream.once('end', () => callback(null, { buffer: Buffer.concat(chunks) }));
    },
    _removeFile(_request, file, callback) {
      file.buffer = Buffer.alloc(0);
      callback(null);
    },
  };
  const forms = multer({
    storage,
    defParamCharset: 'utf8',
    limits: {
      fileSize: LIMITS.photoBytes,
      files: LIMITS.photosPerRequest,
      fields: 10,
      fieldNameSize: 100,
      fieldSize: 4096,
      parts: LIMITS.photosPerRequest + 10,
      headerPairs: 20,
    },
  });

  return {
    photos(fields) {
      const parse = forms.fields(fields);
      return (request, response, next) => {
        if (!request.is('multipart/form-data')) {
          throw new FacewireError(
            'bad-request',
            'Send the photos as multipart/form-data; /docs has examples.',
          );
        }
        const announced = Number(request.get('content-length') ?? Number.NaN);
        if (announced > LIMITS.requestBytes + FORM_OVERHEAD_BYTES) throw tooLarge();
        const size = Number.isNaN(announced) ? LIMITS.requestBytes : announced;
        if (reserved + size > MEMORY_BYTES) {
          throw new FacewireError(
            'rate-limited',
            'Other uploads fill the memory set aside for them. Try again soon.',
            {
              details: { retryAfter: 2 },
            },
          );
        }
        reserved += size;
        response.once('close', () => {
          reserved -= size;
        });
        parse(request, response, (error: unknown) => next(error && unreadable(error)));
      };
    },
  };
}

/** The photos of a form, in the order in which they came. */
export function photosOf(request: Request, ...fields: string[]): UploadedPhoto[] {
  const files = (request.files ?? {}) as Record<string, Express.Multer.File[]>;
  return fields.flatMap((field) =>
    (files[field] ?? []).map(({ originalname, buffer }) => ({
      filename: originalname.slice(0, 200),
      bytes: buffer,
    })),
  );
}

/** The same, of a form that must have some. @throws {FacewireError} `validation` */
export function somePhotosOf(request: Request, field: string): UploadedPhoto[] {
  const photos = photosOf(request, field);
  if (photos.length > 0) return photos;
  const message = `holds no file; send 1 to ${LIMITS.photosPerRequest}`;
  throw new FacewireError('validation', `The field ${field} ${message}.`, {
    details: { errors: [{ field, message }] },
  });
}

/** Besides multer's own, the form's parser throws plain errors: a form cut off, without a boundary, malformed. */
function unreadable(error: unknown): unknown {
  if (error instanceof FacewireError || error instanceof MulterError) return error;
  const reason = error instanceof Error ? error.message : String(error);
  return new FacewireError('bad-request', `The form cannot be read: ${reason}. It may have been cut off.`, {
    cause: error,
  });
}

function tooLarge(): FacewireError {
  const megabytes = LIMITS.requestBytes / 1024 / 1024;
  return new FacewireError(
    'too-large',
    `The photos of one request may have ${megabytes} MB together. Send fewer at once, or smaller versions.`,
  );
}
