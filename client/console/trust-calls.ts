import { galleryCheckResponseSchema, operatingPointResponseSchema } from '../../protocol/operating-point.ts';
import { verifyResponseSchema } from '../../protocol/rest.ts';
import { call } from './api.ts';

const UPLOAD_LIMIT_MS = 180_000;
/** Thousands of people are compared in some seconds. */
const CHECK_LIMIT_MS = 120_000;

export const getOperatingPoint = () => call('/operating-point', operatingPointResponseSchema);

export function setFpir(fpir: number) {
  return call('/operating-point', operatingPointResponseSchema, { method: 'PUT', body: { fpir } });
}

export const checkGallery = () =>
  call('/gallery-check', galleryCheckResponseSchema, { limitMs: CHECK_LIMIT_MS });

/** @param input.faces for photos with several faces: 0 or 1 → position of the face */
export function verify(input: { a: File; b: File; fmr: number; faces: Readonly<Record<number, number>> }) {
  const form = new FormData();
  form.set('a', input.a, input.a.name);
  form.set('b', input.b, input.b.name);
  form.set('fmr', String(input.fmr));
  if (Object.keys(input.faces).length > 0) form.set('faces', JSON.stringify(input.faces));
  return call('/verify', verifyResponseSchema, { method: 'POST', body: form, limitMs: UPLOAD_LIMIT_MS });
}
