/** TensorFlow.js's wasm backend in Node; the browser has its own way to the same files. */
import { createRequire } from 'node:module';
import { dirname } from 'node:path';
import * as tf from '@tensorflow/tfjs';
import { setThreadsCount, setWasmPaths } from '@tensorflow/tfjs-backend-wasm';

/** Sets the backend of this process or thread. One thread: parallelism comes from more workers. */
export async function startWasmBackend(): Promise<void> {
  const { resolve } = createRequire(import.meta.url);
  setWasmPaths(`${dirname(resolve('@tensorflow/tfjs-backend-wasm'))}/`);
  setThreadsCount(1);
  if (!(await tf.setBackend('wasm'))) {
    throw new Error('TensorFlow.js cannot start its wasm backend; node_modules may be incomplete: npm ci.');
  }
  await tf.ready();
}
