import { existsSync } from 'node:fs';
import { type InferenceSession, listSupportedBackends } from 'onnxruntime-node';
import type { Config } from '../../config/schema.ts';
import { cropsToInput, splitEmbeddings } from '../../models/embedding.ts';
import { checkGolden, goldenCrop } from '../../models/golden.ts';
import type { EmbedderEntry } from '../../models/manifest.schema.ts';
import { type Network, openNetwork } from '../../models/onnx/session.ts';

type OnnxProvider = Exclude<Config['PROVIDER'], 'auto'>;
/** What runs an embedder: an execution provider of ONNX Runtime, or TensorFlow.js. */
export type Provider = OnnxProvider | 'tensorflow';
/** What is asked for; `auto`: the best execution provider that works. */
export type Wanted = Provider | 'auto';

/** @returns the engine that the settings name, as it is asked for everywhere else */
export function wantedProvider({ ENGINE, PROVIDER }: Pick<Config, 'ENGINE' | 'PROVIDER'>): Wanted {
  return ENGINE === 'tensorflow' ? 'tensorflow' : PROVIDER;
}

/** Best first. */
const PREFERENCE = ['cuda', 'webgpu', 'cpu'] as const satisfies readonly OnnxProvider[];

const PROVIDER_OPTIONS: Record<OnnxProvider, InferenceSession.ExecutionProviderConfig> = {
  cpu: 'cpu',
  cuda: 'cuda',
  // With its default layout this provider has given wrong answers for a face network.
  webgpu: { name: 'webgpu', preferredLayout: 'NCHW' },
};

/** No execution provider, or not the one asked for, runs the model rightly. */
export class ProviderError extends Error {
  override readonly name = 'ProviderError';
  readonly code = 'provider';
}

/**
 * Opens the embedder on a provider whose answer for the golden crop is right.
 * @param options.provider `auto` takes the first of cuda, webgpu, cpu that works
 * @returns also why better providers were passed over
 * @throws {ProviderError} naming what failed and why
 */
export async function openEmbedder(options: {
  provider: Wanted;
  entry: EmbedderEntry;
  model: Uint8Array;
}): Promise<{ provider: Provider; network: Network; passedOver: string[] }> {
  const { provider, entry, model } = options;
  const failures: string[] = [];
  for (const candidate of provider === 'auto' ? PREFERENCE : [provider]) {
    if (provider === 'auto' && candidate !== 'cpu' && !hasGpu()) continue;
    try {
      const network = await openTested({ provider: candidate, entry, model });
      return { provider: candidate, network, passedOver: failures };
    } catch (error) {
      failures.push(`${candidate}: ${error instanceof Error ? error.message : String(error)}`);
    }
  }
  if (provider === 'tensorflow') {
    throw new ProviderError(
      `ENGINE=tensorflow does not work here (${failures.join('; ')}). Set ENGINE=onnx.`,
    );
  }
  throw new ProviderError(
    `PROVIDER=${provider} does not work here (${failures.join('; ')}). ` +
      `This ONNX Runtime has: ${available()}. Set PROVIDER to one that works, or to auto.`,
  );
}

/**
 * Opens a file on one provider.
 * @throws when it cannot be run there, or gives a wrong answer for the golden crop
 */
export async function openTested(options: {
  provider: Provider;
  entry: EmbedderEntry;
  model: Uint8Array;
}): Promise<Network> {
  const { provider, entry, model } = options;
  const oneByOne = entry.input.shape[0] === 1;
  const network =
    provider === 'tensorflow'
      ? // Loaded only where it is used: it takes a second and a hundred megabytes.
        await (await import('../../models/network/session.ts')).openTensorflowNetwork({ model })
      : await openNetwork({ model, providers: [PROVIDER_OPTIONS[provider]], oneByOne });
  try {
    const data = cropsToInput({ crops: [goldenCrop()], input: entry.input });
    const output = (await network.run({ data, dims: [1, 3, 112, 112] }))[entry.output];
    const [embedding] = splitEmbeddings({
      output: output ?? new Float32Array(),
      size: entry.embeddingSize,
    });
    checkGolden({ entry, embedding: embedding ?? new Float32Array() });
    return network;
  } catch (error) {
    await network.close();
    throw error;
  }
}

/** Which providers this build of ONNX Runtime knows; those that are not bundled need libraries of their own. */
function available(): string {
  return listSupportedBackends()
    .map(({ name, bundled }) => (bundled ? name : `${name} (when its libraries are installed)`))
    .join(', ');
}

const GPU_DEVICES = ['/dev/nvidia0', '/dev/dri/renderD128', '/dev/dxg'];

/** Without a device, WebGPU would at best find a software renderer, which is far slower than the CPU provider. */
function hasGpu(): boolean {
  return process.platform !== 'linux' || GPU_DEVICES.some((path) => existsSync(path));
}
