import { setTimeout as sleep } from 'node:timers/promises';
import type { Redis } from 'ioredis';
import type { Logger } from '../../config/logger.ts';
import { FacewireError } from '../../protocol/errors.ts';
import type { StudentGroup, StudentVersion } from '../../protocol/student-versions.ts';
import { MOST_LIVE_STUDENTS, MOST_OPEN_STUDENTS } from '../../protocol/students.ts';
import type { RetirementReason } from '../../protocol/training-reasons.ts';
import { liveWorkers } from '../observability/health.ts';
import type { GroupStore } from './group.store.ts';
import type { StudentPublisher } from './publisher.ts';
import type { StudentRoutes } from './routes.ts';
import { trialVerdict, watchVerdict } from './verdicts.ts';
import { noSuchGroup, noSuchVersion, type VersionStore } from './version.store.ts';
import { EMBEDDER, type Watcher } from './watch.ts';

const LOOK_MS = 1000;
const SERVER = 'server';

/** The students of this installation: which serve, which are tried out, and going from one to another. */
export type Students = {
  /** Follows the database, which other servers change too, and decides where it may; until `close`. */
  start(): void;
  /** Takes over at once what the database says. */
  refresh(): Promise<void>;
  list(): Promise<Omit<StudentGroup, 'status' | 'runs'>[]>;
  /** @throws {FacewireError} as the store; `bad-state` when a worker cannot run it, or another embedder serves */
  tryOut(input: { id: string; by: string }): Promise<StudentVersion>;
  promote(input: { id: string; by: string; force: boolean }): Promise<StudentVersion>;
  /** @returns what serves now; null: the embedder. @throws {FacewireError} `not-found`, `bad-state` */
  rollBack(input: { group: string; by: string; because: RetirementReason }): Promise<StudentVersion | null>;
  close(): Promise<void>;
};

