import type { Redis } from 'ioredis';
import type { StreamLabel } from '../../protocol/events.ts';
import type { Trial, Watch } from '../../protocol/student-versions.ts';
import { SCORE_STEPS, studentKeys, TRIAL_FIELDS, type TrialField } from '../../protocol/students.ts';
import type { StreamHub } from '../streams/stream-hub.ts';
import type { StudentRoutes } from './routes.ts';

/** What serves where no version does. */
export const EMBEDDER = 'embedder';
/** Of a version's tracks, the later ones count more: at this number all counts are halved. */
const MOST_TRACKS = 1000;
const LIFE_S = 30 * 24 * 3600;
/** Tracks that last at once. */
const MOST_LASTING = 4096;

type Track = { group: string; version: string; named: boolean; score: number; mixed: boolean };

/** Counts how the tracks of each group end, by the version that served; counts only, no names. */
export type Watcher = {
  read(group: string): Promise<Record<string, Watch>>;
  /** A version that begins to serve is counted anew. */
  reset(group: string, version: string): Promise<void>;
  /** A trial's counts so far. */
  trial(version: string): Promise<Trial>;
  resetTrial(version: string): Promise<void>;
  close(): void;
};

export function createWatcher(dependencies: {
  hub: Pick<StreamHub, 'on' | 'off'>;
  routes: StudentRoutes;
  redis: Redis;
}): Watcher {
  const { hub, routes, redis } = dependencies;
  const lasting = new Map<string, Track>();
  const keyOf = ({ stream, track }: { stream: string; track: number }) => `${stream}/${track}`;

  const labelled = (label: StreamLabel): void => {
    const group = routes.groupOf(label.stream);
    if (!group) return;
    const version = routes.of(label.stream).serving ?? EMBEDDER;
    const before = lasting.get(keyOf(label));
    const settled = label.state === 'identified' || label.state === 'unknown';
    if (!before && !settled) return;
    lasting.set(keyOf(label), {
      group,
      version,
      named: label.state === 'identified' || (before?.named ?? false),
      score: Math.max(before?.score ?? -1, label.state === 'identified' ? (label.score ?? -1) : -1),
      // Nobody can say which version a track is to be put down to that two have seen.
      mixed: (before?.mixed ?? false) || (before !== undefined && before.version !== version),
    });
    if (lasting.size > MOST_LASTING) lasting.delete(lasting.keys().next().value as string);
  };
  const count = async ({ group, version, named, score }: Track): Promise<void> => {
    const key = studentKeys.watch(group);
    const steps = Math.round(Math.max(-1, score) * SCORE_STEPS);
    const replies = await redis
      .multi()
      .hincrby(key, `${version}:tracks`, 1)
      .hincrby(key, `${version}:named`, named ? 1 : 0)
      .hincrby(key, `${version}:score`, named ? steps : 0)
      .expire(key, LIFE_S)
      .exec();
    const [tracks, names, scores] = (replies ?? []).map(([, value]) => Number(value));
    if ((tracks ?? 0) < MOST_TRACKS) return;
    await redis.hset(key, {
      [`${version}:tracks`]: Math.round((tracks ?? 0) / 2),
      [`${version}:named`]: Math.round((names ?? 0) / 2),
      [`${version}:score`]: Math.round((scores ?? 0) / 2),
    });
  };
  const ended = (track: { stream: string; track: number }): void => {
    const known = lasting.get(keyOf(track));
    lasting.delete(keyOf(track));
    // A count that is lost while Redis is away is not missed.
    if (known && !known.mixed) void count(known).catch(() => {});
  };
  hub.on('streamLabel', labelled);
  hub.on('trackEnded', ended);
  return {
    async read(group) {
      const fields = await redis.hgetall(studentKeys.watch(group));
      const versions = new Set(Object.keys(fields).map((field) => field.split(':')[0] as string));
      const of = (version: string, what: string) => Number(fields[`${version}:${what}`] ?? 0);
      return Object.fromEntries(
        [...versions].map((version) => {
          const [tracks, named] = [of(version, 'tracks'), of(version, 'named')];
          const score = named > 0 ? of(version, 'score') / SCORE_STEPS / named : null;
          return [version, { tracks, named, score }];
        }),
      );
    },
    async reset(group, version) {
      const fields = ['tracks', 'named', 'score'].map((what) => `${version}:${what}`);
      await redis.hdel(studentKeys.watch(group), ...fields);
    },
    async trial(version) {
      const fields = await redis.hgetall(studentKeys.trial(version));
      const [compared, same, onlyServing, onlyTrial, different, scored, serving, trial] = TRIAL_FIELDS.map(
        (field: TrialField) => Number(fields[field] ?? 0),
      ) as [number, number, number, number, number, number, number, number];
      const mean = (sum: number) => sum / SCORE_STEPS / scored;
      const score = scored > 0 ? { serving: mean(serving), trial: mean(trial) } : null;
      return { compared, same, onlyServing, onlyTrial, different, score };
    },
    async resetTrial(version) {
      await redis.del(studentKeys.trial(version));
    },
    close() {
      hub.off('streamLabel', labelled);
      hub.off('trackEnded', ended);
    },
  };
}
