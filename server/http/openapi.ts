import { createDocument } from 'zod-openapi';
import { kioskSchema } from '../../protocol/kiosks.ts';
import {
  galleryCheckResponseSchema,
  operatingPointResponseSchema,
  setOperatingPointSchema,
} from '../../protocol/operating-point.ts';
import {
  codeLoginSchema,
  createLinkSchema,
  enrollResponseSchema,
  identifyResponseSchema,
  linkSchema,
  peopleQuerySchema,
  peopleResponseSchema,
  personSchema,
  photoReportSchema,
  problemSchema,
  readinessSchema,
  sessionQuerySchema,
  sessionSchema,
  verifyResponseSchema,
} from '../../protocol/rest.ts';
import { accessPaths } from './openapi-access.ts';
import { alertPaths } from './openapi-alerts.ts';
import { confirmationPaths } from './openapi-confirmations.ts';
import { evaluationPaths } from './openapi-evaluations.ts';
import { examples } from './openapi-examples.ts';
import {
  addPhotosForm,
  cropParams,
  enrollForm,
  healthSchema,
  identifyForm,
  idParams,
  photoParams,
  verifyForm,
} from './openapi-forms.ts';
import { importPaths } from './openapi-imports.ts';
import { kioskPaths } from './openapi-kiosks.ts';
import { lessonPaths } from './openapi-lessons.ts';
import { modelPaths } from './openapi-models.ts';
import { json, operation, UPLOAD } from './openapi-operation.ts';
import { operationPaths } from './openapi-operation-parts.ts';
import { personPaths } from './openapi-people.ts';
import { sightingPaths } from './openapi-sightings.ts';
import { trainingPaths } from './openapi-training.ts';
import { unknownPaths } from './openapi-unknowns.ts';
import { webhookPaths } from './openapi-webhooks.ts';

