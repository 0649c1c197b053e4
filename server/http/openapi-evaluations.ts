import { z } from 'zod';
import type { ZodOpenApiPathsObject } from 'zod-openapi';
import {
  createEvaluationSchema,
  EVALUATION_LIMITS,
  evaluationResultSchema,
  evaluationSchema,
  evaluationsResponseSchema,
  uploadReceiptSchema,
} from '../../protocol/evaluation.ts';
import { idParams } from './openapi-forms.ts';
import { json, operation, UPLOAD } from './openapi-operation.ts';

const uploadForm = z.object({
  paths: z.string().describe('JSON list of the photos’ paths, in their order, such as `["Ann/1.jpg"]`.'),
  photos: z
    .array(
      z.file().meta({ type: 'string', format: 'binary', description: 'JPEG, PNG, WebP, or a .txt list.' }),
    )
    .min(1)
    .max(EVALUATION_LIMITS.batchPhotos),
});

const example = {
  id: '0e9f6a52-6a3e-4c27-9c1e-3f1f5c1f7b11',
  name: 'Entrance, spring',
  state: 'running',
  createdAt: '2026-01-15T09:30:00.000Z',
  photos: 800,
  analysed: 240,
  secondsLeft: 31,
  error: null,
  result: null,
} as const;

/** The operations on evaluations. */
export function evaluationPaths(): ZodOpenApiPathsObject {
  return {
    '/evaluations': {
      get: operation({
        id: 'listEvaluations',
        tag: 'Evaluation',
        summary: 'List evaluations, newest first',
        role: 'operator',
        answers: { 200: json('Figures of each, and the one under way.', evaluationsResponseSchema) },
      }),
      post: operation({
        id: 'createEvaluation',
        tag: 'Evaluation',
        summary: 'Begin an evaluation',
        detail:
          'Upload photos to it next, then start it. One goes at a time; an upload that nobody goes on with for ' +
          '15 minutes is deleted.',
        role: 'operator',
        body: {
          type: 'application/json',
          schema: createEvaluationSchema,
          example: { name: example.name, face: 'largest' },
        },
        answers: { 201: json('It waits for photos.', evaluationSchema, { ...example, state: 'uploading' }) },
        errors: ['bad-request', 'validation', 'bad-state', 'too-large'],
      }),
    },
    '/evaluations/{id}': {
      get: operation({
        id: 'getEvaluation',
        tag: 'Evaluation',
        summary: 'How far it is, and its figures',
        role: 'operator',
        parameters: { path: idParams },
        answers: { 200: json('The evaluation.', evaluationSchema, example) },
        errors: ['not-found'],
      }),
      delete: operation({
        id: 'deleteEvaluation',
        tag: 'Evaluation',
        summary: 'Cancel it, or delete its figures',
        role: 'operator',
        parameters: { path: idParams },
        answers: { 204: { description: 'Cancelled or deleted, with all that was uploaded.' } },
        errors: ['not-found'],
      }),
    },
    '/evaluations/{id}/photos': {
      post: operation({
        id: 'uploadEvaluationPhotos',
        tag: 'Evaluation',
        summary: 'Upload photos of a folder',
        detail:
          `1 to ${EVALUATION_LIMITS.batchPhotos} files of a folder with a sub-folder for each person; ` +
          `${EVALUATION_LIMITS.photos} photos at most in all. A list of pairs (.txt, as LFW has it) is measured too; ` +
          'of two lists the one with “train” in its name chooses the threshold. Photos are kept sealed, and deleted ' +
          'at the end of the run.',
        role: 'operator',
        parameters: { path: idParams },
        body: { type: 'multipart/form-data', schema: uploadForm },
        answers: { 200: json('Received.', uploadReceiptSchema, { received: 20, photos: 240 }) },
        errors: [...UPLOAD, 'not-found', 'bad-state'],
      }),
    },
    '/evaluations/{id}/start': {
      post: operation({
        id: 'startEvaluation',
        tag: 'Evaluation',
        summary: 'Measure what was uploaded',
        role: 'operator',
        parameters: { path: idParams },
        answers: { 202: json('It runs.', evaluationSchema, example) },
        errors: ['not-found', 'bad-state'],
      }),
    },
    '/evaluations/{id}/result.json': {
      get: operation({
        id: 'getEvaluationResult',
        tag: 'Evaluation',
        summary: 'The figures as a file',
        role: 'operator',
        parameters: { path: idParams },
        answers: { 200: json('As `npm run evaluate --json` writes them.', evaluationResultSchema) },
        errors: ['not-found'],
      }),
    },
    '/evaluations/{id}/report.html': {
      get: operation({
        id: 'getEvaluationReport',
        tag: 'Evaluation',
        summary: 'The report as a file',
        detail:
          'Within an hour of the run it holds the faces of the worst mistakes; later, figures and plots only.',
        role: 'operator',
        parameters: { path: idParams },
        answers: {
          200: { description: 'One HTML page that needs nothing else.', content: { 'text/html': {} } },
        },
        errors: ['not-found'],
      }),
    },
  };
}
