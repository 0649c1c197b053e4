import { z } from 'zod';
import {
  type Evaluation,
  evaluationSchema,
  evaluationsResponseSchema,
  uploadReceiptSchema,
} from '../../../protocol/evaluation.ts';
import { ApiError, call } from '../api.ts';
import { batchesOf, type Folder, type FolderFile } from './folder.ts';

const UPLOAD_LIMIT_MS = 180_000;
const AT_ONCE = 2;
const TRIES = 4;
const RETRY_MS = 1000;

export async function listEvaluations() {
  return (await call('/evaluations', evaluationsResponseSchema)).evaluations;
}

export function getEvaluation(id: string): Promise<Evaluation> {
  return call(`/evaluations/${encodeURIComponent(id)}`, evaluationSchema);
}

export async function removeEvaluation(id: string): Promise<void> {
  await call(`/evaluations/${encodeURIComponent(id)}`, z.unknown(), { method: 'DELETE' });
}

/**
 * Makes an evaluation, uploads the folder in small batches, and starts it.
 * @param options.onCreated told its id, so that it can be cancelled
 * @param options.onUploaded told how many photos have arrived
 * @throws {ApiError}
 */
export async function runOnFolder(options: {
  name: string;
  face: 'middle' | 'largest';
  folder: Folder;
  onCreated: (id: string) => void;
  onUploaded: (count: number) => void;
}): Promise<Evaluation> {
  const { name, face, folder } = options;
  const { id } = await call('/evaluations', evaluationSchema, { method: 'POST', body: { name, face } });
  options.onCreated(id);
  let uploaded = 0;
  const waiting = batchesOf([...folder.lists, ...folder.photos]).values();
  const lane = async () => {
    for (const batch of waiting) {
      await sendBatch(id, batch);
      uploaded += batch.length;
      options.onUploaded(Math.min(uploaded, folder.photos.length));
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, lane));
  return call(`/evaluations/${encodeURIComponent(id)}/start`, evaluationSchema, { method: 'POST' });
}

async function sendBatch(id: string, batch: readonly FolderFile[]): Promise<void> {
  const form = new FormData();
  form.set('paths', JSON.stringify(batch.map(({ path }) => path)));
  for (const { file } of batch) form.append('photos', file, file.name);
  for (let attempt = 1; ; attempt++) {
    try {
      await call(`/evaluations/${encodeURIComponent(id)}/photos`, uploadReceiptSchema, {
        method: 'POST',
        body: form,
        limitMs: UPLOAD_LIMIT_MS,
      });
      return;
    } catch (error) {
      if (!(error instanceof ApiError) || !error.retryable || attempt === TRIES) throw error;
      await new Promise((done) => setTimeout(done, RETRY_MS * attempt));
    }
  }
}
