/** TensorFlow.js in Node; the browser has its own way to the same wasm files. */
import { createRequire } from 'node:module';
import { dirname } from 'node:path';
import util from 'node:util';
import * as tf from '@tensorflow/tfjs';
import { setThreadsCount, setWasmPaths } from '@tensorflow/tfjs-backend-wasm';

/** In this order; both are optional and installed by `npm run setup:gpu`. */
const NATIVE = ['@tensorflow/tfjs-node-gpu', '@tensorflow/tfjs-node'] as const;

/** Sets a backend of TensorFlow itself. @returns the package it came from; undefined where none loads */
export async function startNativeBackend(): Promise<string | undefined> {
  // tfjs-node 4.22 asks for what Node 23 took away.
  Object.assign(util, {
    isNullOrUndefined: (value: unknown) => value === null || value === undefined,
  });
  for (const name of NATIVE) {
    try {
      await import(name);
      if (await tf.setBackend('tensorflow')) return name;
    } catch {
      // Not installed, or not for this machine: the next one.
    }
  }
  return undefined;
}

/** Sets the wasm backend of this process or thread. One thread: parallelism comes from more workers. */
export async function startWasmBackend(): Promise<void> {
  const { resolve } = createRequire(import.meta.url);
  setWasmPaths(`${dirname(resolve('@tensorflow/tfjs-backend-wasm'))}/`);
  setThreadsCount(1);
  if (!(await tf.setBackend('wasm'))) {
    throw new Error('TensorFlow.js cannot start its wasm backend; node_modules may be incomplete: npm ci.');
  }
  await tf.ready();
}
