import { z } from 'zod';
import {
  createKioskResponseSchema,
  type KioskPolicy,
  kioskSchema,
  kiosksResponseSchema,
} from '../../protocol/kiosks.ts';
import {
  enrollResponseSchema,
  erasureReceiptSchema,
  identifyResponseSchema,
  type LikelyDuplicate,
  linkSchema,
  type PhotoReport,
  peopleResponseSchema,
  problemSchema,
  readinessSchema,
  type verifyResponseSchema,
} from '../../protocol/rest.ts';
import { sightingsResponseSchema } from '../../protocol/sightings.ts';
import type { TrainingReason } from '../../protocol/training-reasons.ts';
import { t } from '../i18n/t.ts';
import { problemText } from './problem-text.ts';

export type EnrollResponse = z.infer<typeof enrollResponseSchema>;
export type IdentifyResponse = z.infer<typeof identifyResponseSchema>;
export type VerifyResponse = z.infer<typeof verifyResponseSchema>;
export type ErasureReceipt = z.infer<typeof erasureReceiptSchema>;
export type Kiosk = z.infer<typeof kioskSchema>;
export type Readiness = z.infer<typeof readinessSchema>;

/** A call that did not succeed. The message is for the person at the page. */
export class ApiError extends Error {
  /** The server's stable code, or `offline` when no answer came, `unexpected` when it was not understood. */
  readonly code: string;
  readonly retryable: boolean;
  readonly fields: Readonly<Record<string, string>>;
  readonly photos: readonly PhotoReport[];
  /** With `likely-duplicate`: whom the photos resemble, best first. */
  readonly people: readonly LikelyDuplicate[];
  /** Why nothing can train now, where that was asked for. */
  readonly reason: TrainingReason | undefined;

  constructor(options: {
    code: string;
    message: string;
    retryable: boolean;
    fields?: Record<string, string>;
    photos?: readonly PhotoReport[] | undefined;
    people?: readonly LikelyDuplicate[] | undefined;
    reason?: TrainingReason | undefined;
  }) {
    super(options.message);
    this.name = 'ApiError';
    this.code = options.code;
    this.retryable = options.retryable;
    this.fields = options.fields ?? {};
    this.photos = options.photos ?? [];
    this.people = options.people ?? [];
    this.reason = options.reason;
  }
}

const CALL_LIMIT_MS = 20_000;
/** Twenty photos of 15 MB over a slow line. */
const UPLOAD_LIMIT_MS = 180_000;

type Call = { method?: string; body?: FormData | object; limitMs?: number; accept?: readonly number[] };

/**
 * Calls the server and parses the answer; 204 gives `undefined`.
 * @throws {ApiError} for problem+json, for an answer of another shape, and when no answer comes
 */
export async function call<T>(path: string, schema: z.ZodType<T>, options: Call = {}): Promise<T> {
  const { method = 'GET', body, limitMs = CALL_LIMIT_MS, accept = [] } = options;
  const json = body !== undefined && !(body instanceof FormData);
  let response: Response;
  let answer: unknown;
  try {
    response = await fetch(path, {
      method,
      credentials: 'same-origin',
      headers: { accept: 'application/json', ...(json ? { 'content-type': 'application/json' } : {}) },
      signal: AbortSignal.timeout(limitMs),
      ...(body === undefined ? {} : { body: json ? JSON.stringify(body) : body }),
    });
    const text = await response.text();
    answer = text === '' ? undefined : parseJson(text);
  } catch (cause) {
    const slow = cause instanceof DOMException && cause.name === 'TimeoutError';
    throw new ApiError({
      code: 'offline',
      message: slow ? t('console.error.slow') : t('console.error.offline'),
      retryable: true,
    });
  }
  if (!response.ok && !accept.includes(response.status)) throw problemOf(response.status, answer);
  const parsed = schema.safeParse(answer);
  if (!parsed.success) {
    throw new ApiError({ code: 'unexpected', message: t('console.error.unexpected'), retryable: true });
  }
  return parsed.data;
}

