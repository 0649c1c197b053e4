import { z } from 'zod';
import {
  auditFilterSchema,
  auditQuerySchema,
  auditResponseSchema,
  auditVerificationSchema,
  type ErasureProof,
  erasureProofSchema,
  type StoredAuditEntry,
} from '../../protocol/audit.ts';
import {
  type Parts,
  partsSchema,
  pauseQueueSchema,
  type QueueReport,
  queuesResponseSchema,
} from '../../protocol/operation.ts';
import {
  type RetentionResponse,
  retentionPreviewQuerySchema,
  retentionPreviewSchema,
  retentionResponseSchema,
  setRetentionSchema,
} from '../../protocol/retention.ts';
import { idParams } from './openapi-forms.ts';
import { json, operation } from './openapi-operation.ts';

const AT = '2026-11-23T10:00:00.000Z';
const PERSON = '0b6c1c3e-6a0f-4d0b-9f53-9f2b7a4b8f3d';
const crops = { name: 'crops', paused: false, waiting: 0, active: 1, delayed: 0, failed: 1 };
const erased = {
  sequence: 412,
  at: AT,
  actor: 'user:5a4a1d0e-1f0c-4d6c-8a0f-6c1d7e0b2f31',
  action: 'person.erased',
  subject: PERSON,
  detail: { templates: 3, sightings: 12 },
  hash: '5f2b…',
} satisfies StoredAuditEntry;

/** What the API answers of retention, parts, queues and the audit log. */
export const operationExamples = {
  retention: {
    retention: { unknownHours: 24, sightingDays: 30 },
    configured: { unknownHours: 24, sightingDays: 30 },
    kept: { unknown: 120, identified: 4300 },
  } satisfies RetentionResponse,
  parts: {
    at: AT,
    server: {
      state: 'ok',
      version: '0.1.0',
      node: 'v24.0.0',
      host: 'reception',
      pid: 812,
      uptimeS: 86_400,
      memoryBytes: 310_000_000,
      cpu: 0.12,
      eventLoopDelayMs: { p50: 0.4, p99: 6 },
    },
    sfu: { state: 'ok', pid: 820, peers: 3, transports: 6, memoryBytes: 24_000_000, cpu: 0.04 },
    redis: {
      state: 'ok',
      version: '7.0.15',
      memoryBytes: 9_000_000,
      clients: 14,
      persistence: 'append-only file',
      answerMs: 0.4,
    },
    database: { state: 'ok', kind: 'pglite', sizeBytes: 48_000_000, answerMs: 0.7 },
    disk: {
      state: 'warning',
      problem: 'Little space is left on the disk of the data folder.',
      freeBytes: 6e9,
      totalBytes: 64e9,
    },
    queues: [crops],
    workers: [
      {
        state: 'ok',
        id: 'c2a7a9b0',
        host: 'reception',
        pid: 830,
        provider: 'cpu',
        model: 'mobilefacenet-192',
        gallerySize: 240,
        galleryVersion: 871,
        ageMs: 400,
        cropsPerSecond: 14.2,
        embedMs: { p50: 7.1, p99: 12.4 },
      },
    ],
  } satisfies Parts,
  queue: {
    ...crops,
    pausable: false,
    oldestWaitingMs: null,
    completed: [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 210, 388, 402, 371, 390],
    failedByMinute: [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0],
    failures: [
      {
        id: 'crop-17',
        kind: 'crop',
        reason: 'job stalled more than allowable limit',
        attempts: 1,
        createdAt: AT,
        failedAt: AT,
      },
    ],
  } satisfies QueueReport,
  entry: erased,
  proof: {
    personId: PERSON,
    checkedAt: AT,
    erasure: erased,
    gone: true,
    looked: [
      { area: 'database', place: 'templates', found: 0 },
      { area: 'redis', place: 'gallery', found: 0 },
      { area: 'queues', place: 'crops', found: 0 },
      { area: 'workers', place: 'reception/830', found: 0 },
    ],
  } satisfies ErasureProof,
};
const { retention, parts, queue, entry, proof } = operationExamples;
const queueParams = z.object({ queue: z.string() });
const jobParams = queueParams.extend({ job: z.string() });
const BODY_ERRORS = ['bad-request', 'validation', 'too-large'] as const;

/** The part of the OpenAPI document that tells of running the server. */
export function operationPaths() {
  return { ...retentionPaths(), ...partsPaths(), ...auditPaths() };
}

