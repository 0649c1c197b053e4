import { z } from 'zod';
import type { ZodOpenApiPathsObject } from 'zod-openapi';
import {
  type Imported,
  importCheckResponseSchema,
  importCheckSchema,
  importedSchema,
  importFieldsSchema,
  importPlanSchema,
} from '../../protocol/imports.ts';
import { examples } from './openapi-examples.ts';
import { enrollForm } from './openapi-forms.ts';
import { json, operation, UPLOAD } from './openapi-operation.ts';

const importForm = importFieldsSchema.extend({ photos: enrollForm.shape.photos });

const who = { id: examples.person.id, name: examples.person.name };
const imported: Imported = {
  key: 'Ada_Lovelace',
  name: who.name,
  outcome: 'enrolled',
  person: who,
  accepted: 2,
  refused: [{ filename: 'ada3.jpg', reason: 'blurred', message: 'The face is blurred.' }],
  unused: 0,
};

const planForm = z.object({
  paths: z.file().meta({
    type: 'string',
    format: 'binary',
    description: 'JSON list of the paths of all files below the folder.',
  }),
  tables: z
    .array(
      z
        .file()
        .meta({ type: 'string', format: 'binary', description: 'CSV: name, external id, consent, files.' }),
    )
    .optional(),
});

/** The operations that import many people. */
export function importPaths(): ZodOpenApiPathsObject {
  return {
    '/imports/check': {
      post: operation({
        id: 'checkImport',
        tag: 'People',
        summary: 'Who of a list is enrolled already?',
        detail: 'Found by the key that they were imported under, or by their external id.',
        role: 'operator',
        body: {
          type: 'application/json',
          schema: importCheckSchema,
          example: { people: [{ key: imported.key }] },
        },
        answers: {
          200: json('Those who are.', importCheckResponseSchema, {
            there: [{ key: imported.key, person: who }],
          }),
        },
        errors: ['bad-request', 'validation', 'too-large'],
      }),
    },
    '/imports/plan': {
      post: operation({
        id: 'planImport',
        tag: 'People',
        summary: 'Who is in a folder?',
        detail:
          'Reads the paths of a folder and its tables as `npm run import` does: a folder for each person, rows of a CSV. ' +
          'No photo is sent, and nobody is enrolled.',
        role: 'operator',
        body: { type: 'multipart/form-data', schema: planForm },
        answers: {
          200: json('The people, and what was passed over.', importPlanSchema, {
            people: [{ key: imported.key, name: who.name, photos: ['Ada_Lovelace/ada1.jpg'] }],
            problems: [],
          }),
        },
        errors: ['bad-request', 'validation', 'too-large'],
      }),
    },
    '/imports/people': {
      post: operation({
        id: 'importPerson',
        tag: 'People',
        summary: 'Import a person of a list',
        detail:
          'For enrolling many people, several requests at once: `npm run import` does that for a folder. The same ' +
          '`key` enrols nobody twice, so a list can be sent again from its beginning. Photos wait for live crops. ' +
          'What is wrong with the person or the photos is no error, but in `outcome`.',
        role: 'operator',
        body: { type: 'multipart/form-data', schema: importForm },
        answers: { 200: json('What became of the person.', importedSchema, imported) },
        errors: UPLOAD,
      }),
    },
  };
}
