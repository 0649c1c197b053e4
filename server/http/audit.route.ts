import { Router } from 'express';
import { z } from 'zod';
import {
  AUDIT_LIMITS,
  auditFilterSchema,
  auditQuerySchema,
  auditResponseSchema,
  auditVerificationSchema,
  type ErasureProof,
  erasureProofSchema,
} from '../../protocol/audit.ts';
import { FacewireError } from '../../protocol/errors.ts';
import type { AuditSearch } from '../audit/audit-search.ts';
import type { UserStore } from '../auth/user.store.ts';
import type { AuditStore } from '../db/audit.store.ts';
import { csvLine } from '../sightings/csv.ts';
import { drained } from './drained.ts';
import { type Guard, principalOf } from './guard.ts';
import { onlyMethods, parseInput } from './problem.ts';

const COLUMNS = ['sequence', 'at', 'actor', 'name', 'action', 'subject', 'detail', 'hash'];

/** Who did what, and the proof that it was not changed afterwards. */
export function auditRoute(dependencies: {
  search: AuditSearch;
  proveErasure: (personId: string) => Promise<ErasureProof>;
  users: Pick<UserStore, 'actors'>;
  audit: AuditStore;
  guard: Guard;
}): Router {
  const { search, proveErasure, users, audit, guard } = dependencies;
  const admins = guard.allow('admin');
  const router = Router();
  router
    .route('/audit')
    .get(admins, async (request, response) => {
      const query = parseInput(auditQuerySchema.strict(), request.query);
      response.set('Cache-Control', 'no-store').json(auditResponseSchema.parse(await search.list(query)));
    })
    .all(onlyMethods('GET'));
  router
    .route('/audit.csv')
    .get(admins, async (request, response) => {
      const filter = parseInput(auditFilterSchema.strict(), request.query);
      const actors = await users.actors();
      let page = await search.list({ ...filter, limit: AUDIT_LIMITS.page });
      await audit.append({
        actor: principalOf(response).subject,
        action: 'audit.exported',
        subject: 'audit',
      });
      response
        .type('text/csv')
        .set('Content-Disposition', 'attachment; filename="audit.csv"')
        .set('Cache-Control', 'no-store')
        .write(csvLine(COLUMNS));
      for (let rows = 0; ; ) {
        for (const { sequence, at, actor, action, subject, detail, hash } of page.entries) {
          const cells = [
            sequence,
            at,
            actor,
            actors[actor]?.name,
            action,
            subject,
            JSON.stringify(detail),
            hash,
          ];
          if (!response.write(csvLine(cells))) await drained(response);
        }
        rows += page.entries.length;
        if (page.next === undefined || rows >= AUDIT_LIMITS.exported || response.destroyed) break;
        page = await search.list({ ...filter, limit: AUDIT_LIMITS.page, before: page.next });
      }
      response.end();
    })
    .all(onlyMethods('GET'));
  router
    .route('/audit/verification')
    .get(admins, async (_request, response) => {
      response.set('Cache-Control', 'no-store').json(auditVerificationSchema.parse(await search.verify()));
    })
    .all(onlyMethods('GET'));
  router
    .route('/audit/erasures/:id')
    .get(admins, async (request, response) => {
      const id = z.uuid().safeParse(request.params.id).data;
      if (!id) {
        throw new FacewireError(
          'not-found',
          `${String(request.params.id).slice(0, 100)} is not the id of a person; the receipt of the erasure has it.`,
        );
      }
      response.set('Cache-Control', 'no-store').json(erasureProofSchema.parse(await proveErasure(id)));
    })
    .all(onlyMethods('GET'));
  return router;
}
