import { accessSync, constants, statSync } from 'node:fs';
import { dirname, resolve } from 'node:path';

/** The command line cannot be understood, or names what is not there; the message is for the person at the terminal. */
export class ArgumentError extends Error {
  readonly code = 'arguments';
}

/** What is wrong with a folder that an option names: `undefined` when it is there. */
export function folderProblem(option: string, path: string): string | undefined {
  const isFolder = statSync(path, { throwIfNoEntry: false })?.isDirectory();
  return isFolder ? undefined : `${option}: ${path} is not a folder.`;
}

/** What is wrong with a file that an option names to be read. */
export function fileProblem(option: string, path: string): string | undefined {
  return statSync(path, { throwIfNoEntry: false })?.isFile()
    ? undefined
    : `${option}: ${path} is not a file.`;
}

/** Minutes of work must not end at a file that cannot be written: what is wrong with its folder. */
export function outputProblem(option: string, path: string): string | undefined {
  const dir = dirname(resolve(path));
  try {
    accessSync(dir, constants.W_OK);
    return undefined;
  } catch {
    return `${option}: ${dir} is not a folder that can be written.`;
  }
}
