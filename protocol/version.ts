/** Version of everything that crosses a process boundary. Raised when an older peer would misread a message. */
export const PROTOCOL_VERSION = 1;

export type VersionProblem = 'client-too-old' | 'server-too-old';

/** Compares the version that a client speaks with ours; `undefined` when the two agree. */
export function versionProblem(clientVersion: number): VersionProblem | undefined {
  if (clientVersion < PROTOCOL_VERSION) return 'client-too-old';
  if (clientVersion > PROTOCOL_VERSION) return 'server-too-old';
  return undefined;
}
