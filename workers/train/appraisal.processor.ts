/** Makes the file of a checkpoint and measures it on the people who are held out, as it would serve. */
import { createHash } from 'node:crypto';
import { type Appraisal, appraisalJobSchema } from '../../protocol/training.ts';
import { toBase64 } from '../runtime/float-bytes.ts';
import type { Thread } from '../runtime/thread.ts';
import type { RoundStore } from './round-store.ts';
import type { TrainMethods } from './train-thread.ts';

/** @throws TrainingStoreError, ThreadError: the job fails */
export function createAppraisalProcessor({
  store,
  thread,
}: {
  store: RoundStore;
  thread: Thread<TrainMethods>;
}) {
  return async (data: unknown): Promise<Appraisal> => {
    const { run, checkpoint: id, part } = appraisalJobSchema.parse(data);
    const checkpoint = await store.checkpoint(run, id);
    await thread.call('loadPeople', { name: run, json: (await store.validation(run)).toString('utf8') });
    const { onnx, golden, accuracy, impostors } = await thread.call('appraise', {
      people: run,
      checkpoint,
      part,
    });
    await store.putFile(run, id, onnx);
    return {
      sha256: createHash('sha256').update(onnx).digest('hex'),
      golden: toBase64(golden),
      accuracy,
      impostors,
    };
  };
}