/** The OpenAPI 3.1 document, made of the schemas that the routes parse by. */
export function createOpenApi({ serverUrl, version }: { serverUrl: string; version: string }) {
  const multipart = 'multipart/form-data';
  return createDocument({
    openapi: '3.1.0',
    info: {
      title: 'Facewire',
      version,
      description:
        'Real-time face recognition. Programs send the API key, or a token of their own, as a bearer token; browsers log in by a one-time link, users ' +
        'by their password too. ' +
        'Every error is answered as problem+json with a stable `code` and a sentence that says what to do.',
      license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
    },
    servers: [{ url: serverUrl }],
    tags: [
      { name: 'Recognition', description: 'Enrol people, find them in photos, compare photos.' },
      { name: 'People', description: 'Who is enrolled.' },
      { name: 'Evaluation', description: 'How well recognition works, on photos whose people are known.' },
      { name: 'Training', description: 'Students: embedders of single cameras, taught while nobody waits.' },
      { name: 'Kiosks', description: 'The cameras.' },
      { name: 'Login', description: 'Links, passwords, sessions, users, tokens of programs.' },
      { name: 'Operation', description: 'Health, metrics, live crops, this document.' },
    ],
    components: {
      securitySchemes: {
        bearer: {
          type: 'http',
          scheme: 'bearer',
          description: 'The API key, with the role admin, or a token of a program.',
        },
        console: {
          type: 'apiKey',
          in: 'cookie',
          name: 'facewire-console',
          description: 'Session of a console; writes take an Origin header of this server.',
        },
        kiosk: {
          type: 'apiKey',
          in: 'cookie',
          name: 'facewire-kiosk',
          description: 'Session of a kiosk page.',
        },
      },
      schemas: {
        Person: personSchema,
        PhotoReport: photoReportSchema,
        Kiosk: kioskSchema,
        Problem: problemSchema,
      },
    },
    paths: {
      '/enroll': {
        post: operation({
          id: 'enroll',
          tag: 'Recognition',
          summary: 'Enrol a person',
          detail:
            'Takes 1 to 20 photos of one person; several different ones are better than one. Each is reported as ' +
            'accepted, or with the reason why it was not. With none accepted nothing is stored. ' +
            'The person is recognised by every worker within a second of the answer.',
          role: 'operator',
          body: { type: multipart, schema: enrollForm },
          answers: { 201: json('Enrolled.', enrollResponseSchema, examples.enrolled) },
          errors: [...UPLOAD, 'no-usable-photo', 'conflict', 'likely-duplicate'],
        }),
      },
      '/identify': {
        post: operation({
          id: 'identify',
          tag: 'Recognition',
          summary: 'Find enrolled people in photos',
          role: 'operator',
          body: { type: multipart, schema: identifyForm },
          answers: {
            200: json('The faces of each photo, largest first.', identifyResponseSchema, examples.identified),
          },
          errors: UPLOAD,
        }),
      },
      '/verify': {
        post: operation({
          id: 'verify',
          tag: 'Recognition',
          summary: 'Compare two photos',
          detail:
            'Says whether two photos show the same person, at a false match rate of 1 in 10,000 unless `fmr` asks for ' +
            'another. Send fields `a` and `b`, or `photos` twice. Of a photo with several faces choose one by `faces`. ' +
            'The answer holds the score, the probability, both error rates of the threshold, and the two aligned faces.',
          role: 'operator',
          body: { type: multipart, schema: verifyForm },
          answers: { 200: json('Compared.', verifyResponseSchema, examples.verified) },
          errors: [...UPLOAD, 'no-usable-photo'],
        }),
      },
      '/people': {
        get: operation({
          id: 'listPeople',
          tag: 'People',
          summary: 'List people',
          role: 'operator',
          parameters: { query: peopleQuerySchema },
          answers: {
            200: json('A page of people, and how many there are in all.', peopleResponseSchema, {
              people: [
                { ...examples.person, bestPhoto: null, lastSeen: null, quality: examples.templateQuality },
              ],
              total: 1,
              hiddenToo: 0,
            }),
          },
          errors: ['validation'],
        }),
      },
      ...personPaths(),
      '/people/{id}/photos': {
        post: operation({
          id: 'addPhotos',
          tag: 'People',
          summary: 'Add photos to a person',
          detail:
            'Takes 1 to 20 more photos of a person who is enrolled, by the rules of `/enroll`. A photo unlike the ' +
            'person’s earlier ones is refused, and so is what goes beyond 20 photos in all: the best are taken. ' +
            'Within a second of the answer the person is recognised by all photos, old and new.',
          role: 'operator',
          parameters: { path: idParams },
          body: { type: multipart, schema: addPhotosForm },
          answers: { 200: json('Added.', enrollResponseSchema, examples.enrolled) },
          errors: [...UPLOAD, 'no-usable-photo', 'not-found'],
        }),
      },
      ...importPaths(),
      ...evaluationPaths(),
      ...modelPaths(),
      ...sightingPaths(),
      ...confirmationPaths(),
      ...unknownPaths(),
      ...trainingPaths(),
      ...lessonPaths(),
      ...alertPaths(),
      ...webhookPaths(),
      ...accessPaths(),
      ...operationPaths(),
      ...kioskPaths(),
      '/auth/links': {
        post: operation({
          id: 'createLink',
          tag: 'Login',
          summary: 'Make a link that logs a browser in',
          detail:
            'Operators make links for kiosks that exist, admins for every role. A link works once, within 24 hours.',
          role: 'operator',
          body: { type: 'application/json', schema: createLinkSchema, example: { role: 'operator' } },
          answers: { 201: json('The link.', linkSchema, { url: examples.consoleUrl }) },
          errors: ['bad-request', 'validation', 'not-found'],
        }),
      },
      '/auth/code': {
        post: operation({
          id: 'redeemCode',
          tag: 'Login',
          summary: 'Log in by the code of a link',
          detail:
            'Sets the session cookie: `facewire-kiosk` for a kiosk, `facewire-console` for an operator or admin.',
          role: 'public',
          body: {
            type: 'application/json',
            schema: codeLoginSchema,
            example: { code: 'q0oO3ru8pWd3gVbKcXgTzA' },
          },
          answers: { 200: json('Logged in.', sessionSchema, examples.session) },
          errors: ['bad-request', 'validation', 'code-used', 'bad-origin'],
        }),
      },
      '/auth/session': {
        get: operation({
          id: 'getSession',
          tag: 'Login',
          summary: 'Who is logged in',
          role: 'public',
          parameters: { query: sessionQuerySchema },
          answers: { 200: json('The session of this cookie or token.', sessionSchema, examples.session) },
          errors: ['unauthenticated'],
        }),
      },
      '/auth/logout': {
        post: operation({
          id: 'logout',
          tag: 'Login',
          summary: 'End the session',
          role: 'public',
          parameters: { query: sessionQuerySchema },
          answers: { 204: { description: 'Logged out; also when nobody was logged in.' } },
          errors: ['bad-origin'],
        }),
      },
      '/operating-point': {
        get: operation({
          id: 'getOperatingPoint',
          tag: 'Recognition',
          summary: 'The promise about strangers, and the threshold that keeps it',
          role: 'operator',
          answers: {
            200: json('What is in force.', operatingPointResponseSchema, examples.operatingPoint),
          },
        }),
        put: operation({
          id: 'setOperatingPoint',
          tag: 'Recognition',
          summary: 'Change the promise about strangers',
          detail:
            'Sets the share of strangers who may be given a name, per search. The threshold follows from it, from the ' +
            'model’s table as the enrolled people have refined it, and from their number. Workers decide by it within ' +
            'two seconds.',
          role: 'operator',
          body: { type: 'application/json', schema: setOperatingPointSchema, example: { fpir: 0.003 } },
          answers: {
            200: json('What is in force now.', operatingPointResponseSchema, examples.operatingPoint),
          },
          errors: ['bad-request', 'validation', 'too-large'],
        }),
      },
      '/gallery-check': {
        get: operation({
          id: 'checkGallery',
          tag: 'People',
          summary: 'Does it work with the people enrolled?',
          detail:
            'Searches each stored photo among everybody else, and among the other photos of its person. Computed at ' +
            'each request, in milliseconds for a hundred people and seconds for thousands.',
          role: 'operator',
          answers: {
            200: json('What was found.', galleryCheckResponseSchema, examples.galleryCheck),
          },
        }),
      },
      '/people/{id}/photos/{photo}.jpg': {
        get: operation({
          id: 'getPhoto',
          tag: 'People',
          summary: 'A stored photo’s aligned face',
          role: 'operator',
          parameters: { path: photoParams },
          answers: { 200: { description: 'The aligned face, 112 × 112.', content: { 'image/jpeg': {} } } },
          errors: ['not-found'],
        }),
      },
      '/healthz': {
        get: operation({
          id: 'health',
          tag: 'Operation',
          summary: 'Is the process alive?',
          role: 'public',
          answers: { 200: json('It is.', healthSchema, { status: 'ok' }) },
        }),
      },
      '/readyz': {
        get: operation({
          id: 'readiness',
          tag: 'Operation',
          summary: 'Can faces be recognised?',
          role: 'public',
          answers: {
            200: json('Yes: every part works.', readinessSchema, examples.ready),
            503: json('No: `checks` says which part does not work.', readinessSchema, examples.notReady),
          },
        }),
      },
      '/metrics': {
        get: operation({
          id: 'metrics',
          tag: 'Operation',
          summary: 'Prometheus metrics',
          role: 'operator',
          answers: { 200: { description: 'Text exposition format.', content: { 'text/plain': {} } } },
        }),
      },
      '/streams/{id}/crops/{track}/{sequence}.jpg': {
        get: operation({
          id: 'getCrop',
          tag: 'Operation',
          summary: 'A crop of the last half minute',
          role: 'guard',
          parameters: { path: cropParams },
          answers: { 200: { description: 'The aligned face, 112 × 112.', content: { 'image/jpeg': {} } } },
          errors: ['not-found', 'redis-unavailable'],
        }),
      },
      '/openapi.json': {
        get: operation({
          id: 'openapi',
          tag: 'Operation',
          summary: 'This document',
          role: 'public',
          answers: { 200: { description: 'OpenAPI 3.1.', content: { 'application/json': {} } } },
        }),
      },
    },
  });
}
