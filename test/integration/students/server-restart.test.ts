/** A live run of a real server process that is killed, or stopped, and started anew. */
import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Redis } from 'ioredis';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { connectRedis } from '../../../config/redis.ts';
import { type TrainingRun, trainingResponseSchema } from '../../../protocol/student-versions.ts';
import { createAuditStore } from '../../../server/db/audit.store.ts';
import { openDatabase } from '../../../server/db/client.ts';
import { createPeopleStore } from '../../../server/people/people.store.ts';
import { embeddedRedisUrl } from '../../../server/redis/embedded-redis.ts';
import { preparedFolder, silent } from '../../support/database.ts';
import { startFacewireProcess, type TestServer } from '../../support/facewire.ts';
import { testVault } from '../../support/gallery.ts';
import { enrolPatterns } from '../../support/pattern-people.ts';
import { waitFor } from '../../support/wait-for.ts';
import { TEST_KEY } from '../../support/worker.ts';

// A run takes seconds, or minutes where the machine has much else to do.
describe('a server that trains', { timeout: 240_000 }, () => {
  const dataDir = mkdtempSync(join(tmpdir(), 'facewire-restart-'));
  let server: TestServer;
  let redis: Redis;
  let group: string;

  const start = async () => {
    server = await startFacewireProcess({
      dataDir,
      environment: {
        DATA_KEY: TEST_KEY,
        WORKERS: '1',
        PROVIDER: 'cpu',
        TRAINING_ROUNDS: '3',
        TRAINING_STEPS: '1',
        LOG_LEVEL: 'warn',
      },
    });
    await waitFor(async () => (await server.api('GET', '/readyz')).ok, { what: 'a worker is ready' });
  };
  beforeAll(async () => {
    cpSync(await preparedFolder(), dataDir, { recursive: true });
    const database = await openDatabase({ url: undefined, dataDir, logger: silent });
    const audit = createAuditStore({ database });
    await enrolPatterns(createPeopleStore({ database, audit, vault: testVault }), { count: 30, photos: 2 });
    await database.close();
    await start();
    redis = connectRedis({ url: embeddedRedisUrl(dataDir), use: 'blocking' });
    redis.on('error', () => {});
    const { id } = await server.addKiosk('Entrance');
    const made = await server.api('POST', '/training/groups', {
      name: 'Dark entrances',
      shift: 'dark-kiosk',
      cameras: [id],
      automatic: false,
    });
    group = ((await made.json()) as { id: string }).id;
  }, 60_000);
  afterAll(async () => {
    redis?.disconnect();
    await server?.stop();
    rmSync(dataDir, { recursive: true, force: true });
  });

  const runs = async (): Promise<TrainingRun[]> => {
    const body: unknown = await (await server.api('GET', '/training')).json();
    return trainingResponseSchema.parse(body).groups[0]?.runs ?? [];
  };
  const once = (what: string, wanted: (run: TrainingRun) => boolean) =>
    waitFor(async () => (await runs()).find(wanted), { what, timeoutMs: 150_000, everyMs: 100 });
  /** Refused while no worker has told that it is there. */
  const request = () =>
    waitFor(async () => (await server.api('POST', `/training/groups/${group}/runs`)).status === 202, {
      what: 'a run is taken on',
      everyMs: 100,
    });
  const inItsMidst = ({ state, rounds }: TrainingRun) => state === 'running' && rounds.length === 1;
  const leftInRedis = async () => (await redis.keys('fw:training:*:samples:*')).length;

  test('and is killed in its midst says so when it is started anew, and leaves no crop behind', async () => {
    const { id } = await once('the second round has begun', inItsMidst);
    expect(await leftInRedis()).toBeGreaterThan(0);
    const gone = new Promise((done) => server.process.once('exit', done));
    server.process.kill('SIGKILL');
    await gone;
    await start();
    const run = await once('the run has ended', (run) => run.id === id && run.state !== 'running');
    expect(run).toMatchObject({
      state: 'stopped',
      message: 'It was cut off: its server ended, or could not reach the database.',
    });
    await waitFor(async () => (await leftInRedis()) === 0, { what: 'its crops are gone' });
  });

  test('runs the next one, which is stopped with the server and told as that', async () => {
    await request();
    const { id } = await once('the next run is in its midst', inItsMidst);
    expect(await server.stop()).toBe(0);
    await start();
    expect((await runs())[0]).toMatchObject({
      id,
      state: 'stopped',
      message: 'The server was stopped.',
    });
    expect(await leftInRedis()).toBe(0);
    await request();
    const run = await once('a run is done', ({ state }) => state === 'done');
    expect(run.rounds).toHaveLength(run.stoppedEarly ? 2 : 3);
  });
});
