import { z } from 'zod';
import type { ErrorCode } from '../../protocol/errors.ts';
import {
  assignmentUndoneSchema,
  assignUnknownSchema,
  denyUnknownSchema,
  enrolUnknownSchema,
  ignoreUnknownSchema,
  moveUnknownSchema,
  unknownAssignedSchema,
  unknownErasedSchema,
  unknownGroupDetailsSchema,
  type unknownGroupSchema,
  unknownMovedSchema,
  unknownsQuerySchema,
  unknownsResponseSchema,
} from '../../protocol/unknowns.ts';
import { examples } from './openapi-examples.ts';
import { idParams } from './openapi-forms.ts';
import { json, operation } from './openapi-operation.ts';

const sighting = {
  id: '2f6e0b7c-0d53-4d0e-8a6c-5a3c1b9d7e20',
  stream: '3b1f8f0a-7f7d-4f0e-8a57-2d0a4f6f9a10',
  streamName: 'Entrance',
  state: 'unknown',
  cropUrl: '/sightings/2f6e0b7c-0d53-4d0e-8a6c-5a3c1b9d7e20/crop.jpg',
  at: '2026-11-23T10:00:00.000Z',
  until: '2026-11-23T10:00:09.000Z',
  crops: 7,
  quality: 0.83,
} satisfies z.input<typeof unknownGroupSchema>['best'][number];
const group = {
  id: '9c2a7d41-6b1e-4f0a-b5d3-8e7f60a1c2d4',
  sightings: 1,
  firstAt: sighting.at,
  lastAt: sighting.until,
  streams: [{ id: sighting.stream, name: sighting.streamName }],
  ignored: null,
  suggestions: [
    { person: { id: examples.person.id, name: examples.person.name }, score: 0.44, probability: 0.41 },
  ],
  best: [sighting],
} satisfies z.input<typeof unknownGroupSchema>;
const assigned = {
  ...examples.enrolled,
  assignment: '0d9b8c7a-6f5e-4d3c-9b2a-1f0e9d8c7b6a',
  sightings: 1,
};

const assignmentParams = z.object({ assignment: z.uuid().describe('As the assignment was answered.') });
const deniedParams = idParams.extend({ person: z.uuid().describe('Id of the person who was ruled out.') });
const BODY: ErrorCode[] = ['bad-request', 'validation', 'too-large', 'not-found'];
const PHOTOS: ErrorCode[] = [...BODY, 'no-usable-photo', 'workers-unavailable', 'redis-unavailable'];
const done = { 204: { description: 'Done.' } };

