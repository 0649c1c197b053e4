import { z } from 'zod';
import { lessonSchema, lessonStateSchema, taughtSchema } from '../../protocol/lessons.ts';
import { type Access, json, operation } from './openapi-operation.ts';
import { versionExample } from './openapi-training.ts';

const BINARY = 'application/octet-stream';
const bytes = (description: string) => ({
  description,
  content: { [BINARY]: { schema: z.file().meta({ type: 'string', format: 'binary' }) } },
});
const common = { tag: 'Training', role: 'kiosk' satisfies Access } as const;
const { before, after } = versionExample.lineage;
const lesson = {
  model: versionExample.sha256,
  input: {
    name: 'mobilefacenet-192',
    layout: 'NCHW' as const,
    colour: 'rgb' as const,
    mean: [127.5, 127.5, 127.5],
    std: [128, 128, 128],
  },
  base: versionExample.sha256,
  version: 2,
  steps: 30,
};
const last = { before, after, used: true, message: 'It did better on the people held out, and is used.' };

/** The part of the OpenAPI document that tells how the browser of a kiosk teaches its camera's student. */
export function lessonPaths() {
  return {
    '/training/lesson': {
      get: operation({
        ...common,
        id: 'getLesson',
        summary: 'Whether a lesson is open, and how the last checkpoint did',
        answers: { 200: json('As it is now.', lessonStateSchema, { state: 'none', last }) },
      }),
      post: operation({
        ...common,
        id: 'beginLesson',
        summary: 'Begin a lesson',
        detail:
          'For a kiosk whose policy allows `training` and that is in a group. The crops that it learns from never leave it.',
        answers: { 201: json('What to begin with.', lessonSchema, lesson) },
        errors: ['bad-state'],
      }),
    },
    '/training/lesson/model': {
      get: operation({
        ...common,
        id: 'getLessonModel',
        summary: 'The embedder’s ONNX file, whose graph is taught',
        answers: { 200: bytes('The file.') },
        errors: ['bad-state'],
      }),
    },
    '/training/lesson/checkpoint': {
      get: operation({
        ...common,
        id: 'getLessonCheckpoint',
        summary: 'The weights to begin with',
        answers: { 200: bytes('A checkpoint file.') },
        errors: ['bad-state'],
      }),
      post: operation({
        ...common,
        id: 'sendLessonCheckpoint',
        summary: 'Send what was learnt',
        detail:
          'Refused when it is of another session, model or base, too old, malformed, not finite, or longer than its steps ' +
          'can have made it. Workers then measure it on people whom nobody learnt from; the better one is gone on from.',
        parameters: { query: taughtSchema },
        body: { type: BINARY, schema: z.file().meta({ type: 'string', format: 'binary' }) },
        answers: { 202: json('It is being measured.', lessonStateSchema, { state: 'judging', last: null }) },
        errors: ['bad-request', 'validation', 'too-large', 'bad-state'],
      }),
    },
  };
}
