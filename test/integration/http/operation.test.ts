import { execFile } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { Queue, Worker } from 'bullmq';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { AuditVerification, ErasureProof, StoredAuditEntry } from '../../../protocol/audit.ts';
import { BULK_QUEUE, QUEUE_PREFIX } from '../../../protocol/jobs.ts';
import type { Parts, QueueReport } from '../../../protocol/operation.ts';
import type { RetentionResponse } from '../../../protocol/retention.ts';
import { startTestHttp, type TestHttp } from '../../support/http-server.ts';
import { storePerson } from '../../support/people.ts';

let server: TestHttp;
beforeAll(async () => {
  server = await startTestHttp();
});
afterAll(() => server.close());

const ask = async <T = unknown>(method: string, path: string, body?: object) => {
  const response = await server.api(path, {
    method,
    ...(body ? { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } } : {}),
  });
  const text = await response.text();
  const json = response.headers.get('content-type')?.includes('json');
  return { status: response.status, body: (json ? JSON.parse(text) : text) as T };
};

/** A sighting that ended so many hours ago. */
async function sighted(hours: number, personId?: string) {
  const kiosk = await server.kiosks.create({ name: 'Door', place: '', by: 'test' });
  await server.database.query(
    `insert into sightings (id, kiosk_id, state, person_id, began_at, ended_at, crops)
     values ($1, $2, $3, $4, now() - $5 * interval '1 hour', now() - $5 * interval '1 hour', 1)`,
    [randomUUID(), kiosk.id, personId ? 'identified' : 'unknown', personId ?? null, hours],
  );
}

describe('retention', () => {
  it('holds as configured until it is set; what would go is told before, and goes at once', async () => {
    const { id } = await storePerson(server.people, { name: 'Ada', seeds: [11] });
    await sighted(5);
    await sighted(1);
    await sighted(40, id);
    const before = (await ask<RetentionResponse>('GET', '/retention')).body;
    expect(before).toEqual({
      retention: { unknownHours: 24, sightingDays: 30 },
      configured: { unknownHours: 24, sightingDays: 30 },
      kept: { unknown: 2, identified: 1 },
    });
    const shorter = { unknownHours: 2, sightingDays: 1 };
    const preview = await ask('GET', '/retention/preview?unknownHours=2&sightingDays=1');
    expect(preview.body).toEqual({ unknown: 1, identified: 1 });
    expect((await ask<RetentionResponse>('GET', '/retention')).body.kept).toEqual(before.kept);
    expect((await ask('PUT', '/retention', { ...shorter, unknownHours: 0 })).status).toBe(422);
    const set = await ask<RetentionResponse>('PUT', '/retention', shorter);
    expect(set.body).toMatchObject({ retention: shorter, kept: { unknown: 1, identified: 0 } });
    const [entry] = (await ask<{ entries: StoredAuditEntry[] }>('GET', '/audit?action=retention')).body
      .entries;
    expect(entry).toMatchObject({ action: 'retention.set', actor: 'api-key', detail: shorter });
  });
});

describe('the parts', () => {
  it('tell their state and figures', async () => {
    const { body: parts } = await ask<Parts>('GET', '/health/parts');
    expect(parts.server).toMatchObject({ version: '0.0.0', pid: process.pid, node: process.version });
    expect(parts.redis).toMatchObject({
      version: expect.stringMatching(/^\d+\./),
      memoryBytes: expect.any(Number),
    });
    expect(parts.database).toMatchObject({ state: 'ok', kind: 'pglite' });
    expect(parts.database.sizeBytes).toBeGreaterThan(1e6);
    expect(parts.disk.freeBytes).toBeGreaterThan(0);
    expect(parts.queues.map(({ name }) => name)).toEqual(['crops', 'photos', 'bulk']);
    // There is no media worker in this test.
    expect(parts.sfu).toMatchObject({ state: 'error', problem: 'The media worker is being restarted.' });
  });
});

describe('the queues', () => {
  it('show failed jobs by their reason, never by what they carried; run them again, remove them', async () => {
    const connection = server.redis.connect('blocking');
    const queue = new Queue(BULK_QUEUE, { connection: server.redis.connect(), prefix: QUEUE_PREFIX });
    let failing = true;
    const worker = new Worker(
      BULK_QUEUE,
      async () => {
        if (failing) throw new Error('the picture is torn');
      },
      { connection, prefix: QUEUE_PREFIX, metrics: { maxDataPoints: 60 } },
    );
    const bulk = async () =>
      (await ask<{ queues: QueueReport[] }>('GET', '/queues')).body.queues.find(
        ({ name }) => name === BULK_QUEUE,
      ) as QueueReport;
    try {
      await queue.add('embed', { secret: 'payload' }, { jobId: 'one' });
      await queue.add('embed', { secret: 'payload' }, { jobId: 'two' });
      await expect.poll(async () => (await bulk()).failed, { timeout: 10_000 }).toBe(2);
      const report = await bulk();
      expect(report.failures[0]).toMatchObject({ kind: 'embed', reason: 'the picture is torn', attempts: 1 });
      expect(JSON.stringify(report)).not.toContain('payload');
      expect((await ask('DELETE', '/queues/bulk/failed/one')).status).toBe(204);
      failing = false;
      expect((await ask('POST', '/queues/bulk/failed/two/retry')).status).toBe(204);
      await expect.poll(async () => (await bulk()).failed, { timeout: 10_000 }).toBe(0);
      expect((await ask('POST', '/queues/bulk/failed/two/retry')).status).toBe(404);
      await expect
        .poll(async () => (await bulk()).completed.reduce((sum, count) => sum + count, 0), {
          timeout: 10_000,
        })
        .toBe(1);

      // The bulk lane may be paused; what somebody waits for may not.
      expect((await ask('PATCH', '/queues/bulk', { paused: true })).status).toBe(204);
      await queue.add('embed', {}, { jobId: 'three' });
      expect(await bulk()).toMatchObject({ paused: true, pausable: true, waiting: 1 });
      expect((await bulk()).oldestWaitingMs).toBeGreaterThanOrEqual(0);
      expect((await ask('PATCH', '/queues/bulk', { paused: false })).status).toBe(204);
      await expect.poll(async () => (await bulk()).waiting, { timeout: 10_000 }).toBe(0);
      expect(await ask('PATCH', '/queues/crops', { paused: true })).toMatchObject({ status: 409 });
      expect(await ask('PATCH', '/queues/nothing', { paused: true })).toMatchObject({ status: 404 });
    } finally {
      await worker.close();
      await queue.close();
    }
  });
});

