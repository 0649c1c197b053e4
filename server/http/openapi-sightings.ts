import type { z } from 'zod';
import { sightingSchema } from '../../protocol/events.ts';
import {
  SIGHTING_LIMITS,
  sightingFilterSchema,
  sightingsExportSchema,
  sightingsQuerySchema,
  sightingsResponseSchema,
} from '../../protocol/sightings.ts';
import { idParams } from './openapi-forms.ts';
import { json, operation } from './openapi-operation.ts';

export const sightingExample = {
  id: '6f9c2d0e-4c7b-4a51-9b0e-1f7d2f0a5c11',
  stream: '3b1f8f0a-7f7d-4f0e-8a57-2d0a4f6f9a10',
  streamName: 'Entrance',
  state: 'identified',
  personId: '0b6c1c3e-6a0f-4d0b-9f53-9f2b7a4b8f3d',
  name: 'Ann Archer',
  confidence: 0.98,
  evidence: {
    score: 0.74,
    threshold: 0.58,
    gallerySize: 120,
    model: 'mobilefacenet-192',
    other: { personId: '8a1d3c55-0f0b-4d0a-9a77-5e2f7b6c9d21', name: 'Bob Baker', score: 0.31 },
  },
  cropUrl: '/sightings/6f9c2d0e-4c7b-4a51-9b0e-1f7d2f0a5c11/crop.jpg',
  at: '2026-11-23T10:00:00.000Z',
  until: '2026-11-23T10:00:09.000Z',
  crops: 7,
} satisfies z.input<typeof sightingSchema>;
const example = { sightings: [sightingExample] } satisfies z.input<typeof sightingsResponseSchema>;

/** The part of the OpenAPI document that tells of sightings. */
export function sightingPaths() {
  return {
    '/sightings': {
      get: operation({
        id: 'listSightings',
        tag: 'People',
        summary: 'Who was seen, where and when',
        detail:
          'Newest first, a page at a time: `next` of an answer is `after` of the next request. Sightings of unknown ' +
          'people are kept for UNKNOWN_RETENTION_HOURS, those of enrolled people for SIGHTING_RETENTION_DAYS.',
        role: 'guard',
        parameters: { query: sightingsQuerySchema },
        answers: { 200: json('A page of sightings.', sightingsResponseSchema, example) },
        errors: ['validation'],
      }),
    },
    '/sightings.csv': {
      get: operation({
        id: 'exportSightings',
        tag: 'People',
        summary: 'The same as comma-separated values',
        detail: `At most ${SIGHTING_LIMITS.exported} rows, the newest. Every export is written down in the audit log.`,
        role: 'operator',
        parameters: { query: sightingFilterSchema },
        answers: { 200: { description: 'A header and a row for each.', content: { 'text/csv': {} } } },
        errors: ['validation'],
      }),
    },
    '/sightings.json': {
      get: operation({
        id: 'exportSightingsAsJson',
        tag: 'People',
        summary: 'The same as a JSON file',
        detail: `At most ${SIGHTING_LIMITS.exported} sightings, the newest, without their crops.`,
        role: 'operator',
        parameters: { query: sightingFilterSchema },
        answers: {
          200: json('All that match.', sightingsExportSchema, {
            exportedAt: '2026-11-23T18:00:00.000Z',
            ...example,
          }),
        },
        errors: ['validation'],
      }),
    },
    '/sightings/{id}': {
      get: operation({
        id: 'getSighting',
        tag: 'People',
        summary: 'One sighting',
        detail: 'With the evidence that it rests on, and what an operator said of it.',
        role: 'guard',
        parameters: { path: idParams },
        answers: { 200: json('The sighting.', sightingSchema, sightingExample) },
        errors: ['not-found'],
      }),
    },
    '/sightings/{id}/crop.jpg': {
      get: operation({
        id: 'getSightingCrop',
        tag: 'People',
        summary: 'The best crop of a sighting',
        role: 'guard',
        parameters: { path: idParams },
        answers: { 200: { description: 'The aligned face, 112 × 112.', content: { 'image/jpeg': {} } } },
        errors: ['not-found'],
      }),
    },
  };
}
