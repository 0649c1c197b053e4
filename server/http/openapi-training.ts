import type { z } from 'zod';
import {
  changeGroupSchema,
  createGroupSchema,
  promoteSchema,
  studentGroupSchema,
  studentVersionSchema,
  trainingResponseSchema,
} from '../../protocol/student-versions.ts';
import { idParams } from './openapi-forms.ts';
import { json, operation } from './openapi-operation.ts';

/** A version as the API answers it. */
export const versionExample = {
  id: '0b6f0a52-6a0e-4f0e-9b1e-2f9a4f1d7c10',
  group: '1c7e52a4-0a8a-4f55-8d27-3a1d0c9e4b66',
  number: 2,
  state: 'promoted',
  model: 'mobilefacenet-192',
  parent: null,
  sha256: '4f6c1d1b7d3a90c2f0c9a8b7e6d5c4b3a29180716253443526170819a0b1c2d3',
  lineage: {
    run: '9f7a8f6e-4b1c-4c7d-8a3e-5d2b1f0c9e88',
    rounds: 8,
    steps: 120,
    people: { trained: 240, heldOut: 120 },
    crops: { enrolled: 640, confirmed: 85 },
    before: { rank1: 0.66, tpirAtFpir: 0.31, meanTpir: 0.42 },
    after: { rank1: 0.76, tpirAtFpir: 0.42, meanTpir: 0.53 },
    threshold: { before: 0.62, after: 0.6 },
  },
  trial: {
    compared: 130,
    same: 121,
    onlyServing: 1,
    onlyTrial: 8,
    different: 0,
    score: { serving: 0.58, trial: 0.66 },
  },
  createdAt: '2026-11-24T09:00:00.000Z',
  promotedAt: '2026-11-24T10:00:00.000Z',
  promotedBy: 'server',
  replaced: null,
  retiredAt: null,
  retiredBy: null,
  retiredBecause: null,
  retiredReason: null,
  excludedAt: null,
  kept: true,
} satisfies z.input<typeof studentVersionSchema>;

/** A group of cameras as the API answers it. */
export const groupExample = {
  id: versionExample.group,
  name: 'Dark entrances',
  shift: 'dark-kiosk',
  cameras: [{ id: '3f0c9a2b-7e51-4d4c-9a61-8f2e7b1d5a44', name: 'Entrance' }],
  paused: false,
  automatic: true,
  createdAt: '2026-11-23T10:00:00.000Z',
  versions: [versionExample],
  watch: {
    [versionExample.id]: { tracks: 212, named: 180, score: 0.71 },
    embedder: { tracks: 480, named: 350, score: 0.63 },
  },
  notReady: [],
  status: {
    state: 'waiting',
    reason: { code: 'next-run', at: '2026-11-24T09:30:00.000Z' },
    message: 'Next run at the earliest: 09:30 UTC.',
  },
  runs: [
    {
      id: versionExample.lineage.run,
      state: 'done',
      message: 'Version 2 is better on the people held out, and is on trial.',
      reason: { code: 'on-trial', version: 2 },
      by: 'server',
      model: 'mobilefacenet-192',
      counts: { people: 360, photos: 900, confirmed: 85 },
      rounds: [
        {
          round: 1,
          shards: [{ shard: 0, first: 0.31, last: 0.24, seconds: 9.2, samples: 640, age: 9.4 }],
          rejected: [
            {
              shard: 1,
              message: 'It points elsewhere than what the others learnt. Its part was learnt again.',
              reason: { code: 'stray' },
              again: true,
            },
          ],
          accuracy: versionExample.lineage.after,
          kept: true,
          bytes: { up: 670_000, down: 680_000 },
          seconds: 14.1,
        },
      ],
      planned: 8,
      stoppedEarly: true,
      version: versionExample.id,
      startedAt: '2026-11-24T08:40:00.000Z',
      endedAt: '2026-11-24T09:00:00.000Z',
    },
  ],
} satisfies z.input<typeof studentGroupSchema>;

const BODY = ['bad-request', 'validation', 'too-large'] as const;

