import { createHash } from 'node:crypto';
import type { EmbedderEntry } from '../../models/manifest.schema.ts';
import { readGraph } from '../../models/network/graph.ts';
import { partNames } from '../../models/network/weights.ts';
import { readOnnx } from '../../models/onnx/read.ts';
import type { Tensors } from '../../models/training/checkpoint.ts';
import type { StudentVersion } from '../../protocol/student-versions.ts';
import type { VersionStore } from './version.store.ts';

/** What training of a group begins with. */
export type Start = {
  model: EmbedderEntry;
  /** SHA-256 of the embedder's own file, whose parameters these are. */
  modelFile: string;
  /** The whole student. */
  tensors: Tensors;
  /** The part of it that browsers without gradients of convolutions learn. */
  tail: readonly string[];
  /** Undefined: the embedder's own weights. */
  parent: StudentVersion | undefined;
};

/**
 * The version that training of a group goes on from: what serves, or a better one that a kiosk has made of it since.
 * @param versions newest first
 * @returns undefined for the embedder itself
 */
export function parentOf(
  versions: readonly StudentVersion[],
  { group, model }: { group: string; model: string },
): StudentVersion | undefined {
  return versions.find(
    (version) =>
      version.group === group &&
      version.model === model &&
      version.excludedAt === null &&
      (version.state === 'promoted' || (version.lineage.kiosk && version.state !== 'retired')),
  );
}

/** @param dependencies.embedder the embedder that serves now, and its file */
export function createStarts(dependencies: {
  versions: Pick<VersionStore, 'list' | 'onnx'>;
  embedder: () => Promise<{ entry: EmbedderEntry; file: Uint8Array }>;
}): (group: string) => Promise<Start> {
  const { versions, embedder } = dependencies;
  return async (group) => {
    const { entry, file } = await embedder();
    const parent = parentOf(await versions.list(), { group, model: entry.name });
    const own = readGraph(readOnnx(file));
    const onnx = parent && (await versions.onnx(parent.id));
    const { parameters } = onnx ? readGraph(readOnnx(onnx)) : own;
    return {
      model: entry,
      modelFile: createHash('sha256').update(file).digest('hex'),
      tensors: new Map(
        partNames(own, 'full').map((name) => [
          name,
          {
            dims: own.parameters.get(name)?.dims ?? [],
            data: parameters.get(name)?.data ?? new Float32Array(),
          },
        ]),
      ),
      tail: partNames(own, 'tail'),
      parent: onnx ? parent : undefined,
    };
  };
}
