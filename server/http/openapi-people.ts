import { z } from 'zod';
import {
  changePersonSchema,
  exportQuerySchema,
  mergedSchema,
  mergePersonSchema,
  mergeUndoneSchema,
  movePhotoSchema,
  personDetailsSchema,
  personExportSchema,
  personHistorySchema,
  photoMovedSchema,
} from '../../protocol/people.ts';
import { erasurePreviewSchema, erasureReceiptSchema, personSchema } from '../../protocol/rest.ts';
import { examples } from './openapi-examples.ts';
import { idParams, photoParams } from './openapi-forms.ts';
import { json, operation } from './openapi-operation.ts';

const { person } = examples;
const photo = {
  id: '5c1b7a90-93d6-4a0e-a6f4-2d8c1b7e4f10',
  quality: 0.91,
  weakness: null,
  model: 'mobilefacenet-192',
};
const other = {
  ...person,
  id: '7d0c2f44-1d0e-4d3a-8f0e-6a1f5b0a2c55',
  name: 'A. Lovelace',
  externalId: null,
};
const merge = {
  id: '9a4f6e21-5d0b-4c55-8a77-0c2f1d3e6b44',
  person: { id: other.id, name: other.name },
  photos: 1,
  sightings: 4,
  mergedAt: person.createdAt,
};
const photos = [{ ...photo, createdAt: person.createdAt }];
const merges = [merge];

const mergeParams = z.object({ merge: z.uuid().describe('Id of the merge.') });
const BODY = ['bad-request', 'validation', 'too-large', 'not-found'] as const;

/** The part of the OpenAPI document that tells of one person. */
export function personPaths() {
  return {
    '/people/{id}': {
      get: operation({
        id: 'getPerson',
        tag: 'People',
        summary: 'One person',
        detail: 'With the photos, best first, and with those who were merged into the person.',
        role: 'operator',
        parameters: { path: idParams },
        answers: {
          200: json('The person.', personDetailsSchema, {
            ...person,
            bestPhoto: photo.id,
            lastSeen: null,
            quality: examples.templateQuality,
            photos,
            merges,
          }),
        },
        errors: ['not-found'],
      }),
      patch: operation({
        id: 'changePerson',
        tag: 'People',
        summary: 'Change name, external id or consent; hide',
        detail:
          'What is left out stays as it is; null takes an external id or a consent away. A hidden person is left out ' +
          'of lists and pickers, and recognised as ever.',
        role: 'operator',
        parameters: { path: idParams },
        body: { type: 'application/json', schema: changePersonSchema, example: { name: 'Ada King' } },
        answers: { 200: json('The person as they are now.', personSchema, { ...person, name: 'Ada King' }) },
        errors: [...BODY, 'conflict'],
      }),
      delete: operation({
        id: 'erasePerson',
        tag: 'People',
        summary: 'Erase a person',
        detail:
          'Deletes the person, all templates and reference crops, the sightings, and what was kept of people who ' +
          'were merged into them. Workers forget the person within a second.',
        role: 'operator',
        parameters: { path: idParams },
        answers: { 200: json('What was erased.', erasureReceiptSchema, examples.receipt) },
        errors: ['not-found'],
      }),
    },
    '/people/{id}/erasure': {
      get: operation({
        id: 'previewErasure',
        tag: 'People',
        summary: 'What erasing a person would delete',
        role: 'operator',
        parameters: { path: idParams },
        answers: {
          200: json('Counted as in the receipt.', erasurePreviewSchema, {
            templates: 3,
            referenceCrops: 3,
            sightings: 41,
            confirmations: 2,
            merges: 0,
          }),
        },
        errors: ['not-found'],
      }),
    },
    '/people/{id}/history': {
      get: operation({
        id: 'personHistory',
        tag: 'People',
        summary: 'Who changed a person, and when',
        detail: 'The newest 200 entries of the audit, newest first. Names are not kept there.',
        role: 'operator',
        parameters: { path: idParams },
        answers: {
          200: json('The changes.', personHistorySchema, {
            changes: [
              {
                sequence: 12,
                at: person.createdAt,
                by: 'api-key',
                action: 'person.changed',
                fromAnother: false,
                detail: { fields: 'name' },
              },
            ],
          }),
        },
        errors: ['not-found'],
      }),
    },
    '/people/{id}/photos/{photo}': {
      delete: operation({
        id: 'removePhoto',
        tag: 'People',
        summary: 'Delete a photo of a person',
        detail: 'The crop and the template made from it. The last photo stays: erase the person instead.',
        role: 'operator',
        parameters: { path: photoParams },
        answers: { 200: json('The person as they are now.', personSchema, person) },
        errors: ['not-found', 'bad-state'],
      }),
    },
    '/people/{id}/photos/{photo}/move': {
      post: operation({
        id: 'movePhoto',
        tag: 'People',
        summary: 'Give a photo to another person',
        detail:
          '`to` is the id of a person, or `{"name": …}` for a new one. The last photo stays: merge instead.',
        role: 'operator',
        parameters: { path: photoParams },
        body: { type: 'application/json', schema: movePhotoSchema, example: { to: { name: other.name } } },
        answers: { 200: json('Both people as they are now.', photoMovedSchema, { from: person, to: other }) },
        errors: [...BODY, 'bad-state'],
      }),
    },
    '/people/{id}/merge': {
      post: operation({
        id: 'mergePerson',
        tag: 'People',
        summary: 'Merge a person into another',
        detail:
          'Photos and sightings go to the person `into`, who keeps name, external id and consent; the merged one is ' +
          'put aside, and comes back when the merge is undone.',
        role: 'operator',
        parameters: { path: idParams },
        body: { type: 'application/json', schema: mergePersonSchema, example: { into: person.id } },
        answers: { 200: json('Merged.', mergedSchema, { person, merge }) },
        errors: [...BODY, 'bad-state'],
      }),
    },
    '/people/merges/{merge}/undo': {
      post: operation({
        id: 'undoMerge',
        tag: 'People',
        summary: 'Undo a merge',
        detail:
          'The merged person is back under the same id, with name, external id and consent, and with the photos and ' +
          'sightings that came from them. What was added since stays with the other.',
        role: 'operator',
        parameters: { path: mergeParams },
        answers: {
          200: json('Both people as they are now.', mergeUndoneSchema, { person, restored: other }),
        },
        errors: ['not-found', 'bad-state', 'conflict'],
      }),
    },
    '/people/{id}/export': {
      get: operation({
        id: 'exportPerson',
        tag: 'People',
        summary: 'Everything that is kept of a person',
        detail: 'As a file: the entry, the photos as JPEG in base64, the sightings. The export is audited.',
        role: 'operator',
        parameters: { path: idParams, query: exportQuerySchema },
        answers: {
          200: json('The file.', personExportSchema, {
            exportedAt: person.createdAt,
            person,
            mergedFrom: merges,
            photos: photos.map((one) => ({ ...one, crop: '/9j/4AAQSkZJRg==' })),
            sightings: [],
          }),
        },
        errors: ['validation', 'not-found'],
      }),
    },
  };
}