function retentionPaths() {
  return {
    '/retention': {
      get: operation({
        id: 'getRetention',
        tag: 'Operation',
        summary: 'How long sightings are kept',
        role: 'admin',
        answers: { 200: json('What is in force.', retentionResponseSchema, retention) },
      }),
      put: operation({
        id: 'setRetention',
        tag: 'Operation',
        summary: 'Change how long sightings are kept',
        detail: 'What is past its time by then is deleted before the answer. See `/retention/preview` first.',
        role: 'admin',
        body: {
          type: 'application/json',
          schema: setRetentionSchema,
          example: { unknownHours: 12, sightingDays: 14 },
        },
        answers: { 200: json('What is in force now.', retentionResponseSchema, retention) },
        errors: [...BODY_ERRORS],
      }),
    },
    '/retention/preview': {
      get: operation({
        id: 'previewRetention',
        tag: 'Operation',
        summary: 'What other times would delete at once',
        role: 'admin',
        parameters: { query: retentionPreviewQuerySchema },
        answers: {
          200: json('Sightings past those times.', retentionPreviewSchema, { unknown: 60, identified: 900 }),
        },
        errors: ['validation'],
      }),
    },
  };
}

function partsPaths() {
  return {
    '/health/parts': {
      get: operation({
        id: 'getParts',
        tag: 'Operation',
        summary: 'How every part is',
        detail: 'Server, SFU, Redis, database, disk, queues and workers, each with its state and figures.',
        role: 'admin',
        answers: { 200: json('As of this second.', partsSchema, parts) },
      }),
    },
    '/queues': {
      get: operation({
        id: 'listQueues',
        tag: 'Operation',
        summary: 'What the queues hold',
        detail: 'Counts, jobs per minute, and the failed ones with why. Never what a job carries.',
        role: 'admin',
        answers: { 200: json('Every queue.', queuesResponseSchema, { queues: [queue] }) },
        errors: ['redis-unavailable'],
      }),
    },
    '/queues/{queue}': {
      patch: operation({
        id: 'pauseQueue',
        tag: 'Operation',
        summary: 'Pause the bulk lane, or let it go on',
        role: 'admin',
        parameters: { path: queueParams },
        body: { type: 'application/json', schema: pauseQueueSchema, example: { paused: true } },
        answers: { 204: { description: 'Done. What a worker has begun, it finishes.' } },
        errors: [...BODY_ERRORS, 'not-found', 'bad-state', 'redis-unavailable'],
      }),
    },
    '/queues/{queue}/failed/{job}': {
      delete: operation({
        id: 'removeFailedJob',
        tag: 'Operation',
        summary: 'Remove a failed job',
        role: 'admin',
        parameters: { path: jobParams },
        answers: { 204: { description: 'Removed.' } },
        errors: ['not-found', 'redis-unavailable'],
      }),
    },
    '/queues/{queue}/failed/{job}/retry': {
      post: operation({
        id: 'retryFailedJob',
        tag: 'Operation',
        summary: 'Run a failed job again',
        role: 'admin',
        parameters: { path: jobParams },
        answers: { 204: { description: 'It waits again.' } },
        errors: ['not-found', 'redis-unavailable'],
      }),
    },
  };
}

function auditPaths() {
  return {
    '/audit': {
      get: operation({
        id: 'listAudit',
        tag: 'Operation',
        summary: 'Who did what',
        detail: 'Newest first, a page at a time: `next` of an answer is `before` of the next request.',
        role: 'admin',
        parameters: { query: auditQuerySchema },
        answers: { 200: json('A page of entries.', auditResponseSchema, { entries: [entry] }) },
        errors: ['validation'],
      }),
    },
    '/audit.csv': {
      get: operation({
        id: 'exportAudit',
        tag: 'Operation',
        summary: 'The same as comma-separated values',
        role: 'admin',
        parameters: { query: auditFilterSchema },
        answers: { 200: { description: 'A header and a row for each.', content: { 'text/csv': {} } } },
        errors: ['validation'],
      }),
    },
    '/audit/verification': {
      get: operation({
        id: 'verifyAudit',
        tag: 'Operation',
        summary: 'Was the log changed?',
        detail: 'Computes every hash anew from the entry and the hash before it.',
        role: 'admin',
        answers: {
          200: json('What came of it.', auditVerificationSchema, {
            intact: true,
            entries: 412,
            firstBroken: null,
            head: '5f2b…',
          }),
        },
      }),
    },
    '/audit/erasures/{id}': {
      get: operation({
        id: 'proveErasure',
        tag: 'Operation',
        summary: 'Is a person gone?',
        detail:
          'Looks for the id in every table, in Redis, in the queues, at every worker, in what is live and among the ' +
          'files, and says where it looked. Also for somebody who is enrolled.',
        role: 'admin',
        parameters: { path: idParams },
        answers: { 200: json('What was found.', erasureProofSchema, proof) },
        errors: ['not-found'],
      }),
    },
  };
}
