import { z } from 'zod';

export const AUDIT_LIMITS = { page: 100, exported: 200_000 } as const;

const text = z.string().trim().min(1).max(200);

export const auditFilterSchema = z.object({
  actor: text.optional().describe('Subject of whoever did it, as `user:ID`.'),
  action: text.optional().describe('What was done, as `person.erased`, or the part before the dot.'),
  subject: text.optional().describe('Id of what it was done to.'),
  from: z.coerce.date().optional().describe('Not before.'),
  to: z.coerce.date().optional().describe('Not after.'),
});
export type AuditFilter = z.infer<typeof auditFilterSchema>;

export const auditQuerySchema = auditFilterSchema.extend({
  limit: z.coerce.number().int().min(1).max(AUDIT_LIMITS.page).default(AUDIT_LIMITS.page),
  before: z.coerce.number().int().min(1).optional().describe('Where the page before ended: its `next`.'),
});

export const auditEntrySchema = z.object({
  sequence: z.int(),
  at: z.string(),
  actor: z.string(),
  action: z.string(),
  subject: z.string(),
  detail: z.record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.null()])),
  hash: z.string(),
});
export type StoredAuditEntry = z.infer<typeof auditEntrySchema>;
export const auditResponseSchema = z.object({
  entries: z.array(auditEntrySchema),
  next: z.int().optional(),
});

export const auditVerificationSchema = z.object({
  /** Whether every hash fits the entry and the hash before it. */
  intact: z.boolean(),
  entries: z.int(),
  /** The first entry that was changed, or follows one that is missing. */
  firstBroken: z.int().nullable(),
  /** Hash of the last entry: note it down elsewhere, and a shortened log is found out too. */
  head: z.string().nullable(),
});
export type AuditVerification = z.infer<typeof auditVerificationSchema>;

/** Proof that a person is gone: where was looked, and what was found. */
export const erasureProofSchema = z.object({
  personId: z.uuid(),
  checkedAt: z.iso.datetime(),
  /** From the audit log: when and by whom, and what the receipt counted. */
  erasure: auditEntrySchema.nullable(),
  /** Whether nothing was found anywhere. */
  gone: z.boolean(),
  looked: z.array(
    z.object({
      area: z.enum(['database', 'redis', 'queues', 'workers', 'memory', 'files']),
      place: z.string(),
      found: z.int(),
      /** Why nothing can be said, where that is so. */
      unknown: z.string().optional(),
    }),
  ),
});
export type ErasureProof = z.infer<typeof erasureProofSchema>;