/** The part of the OpenAPI document that tells of unknown people. */
export function unknownPaths() {
  return {
    '/unknowns': {
      get: operation({
        id: 'listUnknowns',
        tag: 'People',
        summary: 'Unknown people',
        detail:
          'Sightings of unknown people that seem to show one person are a group; those seen last come first. Each has ' +
          'the enrolled people whom it may show, with score and probability. Sightings leave a group when somebody ' +
          'says who it is, and are erased after UNKNOWN_RETENTION_HOURS.',
        role: 'operator',
        parameters: { query: unknownsQuerySchema },
        answers: {
          200: json('A page of groups.', unknownsResponseSchema, {
            groups: [group],
            total: 1,
            ignored: 0,
            retentionHours: 24,
          }),
        },
        errors: ['validation'],
      }),
    },
    '/unknowns/{id}': {
      get: operation({
        id: 'getUnknown',
        tag: 'People',
        summary: 'One group with its sightings',
        role: 'operator',
        parameters: { path: idParams },
        answers: {
          200: json('The group.', unknownGroupDetailsSchema, { ...group, list: [sighting], denied: [] }),
        },
        errors: ['not-found'],
      }),
      delete: operation({
        id: 'eraseUnknown',
        tag: 'People',
        summary: 'Erase a group with its sightings',
        role: 'operator',
        parameters: { path: idParams },
        answers: { 200: json('What was erased.', unknownErasedSchema, { sightings: 1 }) },
        errors: ['not-found'],
      }),
    },
    '/unknowns/{id}/assign': {
      post: operation({
        id: 'assignUnknown',
        tag: 'People',
        summary: 'Say who a group is',
        detail:
          'The sightings become the person’s, as confirmed ones. The crops named by `photos` become photos of the person ' +
          'by the rules of uploaded ones; one that is unlike the person is refused.',
        role: 'operator',
        parameters: { path: idParams },
        body: {
          type: 'application/json',
          schema: assignUnknownSchema,
          example: { person: examples.person.id, photos: [sighting.id] },
        },
        answers: { 200: json('Assigned.', unknownAssignedSchema, assigned) },
        errors: PHOTOS,
      }),
    },
    '/unknowns/{id}/enrol': {
      post: operation({
        id: 'enrolUnknown',
        tag: 'People',
        summary: 'Enrol the person of a group',
        detail:
          'By the crops named by `photos`; the sightings become the person’s. Every worker recognises the person within ' +
          'a second of the answer. Somebody who seems to be enrolled already is answered by 409, as by `/enroll`.',
        role: 'operator',
        parameters: { path: idParams },
        body: {
          type: 'application/json',
          schema: enrolUnknownSchema,
          example: { name: examples.person.name, consent: true, photos: [sighting.id] },
        },
        answers: { 201: json('Enrolled.', unknownAssignedSchema, assigned) },
        errors: [...PHOTOS, 'conflict', 'likely-duplicate'],
      }),
    },
    '/unknowns/assignments/{assignment}/undo': {
      post: operation({
        id: 'undoAssignment',
        tag: 'People',
        summary: 'Take back who a group is',
        detail:
          'The sightings are unknown again, the photos made of them are deleted; a person who was enrolled by it is erased.',
        role: 'operator',
        parameters: { path: assignmentParams },
        answers: {
          200: json('Undone.', assignmentUndoneSchema, { sightings: 1, photos: 1, person: examples.person }),
        },
        errors: ['not-found', 'bad-state'],
      }),
    },
    '/unknowns/{id}/ignored': {
      put: operation({
        id: 'ignoreUnknown',
        tag: 'People',
        summary: 'Set a group aside, or show it again',
        detail: 'New sightings of the same person stay set aside with it, until all have expired.',
        role: 'operator',
        parameters: { path: idParams },
        body: { type: 'application/json', schema: ignoreUnknownSchema, example: { ignored: true } },
        answers: done,
        errors: BODY,
      }),
    },
    '/unknowns/{id}/denied': {
      post: operation({
        id: 'denyUnknown',
        tag: 'People',
        summary: 'Say who a group is not',
        detail: 'The person is not suggested for the group again.',
        role: 'operator',
        parameters: { path: idParams },
        body: {
          type: 'application/json',
          schema: denyUnknownSchema,
          example: { person: examples.person.id },
        },
        answers: done,
        errors: BODY,
      }),
    },
    '/unknowns/{id}/denied/{person}': {
      delete: operation({
        id: 'undenyUnknown',
        tag: 'People',
        summary: 'Take that back',
        role: 'operator',
        parameters: { path: deniedParams },
        answers: done,
        errors: ['not-found'],
      }),
    },
    '/unknowns/{id}/move': {
      post: operation({
        id: 'moveUnknown',
        tag: 'People',
        summary: 'Move sightings out of a group',
        detail:
          'Those that show somebody else: to another group, or with `new` to one of their own. They stay there.',
        role: 'operator',
        parameters: { path: idParams },
        body: {
          type: 'application/json',
          schema: moveUnknownSchema,
          example: { sightings: [sighting.id], to: 'new' },
        },
        answers: { 200: json('The group where they are now.', unknownMovedSchema, { group: group.id }) },
        errors: BODY,
      }),
    },
  };
}
