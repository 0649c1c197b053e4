import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Redis } from 'ioredis';
import { z } from 'zod';
import type { Logger } from '../../config/logger.ts';
import { FacewireError } from '../../protocol/errors.ts';
import type { TrainingRun, TrainingStatus } from '../../protocol/student-versions.ts';
import { type FewUsable, fewUsableSchema, type TrainingReason } from '../../protocol/training-reasons.ts';
import type { GroupStore, StoredGroup } from './group.store.ts';
import type { Lessons, Offer } from './lessons.ts';
import type { RunStore } from './run.store.ts';
import { RunEnd } from './run-end.ts';
import type { Runner } from './runner.ts';
import { statusSentence } from './sentences.ts';
import { parentOf } from './start.ts';
import { type StatusFacts, statusOf } from './status.ts';
import type { DataCount, TrainingData } from './training-data.ts';
import { noSuchGroup, type VersionStore } from './version.store.ts';

const LOOK_MS = 1000;
/** The server that runs trainings says so this often at least, or another takes over. */
const LEASE_MS = 15_000;
const LEASE_KEY = 'fw:training:lease';
const SERVER = 'server';
/** Hash group → who asked for a run of it: another server may be the one that runs trainings. */
const REQUESTED_KEY = 'fw:training:requested';
/** Hash group → what a division of its people lacked, with what there was then. */
const MISSING_KEY = 'fw:training:missing';
const KEPT_S = 24 * 3600;
/** What a run that is asked for waits for, and then begins. */
const TAKEN: ReadonlySet<TrainingReason['code']> = new Set([
  'run-begins',
  'round-running',
  'round-gives-way',
  'round-without-worker',
  'other-group',
  'lesson-measured',
]);
const missingSchema = z.strictObject({ counts: z.string().max(200), lacked: fewUsableSchema });
/**
 * Workers come one after the other, and a run has a shard for each of those that were there when it began: their number
 * is to have been the same for so long.
 */
const GATHER_MS = 3000;

/** Why a run, or what measures a lesson, is made to end. */
type Stop = 'other-server' | 'group-deleted' | 'group-paused' | 'person-erased' | 'server-stopped';

/** Begins runs of training when there is something to learn and somebody to learn it. */
export type Coordinator = {
  start(): void;
  /** @throws {FacewireError} `not-found`, `bad-state` with the reason why it cannot train */
  request(input: { group: string; by: string }): Promise<void>;
  status(group: StoredGroup): Promise<TrainingStatus>;
  runs(group: string): Promise<TrainingRun[]>;
  /** A person is gone: a run that learns from them ends, and everything that it holds with it. */
  forget(personId: string): void;
  close(): Promise<void>;
};

