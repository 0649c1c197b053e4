import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { connectRedis } from '../../../config/redis.ts';
import type { Decision } from '../../../protocol/jobs.ts';
import type { ModelsResponse } from '../../../protocol/models.ts';
import { EmbeddedRedis } from '../../../server/redis/embedded-redis.ts';
import { preparedFolder } from '../../support/database.ts';
import { facesMissing, type PersonPhotos, peopleWithPhotos } from '../../support/faces.ts';
import { enrol, startFacewireProcess, type TestServer } from '../../support/facewire.ts';
import { multiplyPeople } from '../../support/many-people.ts';
import { OPTIONAL_MODEL, optionalModelMissing } from '../../support/optional-models.ts';
import { waitFor } from '../../support/wait-for.ts';
import { createJobClient } from '../../support/worker.ts';

const missing = facesMissing ?? optionalModelMissing;
if (missing) console.log(`skipped: changing the model of a gallery: ${missing}`);

const FIRST = 'mobilefacenet-192';
const OTHER = OPTIONAL_MODEL.name;
const FILLERS = 8;
const COPIES = 60;

describe.skipIf(missing)('changing the model of a gallery of hundreds', () => {
  let dataDir: string;
  let server: TestServer;
  const [ada, ben, , eve]: PersonPhotos[] = missing ? [] : peopleWithPhotos(2);

  const start = async () => {
    server = await startFacewireProcess({
      dataDir,
      // The key of the tests' vault, so that a test can put jobs into the queue.
      environment: { DATA_KEY: Buffer.alloc(32, 7).toString('base64'), LOG_LEVEL: 'info' },
    });
  };
  const models = async () => (await (await server.api('GET', '/models')).json()) as ModelsResponse;
  const serving = ({ models: list }: ModelsResponse) =>
    list.find((model) => model.task === 'embed' && model.serving)?.name;
  const use = async (name: string) =>
    (await server.api('POST', `/models/${name}/use`, { force: false })).status;
  const done = async () => (await models()).switch?.done ?? Number.NaN;
  const untilServes = (name: string) =>
    waitFor(
      async () => {
        const now = await models();
        if (now.switch?.state === 'stopped') throw new Error(now.switch.message);
        return serving(now) === name && now.switch === null ? now : undefined;
      },
      { what: `${name} serves`, timeoutMs: 180_000, everyMs: 100 },
    );
  const identify = async (photo: string) => {
    const form = new FormData();
    form.append('photos', new Blob([readFileSync(photo)]), 'photo.jpg');
    const response = await server.api('POST', '/identify', form);
    const answer = (await response.json()) as {
      model: string;
      photos: { faces: { state: string; person?: { name: string } }[] }[];
    };
    return { model: answer.model, ...answer.photos[0]?.faces[0] };
  };
  const workerPid = async () => {
    const ready = (await (await server.api('GET', '/readyz')).json()) as {
      checks: { workers: { ok: boolean; detail: string } };
    };
    return Number(/\/(\d+):/.exec(ready.checks.workers.detail)?.[1] ?? Number.NaN);
  };

  beforeAll(async () => {
    dataDir = mkdtempSync(join(tmpdir(), 'facewire-switch-'));
    cpSync(await preparedFolder(), dataDir, { recursive: true });
    mkdirSync(join(dataDir, 'models'));
    cpSync(OPTIONAL_MODEL.file, join(dataDir, 'models', `${OTHER}.onnx`));
    await start();
    for (const person of [ada, ben])
      await enrol(server, person?.name as string, [person?.photos[0] as string]);
    for (const { name, photos } of peopleWithPhotos(1).slice(40, 40 + FILLERS)) {
      await enrol(server, name, [photos[0] as string]);
    }
    await server.stop();
    await multiplyPeople({ dataDir, except: [ada?.name as string, ben?.name as string], times: COPIES });
    await start();
  }, 120_000);
  afterAll(async () => {
    await server?.stop();
    rmSync(dataDir, { recursive: true, force: true });
  }, 30_000);

  test('goes on after kills of a worker and of the server, and loses nobody', async () => {
    const total = 2 + FILLERS * (COPIES + 1);
    expect(serving(await models())).toBe(FIRST);
    expect(await use(OTHER)).toBe(202);
    expect(await use(OTHER)).toBe(202); // Asked twice, it is one change.
    await waitFor(async () => (await done()) > total / 10 || undefined, { what: 'a tenth', everyMs: 20 });

    process.kill(await workerPid(), 'SIGKILL');
    const atWorkersDeath = await done();
    expect(atWorkersDeath).toBeLessThan(total);
    await waitFor(async () => (await done()) > atWorkersDeath + 64 || undefined, {
      what: 'another worker goes on',
      timeoutMs: 40_000,
      everyMs: 20,
    });

    const atServersDeath = await done();
    expect(atServersDeath).toBeLessThan(total);
    const gone = new Promise((ended) => server.process.once('exit', ended));
    server.process.kill('SIGKILL');
    await gone;
    await start();
    const resumed = await models();
    expect(serving(resumed)).toBe(FIRST);
    expect(resumed.switch?.model).toBe(OTHER);
    expect(resumed.switch?.done).toBeGreaterThanOrEqual(atServersDeath);
    expect(await identify(ada?.photos[1] as string)).toMatchObject({
      model: FIRST,
      state: 'identified',
      person: { name: ada?.name },
    });

    // Enrolled and erased while it goes on.
    await enrol(server, eve?.name as string, [eve?.photos[0] as string]);
    const found = (await (
      await server.api('GET', `/people?q=${encodeURIComponent(ben?.name as string)}`)
    ).json()) as { people: { id: string }[] };
    expect((await server.api('DELETE', `/people/${found.people[0]?.id}`)).status).toBe(200);

    const after = await untilServes(OTHER);
    expect(after.switch).toBeNull();
    for (const person of [ada, eve]) {
      const seen = await waitFor(
        async () => {
          const answer = await identify(person?.photos[1] as string);
          return answer.model === OTHER && answer.state === 'identified' ? answer : undefined;
        },
        { what: `${person?.name} by the new model`, timeoutMs: 5000 },
      );
      expect(seen.person?.name).toBe(person?.name);
    }
    expect((await identify(ben?.photos[1] as string)).state).toBe('unknown');
    expect((await server.api('DELETE', '/models/switch')).status).toBe(409);
  }, 400_000);

  test('answers every crop meanwhile, each by one model, and names nobody wrongly', async () => {
    const connections: ReturnType<typeof connectRedis>[] = [];
    const connect = () => {
      const redis = connectRedis({ url: EmbeddedRedis.urlOf(dataDir), use: 'commands' });
      redis.on('error', () => {}); // The server that it belongs to ends with the test.
      connections.push(redis);
      return redis;
    };
    const client = await createJobClient({ connect } as Parameters<typeof createJobClient>[0]);
    const cropOf = async (photo: string) => {
      const answer = await client.photoAnswer(await client.addPhoto({ bytes: readFileSync(photo) }));
      if (answer.outcome !== 'analysed') throw new Error(answer.outcome);
      return Buffer.from(answer.faces[0]?.crop as string, 'base64');
    };
    const crops = await Promise.all([ada, eve].map((person) => cropOf(person?.photos[1] as string)));
    expect(await use(FIRST)).toBe(202);

    const seen: { sent: number; at: number; who: number; decision: Decision | undefined }[] = [];
    let changing = true;
    // Between crops there is time for the bulk lane, until the moment of the change is near.
    let everyMs = 400;
    const answered: Promise<void>[] = [];
    const stream = (async () => {
      for (let i = 0; changing; i++) {
        const who = i % 2;
        const id = await client.addCrop({ payload: crops[who] as Buffer, deadlineAt: Date.now() + 5000 });
        answered.push(
          client.cropAnswer(id).then((result) => {
            const decision = result.outcome === 'decided' ? result.decision : undefined;
            seen.push({ sent: i, at: performance.now(), who, decision });
          }),
        );
        await sleep(everyMs);
      }
    })();
    await waitFor(async () => (await models()).switch?.state !== 'embedding' || undefined, {
      what: 'everybody is embedded',
      timeoutMs: 180_000,
      everyMs: 20,
    });
    everyMs = 15;
    await untilServes(FIRST);
    await waitFor(() => seen.at(-1)?.decision?.model === FIRST || undefined, {
      what: 'the worker changed over',
    });
    changing = false;
    await stream;
    await Promise.all(answered);

    const decisions = seen.map(({ decision }) => decision);
    expect(decisions.filter((decision) => decision === undefined)).toEqual([]);
    for (const { who, decision } of seen) {
      expect(decision?.candidates[0]?.name).toBe([ada, eve][who]?.name);
      expect(decision?.gallerySize).toBe(2 + FILLERS * (COPIES + 1));
    }
    // The last crops of the old model may be answered after the first of the new one; by when they were sent, there
    // is one change.
    const inOrder = seen.toSorted((a, b) => a.sent - b.sent);
    const byModel = inOrder.map(({ decision }) => decision?.model);
    const change = byModel.indexOf(FIRST);
    expect(change).toBeGreaterThan(10);
    expect(new Set(byModel.slice(0, change))).toEqual(new Set([OTHER]));
    expect(new Set(byModel.slice(change))).toEqual(new Set([FIRST]));
    const aroundChange = seen.filter(({ sent }) => sent >= change - 20 && sent <= change + 20);
    const gaps = aroundChange.slice(1).map(({ at }, i) => at - (aroundChange[i]?.at ?? at));
    console.log(
      `${seen.length} crops; around the change one each ${everyMs} ms, longest time without an answer ` +
        `${Math.max(...gaps).toFixed(0)} ms`,
    );
    expect(Math.max(...gaps)).toBeLessThan(2000);
    await client.close();
    for (const connection of connections) connection.disconnect();
  }, 400_000);
});