export function createStudents(dependencies: {
  groups: GroupStore;
  versions: VersionStore;
  publisher: StudentPublisher;
  routes: StudentRoutes;
  watcher: Watcher;
  redis: Redis;
  /** Name of the embedder that serves now. */
  model: () => string;
  logger: Logger;
}): Students {
  const { groups, versions, publisher, routes, watcher, redis, model, logger } = dependencies;
  const stopping = new AbortController();
  let ended: Promise<void> | undefined;
  /** Versions that are about to serve: made ready ahead. */
  const coming = new Set<string>();
  let failing = false;

  const publishNow = async (): Promise<void> => {
    const cameras = await versions.cameras(model());
    const wanted = [
      ...cameras.map(({ serving }) => serving),
      ...coming,
      ...cameras.map(({ trial }) => trial),
      ...cameras.map(({ before }) => before),
    ];
    // What answers crops comes first; what served before is held ready while there is room.
    const ids = [...new Set(wanted.filter((id) => id !== null))].slice(0, MOST_OPEN_STUDENTS);
    // What the workers can fetch already serves at once; a crop never names what they cannot.
    if (ids.every((id) => publisher.has(id))) routes.set(cameras);
    await publisher.publish(ids);
    routes.set(cameras);
  };
  let last: Promise<unknown> = Promise.resolve();
  /** One after the other: what was read earlier never takes the place of what was read later. */
  const publish = (): Promise<void> => {
    const mine = last.then(publishNow);
    last = mine.catch(() => {});
    return mine;
  };
  const usable = async (id: string): Promise<StudentVersion> => {
    const version = await versions.get(id);
    if (!version) throw noSuchVersion(id);
    if (version.model !== model()) {
      throw new FacewireError(
        'bad-state',
        `Version ${version.number} was taught by ${version.model}, and ${model()} serves. Train one for ${model()}.`,
      );
    }
    return version;
  };
  /** Workers hold so many ready and no more: past that, each crop would wait for a file to be opened. */
  const requireRoom = async ({ id, group }: StudentVersion, takes: 'serving' | 'trial'): Promise<void> => {
    const live = new Set([id, ...coming]);
    const takenOver = takes === 'serving' ? 'promoted' : 'shadow';
    // A group without a camera counts too: it may be given one at any time.
    for (const version of await versions.list()) {
      const isLive = version.state === 'promoted' || version.state === 'shadow';
      if (!isLive || version.model !== model()) continue;
      if (version.group !== group || version.state !== takenOver) live.add(version.id);
    }
    if (live.size <= MOST_LIVE_STUDENTS) return;
    throw new FacewireError(
      'bad-state',
      `Workers hold ${MOST_LIVE_STUDENTS} versions that serve or are on trial, and no more. Put cameras that look ` +
        'alike into one group, or roll a group back first.',
    );
  };
  /** Has the workers make it ready, then changes over. */
  const readyThen = async <T>(
    version: StudentVersion,
    takes: 'serving' | 'trial',
    change: () => Promise<T>,
  ): Promise<T> => {
    const { id } = version;
    coming.add(id);
    try {
      await requireRoom(version, takes);
      await publish();
      await publisher.untilReady(id);
      return await change();
    } finally {
      coming.delete(id);
      await publish();
    }
  };

  const promote = async (input: { id: string; by: string; force: boolean }): Promise<StudentVersion> => {
    const version = await usable(input.id);
    const { group, excludedAt, kept } = version;
    const change = async () => {
      await watcher.reset(group, input.id);
      return versions.promote(input.id, input);
    };
    // What cannot serve is not made ready; the store tells why.
    const promoted = excludedAt || !kept ? await change() : await readyThen(version, 'serving', change);
    logger.info({ group, version: promoted.number, by: input.by }, 'a student serves');
    return promoted;
  };
  const rollBack: Students['rollBack'] = async ({ group, by, because }) => {
    if (!(await groups.get(group))) throw noSuchGroup(group);
    const { from, to } = await versions.rollBack(group, { by, because });
    await publish();
    logger.warn(
      { group, from: from.number, to: to?.number ?? EMBEDDER, because },
      'a student was rolled back',
    );
    return to;
  };

  /** What the server decides by itself, of one group. */
  const decide = async (group: string, own: readonly StudentVersion[]): Promise<void> => {
    const serving = own.find(({ state }) => state === 'promoted');
    if (serving && serving.model === model()) {
      const watch = await watcher.read(group);
      const verdict = watchVerdict({ before: watch[serving.replaced ?? EMBEDDER], now: watch[serving.id] });
      if (verdict.kind === 'bad') {
        await rollBack({ group, by: SERVER, because: verdict.because });
        return;
      }
    }
    const trial = own.find(({ state }) => state === 'shadow');
    if (!trial) return;
    const shown = await watcher.trial(trial.id);
    const verdict = trialVerdict(shown);
    if (verdict.kind === 'wait') return;
    if (verdict.kind === 'bad') {
      await versions.endTrial(trial.id, shown, { by: SERVER, because: verdict.because });
      logger.info({ group, version: trial.number, because: verdict.because }, 'a student failed its trial');
      return;
    }
    await versions.keepTrial(trial.id, shown);
    await promote({ id: trial.id, by: SERVER, force: false });
  };
  const look = async (): Promise<void> => {
    await publish();
    const all = await versions.list();
    for (const { id, automatic } of await groups.list()) {
      if (!automatic) continue;
      await decide(
        id,
        all.filter((version) => version.group === id),
      );
    }
  };
  const run = async (): Promise<void> => {
    while (!stopping.signal.aborted) {
      try {
        await look();
        failing = false;
      } catch (error) {
        if (!failing) logger.warn({ err: error }, 'the students cannot be looked after now');
        failing = true;
      }
      await sleep(LOOK_MS, undefined, { signal: stopping.signal }).catch(() => {});
    }
  };

  return {
    start() {
      ended ??= run();
    },
    refresh: publish,
    async list() {
      const [stored, all, workers] = await Promise.all([groups.list(), versions.list(), liveWorkers(redis)]);
      return Promise.all(
        stored.map(async (group) => {
          const own = all.filter((version) => version.group === group.id);
          const serving = own.find(({ state }) => state === 'promoted');
          const notReady = workers.flatMap(({ host, pid, studentFailures }) =>
            (studentFailures ?? [])
              .filter(({ id }) => id === serving?.id)
              .map(({ message }) => ({ worker: `${host}/${pid}`, message })),
          );
          const versionsTold = await Promise.all(
            own.map(async (version) =>
              version.state === 'shadow' ? { ...version, trial: await watcher.trial(version.id) } : version,
            ),
          );
          return { ...group, versions: versionsTold, watch: await watcher.read(group.id), notReady };
        }),
      );
    },
    async tryOut({ id, by }) {
      const version = await usable(id);
      const { excludedAt, kept } = version;
      const change = async () => {
        await watcher.resetTrial(id);
        return versions.tryOut(id, by);
      };
      return excludedAt || !kept ? change() : readyThen(version, 'trial', change);
    },
    promote,
    rollBack,
    async close() {
      stopping.abort();
      await ended;
      watcher.close();
    },
  };
}
