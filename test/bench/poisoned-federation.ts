import { withWeights } from '../../models/network/weights.ts';
import { readOnnx } from '../../models/onnx/read.ts';
import { writeOnnx } from '../../models/onnx/write.ts';
import { findModel, loadManifest, readModel } from '../../models/registry.ts';
import type { Accuracy } from '../../models/training/held-out.ts';
import type { RunProgress } from '../../protocol/training.ts';
import { openFederation, servingAfter } from '../../server/training/federation.ts';
import { dividePeople, type TrainingPerson } from '../../server/training/people.ts';
import { createStandingJudge } from '../../server/training/standing.ts';
import { startTestFederation } from '../support/federation.ts';
import { readTrainingPeople } from '../support/training-people.ts';

const SHIFT = 'dark-kiosk';
const SHARDS = 5;
const ROUNDS = 8;
const STEPS = 8;

/** One federation, by how its fifth worker behaves; `liesFound`: rounds that left its delta out. */
export type Poisoned = { seed: number; worker: string; liesFound: number; before: Accuracy; after: Accuracy };

/**
 * The tail is learnt by five worker processes, of which one is honest, sends noise as long as what it learnt, or turns
 * its delta round and stretches it; each on the same people, by the same seed.
 * @param options.images folders of people
 */
export async function benchPoisonedFederation(options: {
  images: string;
  seeds: readonly number[];
}): Promise<Poisoned[]> {
  const people = await readTrainingPeople(options.images);
  const results: Poisoned[] = [];
  for (const seed of options.seeds) {
    for (const worker of ['honest', 'noise', '-5']) {
      results.push(await federate({ people, seed, worker }));
      const { after, liesFound } = results.at(-1) as Poisoned;
      console.error(
        `seed ${seed}, ${worker}: rank-1 ${after.rank1}, TPIR ${after.tpirAtFpir}; ${liesFound} lies`,
      );
    }
  }
  return results;
}

async function federate(options: {
  people: readonly TrainingPerson[];
  seed: number;
  worker: string;
}): Promise<Poisoned> {
  const { people, seed, worker } = options;
  const division = dividePeople({ people, shards: SHARDS, shift: SHIFT, seed });
  const entry = findModel({ manifest: loadManifest(), task: 'embed' });
  const model = readOnnx(await readModel({ entry }));
  const judge = await createStandingJudge({ people: division.test, shift: SHIFT, entry });
  const setting = await startTestFederation({ workers: worker === 'honest' ? SHARDS : SHARDS - 1 });
  try {
    if (worker !== 'honest') await setting.startLiar(worker);
    const { federation, first } = await openFederation({
      redis: setting.redis(),
      vault: setting.vault,
      scope: { model: setting.model, part: 'tail', shapes: setting.shapes },
      start: setting.start,
      shards: division.shards,
      rounds: SHARDS,
      validation: division.validation,
    });
    const standingOf = async (id: string) => {
      const weights = await federation.weights(id);
      const values = new Map([...weights].map(([name, { data }]) => [name, data]));
      return (await judge(writeOnnx(withWeights(model, values)))).shifted;
    };
    const before = await standingOf(first);
    let serving: RunProgress['serving'] = { id: first, accuracy: null };
    let [base, liesFound] = [first, 0];
    for (let round = 1; round <= ROUNDS; round++) {
      const result = await federation.round({
        round,
        base,
        serving,
        steps: STEPS,
        arrived: 0,
        seed,
        progress: { from: (round - 1) / ROUNDS, to: round / ROUNDS },
      });
      base = result.candidate;
      serving = servingAfter(result, serving);
      liesFound += result.rejected.length;
    }
    const after = await standingOf(serving.id);
    await federation.close();
    return { seed, worker, liesFound, before, after };
  } finally {
    await setting.close();
  }
}
