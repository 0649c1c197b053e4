import { CROP_SIZE } from '../../models/align.ts';
import type { Network } from '../../models/onnx/session.ts';
import { findModel, openLibrary, readModel } from '../../models/registry.ts';
import type { EngineMethods, EngineOptions, EngineStarted } from './engine.ts';
import { GalleryMatrix } from './gallery-matrix.ts';
import { createMatcher } from './matcher.ts';
import { openEmbedder, openTested } from './providers.ts';
import { serveThread } from './serve-thread.ts';

/** The thread of the live engine: ONNX Runtime blocks its event loop for the whole of a run, so it has one to itself. */
await serveThread<EngineOptions, EngineStarted>(async ({ model, provider, dataDir }) => {
  const library = openLibrary({ dataDir });
  const entry = findModel({ manifest: library.manifest, task: 'embed', name: model });
  const opened = await openEmbedder({ provider, entry, model: await readModel({ entry, library }) });
  const gallery = new GalleryMatrix({ columns: entry.embeddingSize });
  const matcher = await createMatcher({ columns: entry.embeddingSize });

  const students = new Map<string, Network>();
  const networkOf = (student: string | undefined): Network => {
    const network = student === undefined ? opened.network : students.get(student);
    if (!network) throw new RangeError(`The student ${student} is not open.`);
    return network;
  };

  const methods: EngineMethods = {
    async embed({ input, count, student }) {
      const network = networkOf(student);
      const output = await network.run({ data: input, dims: [count, 3, CROP_SIZE, CROP_SIZE] });
      const embeddings = output[entry.output];
      if (!embeddings) throw new TypeError(`${entry.name} has no output "${entry.output}".`);
      // A copy of its own, since ONNX Runtime's memory cannot be handed to another thread.
      return embeddings.slice();
    },
    async openStudent({ id, entry: student, onnx }) {
      const network = await openTested({ provider: opened.provider, entry: student, model: onnx });
      await students.get(id)?.close();
      students.set(id, network);
    },
    async closeStudent({ id }) {
      const network = students.get(id);
      students.delete(id);
      await network?.close();
    },
    async match({ queries, count, k }) {
      const matches = await matcher.match({ queries, count, gallery: gallery.rows, size: gallery.size, k });
      return matches.map((rows) => rows.map(({ row, score }) => ({ personId: gallery.idAt(row), score })));
    },
    upsert: ({ personId, template }) => gallery.upsert(personId, template),
    remove: ({ personId }) => gallery.remove(personId),
    replace({ people }) {
      gallery.clear();
      for (const { personId, template } of people) gallery.upsert(personId, template);
    },
  };
  const { provider: chosen, passedOver } = opened;
  return { started: { provider: chosen, passedOver }, methods };
});
