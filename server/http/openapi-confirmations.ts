import type { z } from 'zod';
import {
  confirmationsQuerySchema,
  confirmationsResponseSchema,
  confirmSchema,
} from '../../protocol/confirmations.ts';
import { sightingSchema } from '../../protocol/events.ts';
import { idParams } from './openapi-forms.ts';
import { json, operation } from './openapi-operation.ts';
import { sightingExample } from './openapi-sightings.ts';

const ann = { id: sightingExample.personId, name: sightingExample.name };
const bob = { id: '8a1d3c55-0f0b-4d0a-9a77-5e2f7b6c9d21', name: 'Bob Baker' };
const confirmation = {
  id: '2d7c9b10-5a6e-4f7d-8c3b-1e0f9a8b7c6d',
  verdict: 'other',
  person: bob,
  recognised: ann,
  by: 'operator:1b2c3d4e',
  at: '2026-11-23T10:00:20.000Z',
} as const;
const answered = {
  ...sightingExample,
  personId: bob.id,
  name: bob.name,
  confirmation,
} satisfies z.input<typeof sightingSchema>;
const listed = {
  confirmations: [{ ...confirmation, sighting: sightingExample.id, takenBack: null }],
} satisfies z.input<typeof confirmationsResponseSchema>;

/** The part of the OpenAPI document that tells of answers about sightings. */
export function confirmationPaths() {
  return {
    '/sightings/{id}/confirmation': {
      post: operation({
        id: 'confirmSighting',
        tag: 'People',
        summary: 'Say whether recognition was right',
        detail:
          'Of whom recognition named: `yes`, `no`, or `other` with the person it is. The sighting becomes what the ' +
          'answer says, and the name goes from the live label at once. An answer before it is taken back; whatever ' +
          'was said is kept. Training learns from the answers that count, and from nothing else.',
        role: 'operator',
        parameters: { path: idParams },
        body: {
          type: 'application/json',
          schema: confirmSchema,
          example: { verdict: 'other', person: bob.id },
        },
        answers: { 200: json('The sighting as it is now.', sightingSchema, answered) },
        errors: ['bad-request', 'validation', 'too-large', 'not-found', 'bad-state'],
      }),
      delete: operation({
        id: 'takeBackConfirmation',
        tag: 'People',
        summary: 'Take an answer back',
        detail: 'The sighting is again what recognition said.',
        role: 'operator',
        parameters: { path: idParams },
        answers: { 200: json('The sighting as it is now.', sightingSchema, sightingExample) },
        errors: ['not-found', 'bad-state'],
      }),
    },
    '/confirmations': {
      get: operation({
        id: 'listConfirmations',
        tag: 'People',
        summary: 'What was said of sightings, by whom and when',
        detail: 'Newest first, a page at a time: `next` of an answer is `after` of the next request.',
        role: 'operator',
        parameters: { query: confirmationsQuerySchema },
        answers: { 200: json('A page of answers.', confirmationsResponseSchema, listed) },
        errors: ['validation'],
      }),
    },
  };
}
