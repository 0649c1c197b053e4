import { accessSync, constants, statSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { ArgumentError, type SimulateOptions } from './arguments.ts';

/** Minutes of work must not end at a folder that is not there. @throws {ArgumentError} */
export function checkPlaces({ images, json }: SimulateOptions): void {
  if (!statSync(images, { throwIfNoEntry: false })?.isDirectory()) {
    throw new ArgumentError(`--images: ${images} is not a folder.`);
  }
  if (!json) return;
  const dir = dirname(resolve(json));
  try {
    accessSync(dir, constants.W_OK);
  } catch {
    throw new ArgumentError(`--json: ${dir} is not a folder that can be written.`);
  }
}