/** The part of the OpenAPI document that tells of students. */
export function trainingPaths() {
  return {
    '/training': {
      get: operation({
        id: 'getTraining',
        tag: 'Training',
        summary: 'Groups of cameras, their students and how they do',
        detail:
          'A student is an embedder of its cameras’ own: taught to give, for their crops, the vectors that the embedder ' +
          'gives for the enrolment. `before` and `after` are measured on people whom it did not learn from. Why nothing ' +
          'trains right now, or what does, why a worker was left out of a round, how a run ended and why a version was ' +
          'retired is told in English words, and as a code with the facts of the sentence.',
        role: 'operator',
        answers: { 200: json('Every group.', trainingResponseSchema, { groups: [groupExample] }) },
      }),
    },
    '/training/groups': {
      post: operation({
        id: 'createTrainingGroup',
        tag: 'Training',
        summary: 'Have some cameras share a student',
        detail: 'A camera that is in another group leaves that one.',
        role: 'admin',
        body: {
          type: 'application/json',
          schema: createGroupSchema,
          example: {
            name: 'Dark entrances',
            shift: 'dark-kiosk',
            cameras: [groupExample.cameras[0]?.id ?? ''],
          },
        },
        answers: {
          201: json('The group.', studentGroupSchema, { ...groupExample, versions: [], watch: {} }),
        },
        errors: [...BODY, 'conflict', 'bad-state', 'not-found'],
      }),
    },
    '/training/groups/{id}': {
      patch: operation({
        id: 'changeTrainingGroup',
        tag: 'Training',
        summary: 'Rename a group, give it other cameras, pause it',
        role: 'admin',
        parameters: { path: idParams },
        body: { type: 'application/json', schema: changeGroupSchema, example: { paused: true } },
        answers: { 200: json('As it is now.', studentGroupSchema, { ...groupExample, paused: true }) },
        errors: [...BODY, 'conflict', 'not-found'],
      }),
      delete: operation({
        id: 'deleteTrainingGroup',
        tag: 'Training',
        summary: 'Delete a group with its students',
        detail: 'Its cameras have the embedder again, from their next crop on.',
        role: 'admin',
        parameters: { path: idParams },
        answers: { 204: { description: 'Deleted.' } },
        errors: ['not-found'],
      }),
    },
    '/training/groups/{id}/runs': {
      post: operation({
        id: 'trainNow',
        tag: 'Training',
        summary: 'Begin a run of training now',
        detail:
          'Refused where it cannot, with `reason` as in the status of the group. Otherwise it begins within seconds, ' +
          'between the crops, or once what trains now is done.',
        role: 'admin',
        parameters: { path: idParams },
        answers: { 202: json('The group as it is now.', studentGroupSchema, groupExample) },
        errors: ['not-found', 'bad-state'],
      }),
    },
    '/training/groups/{id}/rollback': {
      post: operation({
        id: 'rollBackStudent',
        tag: 'Training',
        summary: 'Go back to the version before, or to the embedder',
        detail: 'It takes effect with the next crop: weights and thresholds change together, on all workers.',
        role: 'admin',
        parameters: { path: idParams },
        answers: { 200: json('The group as it is now.', studentGroupSchema, groupExample) },
        errors: ['not-found', 'bad-state'],
      }),
    },
    '/training/versions/{id}/trial': {
      post: operation({
        id: 'tryStudent',
        tag: 'Training',
        summary: 'Try a version out beside the one that serves',
        detail:
          'Both judge one live crop in four; labels do not change. A version that was on trial leaves it.',
        role: 'admin',
        parameters: { path: idParams },
        answers: {
          200: json('The version, on trial.', studentVersionSchema, { ...versionExample, state: 'shadow' }),
        },
        errors: ['not-found', 'bad-state'],
      }),
    },
    '/training/versions/{id}/promote': {
      post: operation({
        id: 'promoteStudent',
        tag: 'Training',
        summary: 'Have a version serve its cameras',
        detail:
          'First every worker makes it ready. One that did no better on people held out is refused without `force`; ' +
          'one that learnt from somebody who was erased is always refused.',
        role: 'admin',
        parameters: { path: idParams },
        body: { type: 'application/json', schema: promoteSchema, example: { force: false } },
        answers: { 200: json('The version, serving.', studentVersionSchema, versionExample) },
        errors: [...BODY, 'not-found', 'bad-state'],
      }),
    },
  };
}