function problemOf(status: number, answer: unknown): ApiError {
  const problem = problemSchema.safeParse(answer);
  if (!problem.success) {
    return new ApiError({
      code: 'unexpected',
      message: t('console.error.status', { status: String(status) }),
      retryable: status >= 500,
    });
  }
  const { code, title, detail, retryable, errors = [], photos, people, reason } = problem.data;
  return new ApiError({
    code,
    message: problemText(code, detail || title),
    retryable,
    fields: Object.fromEntries(errors.map((error) => [error.field, error.message])),
    photos,
    people,
    reason,
  });
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

export type PhotoUpload = {
  photos: readonly File[];
  /** For photos with several faces: position of the photo → position of the face. */
  faces: Readonly<Record<number, number>>;
};

export function enroll({
  name,
  externalId,
  consent,
  duplicates,
  ...upload
}: {
  name: string;
  externalId: string;
  consent: boolean;
  duplicates: 'refuse' | 'allow';
} & PhotoUpload): Promise<EnrollResponse> {
  const form = new FormData();
  form.set('name', name);
  if (externalId) form.set('externalId', externalId);
  form.set('consent', String(consent));
  if (duplicates === 'allow') form.set('duplicates', duplicates);
  return sendPhotos('/enroll', upload, form);
}

/** Adds photos to a person who is enrolled. */
export function addPhotos(id: string, upload: PhotoUpload): Promise<EnrollResponse> {
  return sendPhotos(`/people/${encodeURIComponent(id)}/photos`, upload, new FormData());
}

function sendPhotos(path: string, { photos, faces }: PhotoUpload, form: FormData): Promise<EnrollResponse> {
  if (Object.keys(faces).length > 0) form.set('faces', JSON.stringify(faces));
  for (const photo of photos) form.append('photos', photo, photo.name);
  return call(path, enrollResponseSchema, { method: 'POST', body: form, limitMs: UPLOAD_LIMIT_MS });
}

/** @param parameters of `peopleQuerySchema` */
export function searchPeople(parameters: URLSearchParams) {
  return call(`/people?${parameters}`, peopleResponseSchema);
}

export function listPeople(query: { q: string; limit: number; offset: number }) {
  const parameters = new URLSearchParams({ limit: String(query.limit), offset: String(query.offset) });
  if (query.q) parameters.set('q', query.q);
  return call(`/people?${parameters}`, peopleResponseSchema);
}

/** @param parameters of `sightingsQuerySchema` */
export function listSightings(parameters: URLSearchParams) {
  return call(`/sightings?${parameters}`, sightingsResponseSchema);
}

export function erasePerson(id: string): Promise<ErasureReceipt> {
  return call(`/people/${encodeURIComponent(id)}`, erasureReceiptSchema, { method: 'DELETE' });
}

export function identify(photos: readonly File[]): Promise<IdentifyResponse> {
  const form = new FormData();
  for (const photo of photos) form.append('photos', photo, photo.name);
  return call('/identify', identifyResponseSchema, { method: 'POST', body: form, limitMs: UPLOAD_LIMIT_MS });
}

export async function listKiosks(): Promise<Kiosk[]> {
  return (await call('/kiosks', kiosksResponseSchema)).kiosks;
}

export function createKiosk(kiosk: { name: string; place: string }) {
  return call('/kiosks', createKioskResponseSchema, { method: 'POST', body: kiosk });
}

/** Makes the kiosk for whose page the code stands. */
export function pairKiosk(kiosk: { code: string; name: string; place: string; policy: KioskPolicy }) {
  return call('/kiosks/pair', kioskSchema, { method: 'POST', body: kiosk });
}

export function changeKiosk(id: string, change: { name?: string; place?: string; policy?: KioskPolicy }) {
  return call(`/kiosks/${encodeURIComponent(id)}`, kioskSchema, { method: 'PATCH', body: change });
}

export async function revokeKiosk(id: string): Promise<void> {
  await call(`/kiosks/${encodeURIComponent(id)}`, z.unknown(), { method: 'DELETE' });
}

/** A one-time link that logs a browser in as a kiosk that exists. */
export function createLink(link: { role: 'kiosk'; kioskId: string }) {
  return call('/auth/links', linkSchema, { method: 'POST', body: link });
}

/** 503 carries the same body: not ready is an answer, not a failure. */
export function readiness(): Promise<Readiness> {
  return call('/readyz', readinessSchema, { accept: [503] });
}

export async function logout(): Promise<void> {
  await call('/auth/logout?client=console', z.unknown(), { method: 'POST' });
}
