import type { z } from 'zod';
import {
  alertsQuerySchema,
  alertsResponseSchema,
  setWatchSchema,
  watchListSchema,
  watchSchema,
} from '../../protocol/alerts.ts';
import { alertSchema } from '../../protocol/events.ts';
import { idParams } from './openapi-forms.ts';
import { json, operation } from './openapi-operation.ts';
import { sightingExample } from './openapi-sightings.ts';

const note = 'Call the shift leader.';
const alert = {
  id: '4e1b6a77-2c3d-4b5e-8f90-1a2b3c4d5e6f',
  at: '2026-11-23T10:00:00.100Z',
  note,
  sighting: sightingExample,
  acknowledged: null,
} satisfies z.input<typeof alertSchema>;
const watch = { note, by: 'operator:1b2c3d4e', at: '2026-11-20T08:00:00.000Z' };

/** The part of the OpenAPI document that tells of the watch list and its alerts. */
export function alertPaths() {
  return {
    '/watch-list': {
      get: operation({
        id: 'getWatchList',
        tag: 'People',
        summary: 'Whose appearance raises an alert',
        role: 'guard',
        answers: {
          200: json('The people, by name.', watchListSchema, {
            people: [{ id: sightingExample.personId, name: sightingExample.name, watch }],
          }),
        },
      }),
    },
    '/people/{id}/watch': {
      put: operation({
        id: 'watchPerson',
        tag: 'People',
        summary: 'Put a person on the watch list',
        detail:
          'Or change the note of somebody who is on it. Whoever is in view already raises an alert at once.',
        role: 'operator',
        parameters: { path: idParams },
        body: { type: 'application/json', schema: setWatchSchema, example: { note } },
        answers: { 200: json('They are on it.', watchSchema, watch) },
        errors: ['bad-request', 'validation', 'too-large', 'not-found'],
      }),
      delete: operation({
        id: 'unwatchPerson',
        tag: 'People',
        summary: 'Take a person off the watch list',
        role: 'operator',
        parameters: { path: idParams },
        answers: { 204: { description: 'They are not on it.' } },
        errors: ['not-found'],
      }),
    },
    '/alerts': {
      get: operation({
        id: 'listAlerts',
        tag: 'People',
        summary: 'Appearances of people on the watch list',
        detail:
          'Newest first, a page at a time. One for each appearance at a camera: whoever stays in view, or comes back ' +
          'within a minute, raises no other.',
        role: 'guard',
        parameters: { query: alertsQuerySchema },
        answers: { 200: json('A page of alerts.', alertsResponseSchema, { alerts: [alert] }) },
        errors: ['validation'],
      }),
    },
    '/alerts/{id}/acknowledgement': {
      post: operation({
        id: 'acknowledgeAlert',
        tag: 'People',
        summary: 'Say that an alert is seen to',
        detail: 'Every console is told by whom. Who comes second is told who was first.',
        role: 'guard',
        parameters: { path: idParams },
        answers: {
          200: json('The alert.', alertSchema, {
            ...alert,
            acknowledged: { by: 'guard:9f8e7d6c', at: '2026-11-23T10:00:41.000Z' },
          }),
        },
        errors: ['not-found'],
      }),
    },
  };
}
