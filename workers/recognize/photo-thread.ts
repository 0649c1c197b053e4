import { createFaceDetector } from '../../models/detect/face-detector.ts';
import { openNetwork } from '../../models/onnx/session.ts';
import { findModel, loadManifest, readModel } from '../../models/registry.ts';
import type { EngineOptions } from '../runtime/engine.ts';
import { openEmbedder } from '../runtime/providers.ts';
import { serveThread } from '../runtime/serve-thread.ts';
import { analysePhoto, type PhotoAnalysis } from './photo-analysis.ts';
import { PhotoRefusedError, restrictSharp } from './read-photo.ts';

export type PhotoOutcome =
  | ({ outcome: 'analysed' } & PhotoAnalysis)
  | { outcome: 'refused'; code: PhotoRefusedError['code']; message: string };

export type PhotoMethods = {
  analyse(photo: { bytes: Uint8Array; live?: boolean }): Promise<PhotoOutcome>;
};

/** The thread of uploaded photos, with networks of its own, so that live crops never wait for a photo. */
await serveThread<EngineOptions, undefined>(async ({ model, provider }) => {
  restrictSharp();
  const manifest = loadManifest();
  const entry = findModel({ manifest, task: 'embed', name: model });
  const open = async (task: 'detect' | 'mesh') =>
    openNetwork({ model: await readModel({ entry: findModel({ manifest, task }) }) });
  const detector = createFaceDetector({ detector: await open('detect'), mesh: await open('mesh') });
  const { network } = await openEmbedder({ provider, entry, model: await readModel({ entry }) });

  const methods: PhotoMethods = {
    async analyse({ bytes, live = false }) {
      try {
        const analysis = await analysePhoto({ bytes, detector, embedder: network, entry, live });
        return { outcome: 'analysed', ...analysis };
      } catch (error) {
        if (!(error instanceof PhotoRefusedError)) throw error;
        return { outcome: 'refused', code: error.code, message: error.message };
      }
    },
  };
  return { started: undefined, methods };
});
