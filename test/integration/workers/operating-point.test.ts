import { afterAll, beforeAll, expect, test } from 'vitest';
import { thresholdFor } from '../../../models/decision.ts';
import { findModel, loadManifest } from '../../../models/registry.ts';
import { type OperatingPoint, redisKeys } from '../../../protocol/jobs.ts';
import {
  followOperatingPoint,
  type OperatingPointReplica,
} from '../../../workers/runtime/operating-point.ts';
import { silent } from '../../support/database.ts';
import { startTestRedis, type TestRedis } from '../../support/redis.ts';
import { waitFor } from '../../support/wait-for.ts';

const entry = findModel({ manifest: loadManifest(), task: 'embed' });
const stricter = entry.thresholds.map(({ fmr, cosine, extrapolated }) => ({
  fmr: fmr * 3,
  cosine,
  extrapolated,
}));
const point: OperatingPoint = { model: entry.name, fpir: 0.01, thresholds: stricter };

let server: TestRedis;
let replica: OperatingPointReplica;

beforeAll(async () => {
  server = await startTestRedis();
  replica = await followOperatingPoint({ redis: server.connect(), fpir: 0.003, logger: silent });
});
afterAll(async () => {
  await replica.close();
  await server.close();
});

const publish = (value: unknown) => server.connect().set(redisKeys.operatingPoint, JSON.stringify(value));

test('a worker keeps the configured promise by the manifest’s table until it is told another', async () => {
  expect(replica.ruleFor(entry)).toEqual({ entry, fpir: 0.003 });
  await publish(point);
  await waitFor(() => replica.ruleFor(entry).fpir === 0.01, { what: 'the new operating point' });
  const rule = replica.ruleFor(entry);
  const at = { fpir: 0.01, gallerySize: 500 };
  expect(thresholdFor({ manifestEntry: rule.entry, ...at })).toBeGreaterThan(
    thresholdFor({ manifestEntry: entry, ...at }) + 0.02,
  );
});

test('keeps the promise by the manifest’s table when the refined one is another model’s', () => {
  const other = { ...entry, name: 'another-model' };
  expect(replica.ruleFor(other)).toEqual({ entry: other, fpir: 0.01 });
});

test('keeps what it has when Redis is emptied or holds nonsense', async () => {
  const before = replica.ruleFor(entry);
  await publish({ ...point, fpir: 7 });
  await new Promise((done) => setTimeout(done, 1500));
  expect(replica.ruleFor(entry)).toEqual(before);
  await server.connect().del(redisKeys.operatingPoint);
  await new Promise((done) => setTimeout(done, 1500));
  expect(replica.ruleFor(entry)).toEqual(before);
});
