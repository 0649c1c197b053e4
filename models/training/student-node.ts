import type { EmbedderEntry } from '../manifest.schema.ts';
import { startNativeBackend } from '../network/backend-node.ts';
import type { Part } from '../network/weights.ts';
import type { Model } from '../onnx/model.ts';
import type { Student } from './learner.ts';
import { openOnnxStudent } from './onnx-student.ts';
import { openTensorflowStudent } from './tensorflow-student.ts';

/**
 * Opens a student in Node: on TensorFlow where somebody installed it (`npm run setup:gpu`), else on ONNX Runtime.
 * @throws NetworkError when the graph holds something that is not known here
 */
export async function openStudent(options: {
  model: Model;
  part: Part;
  entry: EmbedderEntry;
  chunk?: number | undefined;
  beforeRun?: (() => void) | undefined;
}): Promise<Student> {
  const { model, part, entry } = options;
  return (await startNativeBackend())
    ? openTensorflowStudent({ model, part, input: entry.input })
    : openOnnxStudent(options);
}
