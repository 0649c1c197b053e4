import { z } from 'zod';
import { auditResponseSchema, auditVerificationSchema, erasureProofSchema } from '../../../protocol/audit.ts';
import { partsSchema, queuesResponseSchema } from '../../../protocol/operation.ts';
import {
  type Retention,
  retentionPreviewSchema,
  retentionResponseSchema,
} from '../../../protocol/retention.ts';
import { call } from '../api.ts';

export const getRetention = () => call('/retention', retentionResponseSchema);

export const setRetention = (retention: Retention) =>
  call('/retention', retentionResponseSchema, { method: 'PUT', body: retention });

export const previewRetention = ({ unknownHours, sightingDays }: Retention) =>
  call(
    `/retention/preview?unknownHours=${unknownHours}&sightingDays=${sightingDays}`,
    retentionPreviewSchema,
  );

export const getParts = () => call('/health/parts', partsSchema);

export const listQueues = async () => (await call('/queues', queuesResponseSchema)).queues;

export const pauseQueue = (queue: string, paused: boolean) =>
  call(`/queues/${queue}`, z.undefined(), { method: 'PATCH', body: { paused } });

export const retryJob = (queue: string, job: string) =>
  call(`/queues/${queue}/failed/${encodeURIComponent(job)}/retry`, z.undefined(), { method: 'POST' });

export const removeJob = (queue: string, job: string) =>
  call(`/queues/${queue}/failed/${encodeURIComponent(job)}`, z.undefined(), { method: 'DELETE' });

/** @param parameters of `auditQuerySchema` */
export const listAudit = (parameters: URLSearchParams) => call(`/audit?${parameters}`, auditResponseSchema);

export const verifyAudit = () => call('/audit/verification', auditVerificationSchema, { limitMs: 120_000 });

export const proveErasure = (personId: string) =>
  call(`/audit/erasures/${encodeURIComponent(personId)}`, erasureProofSchema, { limitMs: 60_000 });
