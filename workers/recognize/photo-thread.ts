import { createPatientDetector } from '../../models/detect/patient-detector.ts';
import { openNetwork } from '../../models/onnx/session.ts';
import { findModel, loadManifest, readModel } from '../../models/registry.ts';
import type { EngineOptions } from '../runtime/engine.ts';
import { serveThread } from '../runtime/serve-thread.ts';
import { GIVE_WAY, giveWayToOtherThreads } from '../runtime/thread-priority.ts';
import { createEmbedders, NoEmbedderError } from './embedders.ts';
import { analysePhoto, embedCrops, type PhotoAnalysis } from './photo-analysis.ts';
import { PhotoRefusedError, restrictSharp } from './read-photo.ts';

type NoModel = { outcome: 'no-model'; message: string };

export type PhotoOutcome =
  | ({ outcome: 'analysed' } & PhotoAnalysis)
  | { outcome: 'refused'; code: PhotoRefusedError['code']; message: string }
  | NoModel;

/** In the order of the crops; null where a crop cannot be decoded or gives no embedding. */
export type CropsOutcome = { outcome: 'embedded'; embeddings: (Float32Array | null)[] } | NoModel;

export type PhotoMethods = {
  analyse(photo: { bytes: Uint8Array; model: string; live?: boolean }): Promise<PhotoOutcome>;
  embedCrops(input: { crops: readonly Uint8Array[]; model: string }): Promise<CropsOutcome>;
};

/** The thread of uploaded photos, with networks of its own, so that live crops never wait for a photo. */
await serveThread<EngineOptions, undefined>(async ({ model, provider, dataDir }) => {
  giveWayToOtherThreads(GIVE_WAY.toCrops);
  restrictSharp();
  const manifest = loadManifest();
  const open = async (task: 'detect' | 'mesh') =>
    openNetwork({ model: await readModel({ entry: findModel({ manifest, task }) }) });
  const detector = createPatientDetector({ detector: await open('detect'), mesh: await open('mesh') });
  const embedders = createEmbedders({ provider, dataDir });
  await embedders.open(model);

  const methods: PhotoMethods = {
    async analyse({ bytes, model, live = false }) {
      try {
        const { entry, network } = await embedders.open(model);
        const analysis = await analysePhoto({ bytes, detector, embedder: network, entry, live });
        return { outcome: 'analysed', ...analysis };
      } catch (error) {
        if (error instanceof NoEmbedderError) return { outcome: 'no-model', message: error.message };
        if (!(error instanceof PhotoRefusedError)) throw error;
        return { outcome: 'refused', code: error.code, message: error.message };
      }
    },
    async embedCrops({ crops, model }) {
      try {
        const { entry, network } = await embedders.open(model);
        return { outcome: 'embedded', embeddings: await embedCrops({ crops, embedder: network, entry }) };
      } catch (error) {
        if (!(error instanceof NoEmbedderError)) throw error;
        return { outcome: 'no-model', message: error.message };
      }
    },
  };
  return { started: undefined, methods };
});
