/** What decides whether the browser may learn at this moment. */
export type Circumstances = {
  allowed: boolean;
  /** By the person at the kiosk. */
  paused: boolean;
  online: boolean;
  /** The page is on the screen. */
  visible: boolean;
  /** Frames come and are answered. */
  running: boolean;
  faces: number;
  /** ms since somebody was last in view. */
  quietMs: number;
  /** Undefined: the browser does not say. */
  charging: boolean | undefined;
};

export type LearningHold = 'off' | 'paused' | 'offline' | 'hidden' | 'no-camera' | 'busy' | 'battery';

/** Somebody who has just left may come back. */
export const QUIET_MS = 5000;

/** @returns what stands in the way, the first thing first; undefined when it may learn */
export function holdOf(now: Circumstances): LearningHold | undefined {
  if (!now.allowed) return 'off';
  if (now.paused) return 'paused';
  if (!now.online) return 'offline';
  if (!now.visible) return 'hidden';
  if (!now.running) return 'no-camera';
  if (now.faces > 0 || now.quietMs < QUIET_MS) return 'busy';
  if (now.charging === false) return 'battery';
  return undefined;
}