export function createCoordinator(dependencies: {
  groups: GroupStore;
  runs: RunStore;
  runner: Runner;
  data: TrainingData;
  lessons: Pick<Lessons, 'next' | 'settle'>;
  versions: Pick<VersionStore, 'list'>;
  /** What a status hangs on besides the group and its runs. */
  facts: () => Promise<Pick<StatusFacts, 'enabled' | 'model' | 'modelProblem' | 'workers' | 'heldBack'>>;
  redis: Redis;
  server: string;
  logger: Logger;
}): Coordinator {
  const { groups, runs, runner, data, lessons, versions, facts, redis, server, logger } = dependencies;
  const stopping = new AbortController();
  let leased = false;
  /** A run may stand as running, or lie in Redis, that nobody runs: its server died, or could not say that it ended. */
  let unswept = true;
  let crew = { workers: 0, since: 0 };
  let running:
    | { group: StoredGroup; people: readonly string[]; abort: AbortController; ended: Promise<void> }
    | undefined;
  let ended: Promise<void> | undefined;
  let failing = false;

  const lease = async (): Promise<boolean> => {
    const taken = await redis.set(LEASE_KEY, server, 'PX', LEASE_MS, 'NX');
    const mine = taken === 'OK' || (await redis.get(LEASE_KEY)) === server;
    unswept ||= mine && !leased;
    if (mine) await redis.pexpire(LEASE_KEY, LEASE_MS);
    leased = mine;
    return mine;
  };
  const note = (key: string, group: string, what: string) =>
    redis.multi().hset(key, group, what).expire(key, KEPT_S).exec();
  const lackedBy = async (group: string, counts: DataCount): Promise<FewUsable | undefined> => {
    const noted = await redis.hget(MISSING_KEY, group);
    if (noted === null) return undefined;
    const before = missingSchema.safeParse(JSON.parse(noted)).data;
    return before?.counts === JSON.stringify(counts) ? before.lacked : undefined;
  };
  /** @param asked as if somebody had asked for a run */
  const describe = async (
    group: StoredGroup,
    { asked = false } = {},
  ): Promise<{ status: TrainingStatus; due: boolean }> => {
    const known = await facts();
    const cameras = group.cameras.map(({ id }) => id);
    const [counts, own, training, made, requestedBy] = await Promise.all([
      data.count({ model: known.model, cameras }),
      runs.list(group.id),
      runs.trainingGroup(),
      versions.list(),
      redis.hget(REQUESTED_KEY, group.id),
    ]);
    const parent = parentOf(made, { group: group.id, model: known.model });
    return statusOf({
      ...known,
      group,
      counts,
      missing: await lackedBy(group.id, counts),
      runs: own,
      taughtAt: parent?.lineage.kiosk && parent.createdAt,
      requested: asked || requestedBy !== null,
      otherGroup: [training, running?.group].find((other) => other && other.id !== group.id)?.name,
      measuring: running?.group.id === group.id && training === undefined,
      now: Date.now(),
    });
  };

  const hasEnded = (): void => {
    running = undefined;
    unswept = true;
  };
  const begin = async (group: StoredGroup): Promise<void> => {
    const by = (await redis.hget(REQUESTED_KEY, group.id)) ?? SERVER;
    const { model, workers } = await facts();
    const counts = await data.count({ model, cameras: group.cameras.map(({ id }) => id) });
    const prepared = await runner.prepare({ group, model, workers });
    if ('missing' in prepared) {
      const noted = { counts: JSON.stringify(counts), lacked: prepared.missing };
      await note(MISSING_KEY, group.id, JSON.stringify(noted satisfies z.infer<typeof missingSchema>));
      await redis.hdel(REQUESTED_KEY, group.id);
      return;
    }
    const id = randomUUID();
    const abort = new AbortController();
    await runs.begin({ id, group: group.id, by, model, counts, planned: runner.rounds });
    await redis.hdel(REQUESTED_KEY, group.id);
    const run = async (): Promise<void> => {
      try {
        const { reason, version } = await runner.run({ id, group, prepared, signal: abort.signal });
        await runs.end(id, { state: 'done', how: reason, version });
      } catch (error) {
        const state = abort.signal.aborted ? 'stopped' : 'failed';
        const cause: unknown = abort.signal.aborted ? abort.signal.reason : error;
        const message = (cause instanceof Error ? cause.message : String(cause)).slice(0, 1000);
        logger.warn({ group: group.id, run: id, state, reason: message }, 'a training run has ended early');
        const how = cause instanceof RunEnd ? cause.reason : message;
        await runs.end(id, { state, how, version: null }).catch(() => {});
      }
    };
    const mine = {
      group,
      people: prepared.division.trained.concat(prepared.division.heldOut),
      abort,
    };
    running = { ...mine, ended: run().finally(hasEnded) };
  };
  /** Measures what a kiosk made; what it says is the kiosk's answer. */
  const judge = async (group: StoredGroup, offer: Offer): Promise<void> => {
    const settle = (message: string) =>
      lessons.settle(group.id, offer.kiosk.id, { before: null, after: null, used: false, message });
    const { model, workers, modelProblem, enabled } = await facts();
    if (!enabled || modelProblem || workers === 0) return;
    if ((await data.enrolled(offer.people)) < new Set(offer.people).size) {
      await settle('Somebody whom it learnt from was erased: it is not used.');
      return;
    }
    const prepared = await runner.prepare({ group, model, workers });
    if ('missing' in prepared) {
      await settle(statusSentence(prepared.missing));
      return;
    }
    const abort = new AbortController();
    const work = async (): Promise<void> => {
      try {
        const result = await runner.judge({ id: randomUUID(), group, prepared, offer, signal: abort.signal });
        await lessons.settle(group.id, offer.kiosk.id, result);
      } catch (error) {
        const reason: unknown = abort.signal.aborted ? abort.signal.reason : error;
        const message = (reason instanceof Error ? reason.message : String(reason)).slice(0, 1000);
        logger.warn({ group: group.id, kiosk: offer.kiosk.id, reason: message }, 'a lesson was not measured');
        await settle(message).catch(() => {});
      }
    };
    const { trained, heldOut } = prepared.division;
    running = {
      group,
      people: [...offer.people, ...trained, ...heldOut],
      abort,
      ended: work().finally(hasEnded),
    };
  };
  const stop = (code: Stop): void => running?.abort.abort(new RunEnd({ code }));

  const isGathered = async (): Promise<boolean> => {
    const workers = Math.min((await facts()).workers, runner.mostWorkers);
    const now = performance.now();
    if (workers !== crew.workers) crew = { workers, since: now };
    return now - crew.since >= GATHER_MS;
  };
  const look = async (): Promise<void> => {
    if (!(await lease())) {
      stop('other-server');
      return;
    }
    if (running) {
      const group = await groups.get(running.group.id);
      if (!group) stop('group-deleted');
      else if (group.paused) stop('group-paused');
      // Another server may have erased somebody.
      else if ((await data.enrolled(running.people)) < new Set(running.people).size) stop('person-erased');
      return;
    }
    if (unswept) {
      await runs.endAbandoned();
      await runner.sweep();
      unswept = false;
    }
    const all = await groups.list();
    if (all.length === 0) return;
    const gathered = await isGathered();
    for (const group of all.filter(({ paused }) => !paused)) {
      const offer = await lessons.next(group.id);
      if (offer) await judge(group, offer);
      if (running) return;
    }
    if (!gathered) return;
    for (const group of all) {
      if (!(await describe(group)).due) continue;
      await begin(group);
      if (running) return;
    }
  };
  const follow = async (): Promise<void> => {
    while (!stopping.signal.aborted) {
      try {
        await look();
        failing = false;
      } catch (error) {
        if (!failing) logger.warn({ err: error }, 'training cannot be looked after now');
        failing = true;
      }
      await sleep(LOOK_MS, undefined, { signal: stopping.signal }).catch(() => {});
    }
  };

  return {
    start() {
      ended ??= follow();
    },
    async request({ group: id, by }) {
      const group = await groups.get(id);
      if (!group) throw noSuchGroup(id);
      const { reason, message } = (await describe(group, { asked: true })).status;
      if (!TAKEN.has(reason.code) && running?.group.id !== id) {
        throw new FacewireError('bad-state', message, { details: { reason } });
      }
      await note(REQUESTED_KEY, id, by);
    },
    status: async (group) => (await describe(group)).status,
    runs: (group) => runs.list(group),
    forget(personId) {
      if (running?.people.includes(personId)) stop('person-erased');
    },
    async close() {
      stopping.abort();
      const end = async () => {
        stop('server-stopped');
        await running?.ended;
      };
      await end();
      await ended;
      await end(); // One may have begun meanwhile.
      if (leased) await redis.del(LEASE_KEY).catch(() => {});
    },
  };
}
