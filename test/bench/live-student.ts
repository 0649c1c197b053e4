import { setTimeout as sleep } from 'node:timers/promises';
import { seededRandom, shuffle } from '../../models/metrics/random.ts';
import { cropOfCamera } from '../../models/training/crops-node.ts';
import type { Decision } from '../../protocol/jobs.ts';
import type { StudentVersion, TrainingRun } from '../../protocol/student-versions.ts';
import { meanTemplate } from '../../server/people/template.ts';
import type { TrainingPerson } from '../../server/training/people.ts';
import { openStudentScene } from '../support/student-scene.ts';
import { baseEntry } from '../support/students.ts';
import { readTrainingPeople } from '../support/training-people.ts';
import { waitFor } from '../support/wait-for.ts';
import { publishPerson, startTestWorker } from '../support/worker.ts';

const SHIFT = 'dark-kiosk';
const LEARNT = 450;
const TESTED = 250;
const STRANGERS = 500;
const PHOTOS = 6;
const PROBES = 3;
const LANES = 24;

/** How crops of a camera were answered, as shares of the probes and of the strangers. */
export type Answered = {
  serving: 'embedder' | 'student';
  probes: number;
  strangers: number;
  rank1: number;
  /** Named, and rightly. */
  named: number;
  /** Probes with somebody else's name. */
  misnamed: number;
  strangersNamed: number;
  threshold: number;
};

export type LiveStudent = {
  run: TrainingRun;
  version: StudentVersion | undefined;
  answered: Answered[];
  /** From the order to roll back to the first answer of the version before, ms. */
  rollbackMs: number | undefined;
};

type Probe = { crop: Buffer; person: string | undefined };

/**
 * A student is trained by live workers on people who are enrolled; then others are enrolled, by one clean photo each,
 * and a camera's crops of them and of strangers go through queue, worker and thresholds, by the embedder, by the student,
 * and by the embedder again.
 * @param options.images folders of people
 */
export async function benchLiveStudent(options: { images: string; seed: number }): Promise<LiveStudent> {
  const { seed } = options;
  const people = shuffle(await readTrainingPeople(options.images), seededRandom(seed));
  const several = people.filter(({ faces }) => faces.length > 1);
  const tested = several.slice(0, TESTED);
  const learnt = several.slice(TESTED, TESTED + LEARNT);
  const strangers = people
    .filter((one) => !tested.includes(one) && !learnt.includes(one))
    .slice(0, STRANGERS);
  const scene = await openStudentScene({ training: { rounds: 8, steps: 15 } });
  const worker = await startTestWorker({ redisUrl: scene.redisUrl, environment: { LOG_LEVEL: 'warn' } });
  try {
    const enrol = async ({ name, faces }: TrainingPerson, photos: number): Promise<string> => {
      const templates = faces.slice(0, photos).map(({ crop, template }) => ({
        model: baseEntry.name,
        embedding: template,
        referenceCrop: Buffer.from(crop),
        quality: 0.9,
      }));
      const { id } = await scene.people.create({
        name,
        externalId: undefined,
        consent: undefined,
        templates,
        by: 'bench',
      });
      await publishPerson(scene.redis, { personId: id, name, template: meanTemplate(templates) });
      return id;
    };
    for (const person of learnt) await enrol(person, PHOTOS);
    const group = await scene.groups.create({
      name: 'Bench',
      shift: SHIFT,
      cameras: [scene.camera.id],
      paused: false,
      automatic: false,
      by: 'bench',
    });
    const run = await waitFor(
      async () => (await scene.coordinator.runs(group.id)).find(({ state }) => state !== 'running'),
      { what: 'the run is over', timeoutMs: 1_800_000 },
    );
    const [version] = await scene.versions.list();

    let next = seed * 1_000_003;
    const probe = async (crop: Uint8Array, person: string | undefined): Promise<Probe> => {
      const seen = await cropOfCamera({ jpeg: crop, shift: SHIFT, seed: next++ });
      const rgb = Buffer.from(seen.filter((_, i) => i % 4 !== 3));
      return { crop: rgb, person };
    };
    const probes: Probe[] = [];
    for (const person of tested) {
      const id = await enrol(person, 1);
      for (const { crop } of person.faces.slice(1, 1 + PROBES)) probes.push(await probe(crop, id));
    }
    for (const { faces } of strangers) {
      const [face] = faces;
      if (face) probes.push(await probe(face.crop, undefined));
    }
    await sleep(2000); // Workers follow the gallery.

    let track = 0;
    const ask = async ({ crop }: Probe): Promise<Decision> => {
      track += 1;
      const { answer } = await scene.crops.submit({
        stream: scene.camera.id,
        track,
        sequence: 1,
        codec: 'rgb8',
        payload: crop,
        quality: 0.9,
        evidence: undefined,
        deadlineAt: Date.now() + 25_000,
      });
      const { result } = await answer;
      if (result.outcome === 'dropped') throw new Error(`a crop was dropped: ${result.reason}`);
      return result.decision;
    };
    const measure = async (serving: Answered['serving']): Promise<Answered> => {
      const decisions: Decision[] = [];
      let place = 0;
      const lane = async () => {
        while (place < probes.length) {
          const mine = place++;
          decisions[mine] = await ask(probes[mine] as Probe);
        }
      };
      await Promise.all(Array.from({ length: LANES }, lane));
      const of = (wanted: (probe: Probe, decision: Decision) => boolean) =>
        probes.filter((probe, i) => wanted(probe, decisions[i] as Decision)).length;
      const known = of(({ person }) => person !== undefined);
      const best = ({ candidates }: Decision) => candidates[0]?.personId;
      const isNamed = ({ state }: Decision) => state === 'identified';
      const expected = serving === 'student' ? version?.id : undefined;
      if (decisions.some(({ student }) => student !== expected))
        throw new Error('an answer of another version');
      return {
        serving,
        probes: known,
        strangers: probes.length - known,
        rank1: of(({ person }, decision) => person !== undefined && best(decision) === person) / known,
        named: of(({ person }, one) => person !== undefined && isNamed(one) && best(one) === person) / known,
        misnamed:
          of(({ person }, one) => person !== undefined && isNamed(one) && best(one) !== person) / known,
        strangersNamed:
          of(({ person }, one) => person === undefined && isNamed(one)) / (probes.length - known),
        threshold: decisions[0]?.threshold ?? Number.NaN,
      };
    };

    const answered = [await measure('embedder')];
    let rollbackMs: number | undefined;
    if (version) {
      await scene.students.promote({ id: version.id, by: 'bench', force: true });
      answered.push(await measure('student'));
      const at = performance.now();
      await scene.students.rollBack({ group: group.id, by: 'bench', because: { code: 'by-hand' } });
      await waitFor(async () => (await ask(probes[0] as Probe)).student === undefined, {
        what: 'rolled back',
      });
      rollbackMs = performance.now() - at;
      answered.push(await measure('embedder'));
    }
    return { run, version, answered, rollbackMs };
  } finally {
    await scene.close();
    await worker.kill();
  }
}