describe('the audit log', () => {
  it('is searched by who, what and which, page by page, and exported with names', async () => {
    const { user } = (await ask<{ user: { id: string } }>('POST', '/users', { name: 'Una', role: 'guard' }))
      .body;
    await ask('PATCH', `/users/${user.id}`, { role: 'operator' });
    const list = async (query: string) =>
      (await ask<{ entries: StoredAuditEntry[]; next?: number }>('GET', `/audit?${query}`)).body;
    const own = await list(`subject=${user.id}`);
    expect(own.entries.map(({ action }) => action)).toEqual(['user.changed', 'code.issued', 'user.created']);
    expect((await list(`subject=${user.id}&action=user.created`)).entries).toHaveLength(1);
    expect((await list('actor=nobody')).entries).toEqual([]);
    const first = await list('limit=2');
    const second = await list(`limit=2&before=${first.next}`);
    expect(second.entries[0]?.sequence).toBe((first.entries[1]?.sequence ?? 0) - 1);
    const csv = await ask<string>('GET', `/audit.csv?subject=${user.id}`);
    expect(csv.body.split('\r\n')[0]).toBe('sequence,at,actor,name,action,subject,detail,hash');
    expect(csv.body).toContain('user.created');
  });

  it('is found out when it was changed, also by the command', async () => {
    const dataDir = await mkdtemp(join(tmpdir(), 'facewire-audit-'));
    const links = { admin: `${server.url}/console`, apiKey: server.auth.apiKey };
    await writeFile(join(dataDir, 'links.json'), JSON.stringify(links));
    const command = () =>
      promisify(execFile)(process.execPath, ['server/audit/main.ts'], {
        env: { ...process.env, DATA_DIR: dataDir },
      }).then(
        ({ stdout }) => ({ code: 0, stdout }),
        ({ code, stdout }: { code: number; stdout: string }) => ({ code, stdout }),
      );
    expect(await command()).toEqual({ code: 0, stdout: expect.stringContaining('Intact') });
    const verify = async () => (await ask<AuditVerification>('GET', '/audit/verification')).body;
    expect(await verify()).toMatchObject({ intact: true, firstBroken: null, head: expect.any(String) });
    await server.database.execute(`alter table audit disable trigger audit_append_only;
      update audit set actor = 'somebody else' where sequence = 3`);
    expect(await verify()).toMatchObject({ intact: false, firstBroken: 3 });
    expect(await command()).toEqual({ code: 1, stdout: expect.stringContaining('Entry 3') });
    await rm(dataDir, { recursive: true });
  });
});

describe('a person who was erased', () => {
  const prove = async (id: string) => (await ask<ErasureProof>('GET', `/audit/erasures/${id}`)).body;

  it('is proven to be gone, and one who is not is found', async () => {
    const { id } = await storePerson(server.people, { name: 'Edith', seeds: [21, 22] });
    await sighted(1, id);
    const before = await prove(id);
    expect(before).toMatchObject({ gone: false, erasure: null });
    const found = (proof: ErasureProof, place: string) =>
      proof.looked.find((one) => one.place === place)?.found;
    expect([found(before, 'people'), found(before, 'templates'), found(before, 'sightings')]).toEqual([
      1, 2, 1,
    ]);

    expect((await ask('DELETE', `/people/${id}`)).status).toBe(200);
    const after = await prove(id);
    expect(after.looked.filter((one) => one.found > 0 || one.unknown)).toEqual([]);
    expect(after).toMatchObject({
      gone: true,
      erasure: { action: 'person.erased', actor: 'api-key', detail: { templates: 2, sightings: 1 } },
    });
    expect(new Set(after.looked.map(({ area }) => area))).toEqual(
      new Set(['database', 'redis', 'queues', 'memory', 'files']),
    );
    // What is left by mistake is found, also where nobody thought of it.
    await server.database.execute(`create table forgotten (note jsonb)`);
    await server.database.query('insert into forgotten values ($1)', [JSON.stringify({ about: id })]);
    expect(await prove(id)).toMatchObject({ gone: false });
    expect((await ask('GET', '/audit/erasures/nonsense')).status).toBe(404);
  });
});
