import type { Refusal } from '../../models/quality.ts';
import type { FrameBox } from '../../protocol/crop.ts';
import type { KioskIdentity } from '../../protocol/kiosks.ts';
import type { Label } from '../../protocol/label.ts';
import type { EndReason } from '../net/signaling.ts';
import type { Backend } from '../pipeline/backend.ts';
import type { CameraChoice, CameraProblem } from '../pipeline/camera.ts';
import type { SeenFace } from '../pipeline/frame-processor.ts';
import type { LearningView } from './learning/learning.ts';

export type LinkState =
  | { kind: 'connecting' }
  | { kind: 'online' }
  /** `retryAt`: ms of `monotonicNow`. */
  | { kind: 'offline'; retryAt: number; message?: string }
  | { kind: 'no-session' }
  | { kind: 'link-used' }
  | { kind: 'ended'; reason: EndReason; message: string };

export type CameraView =
  | { kind: 'off' }
  | { kind: 'asking' }
  | { kind: 'live'; stream: MediaStream; id: string; mirrored: boolean; choices: readonly CameraChoice[] }
  | { kind: 'failed'; problem: CameraProblem };

export type ModelsState =
  | { kind: 'loading'; loaded: number; total: number }
  | { kind: 'ready'; backend: Backend }
  | { kind: 'failed'; message: string };

export type ShownLabel = Label & {
  /** ms from capture to the moment at which it was handed to the page. */
  latency: number;
  /** That moment, ms of `monotonicNow`. */
  shownAt: number;
};

export type ShownFace = {
  track: number;
  box: FrameBox;
  /** What is wrong with the face's picture for long enough to be told. */
  hint?: Refusal;
  label?: ShownLabel;
  /** What the last frames said, and since when. */
  refusal?: { kind: Refusal; since: number };
};

export type KioskState = {
  identity?: KioskIdentity;
  link: LinkState;
  /** Code by which this page can be made a kiosk, while it waits for that. */
  pairingCode?: string | undefined;
  /** Consoles can see the camera's picture. */
  onAir: boolean;
  /** Present while its browser may learn. */
  learning?: LearningView | undefined;
  camera: CameraView;
  models: ModelsState;
  frame: { width: number; height: number };
  faces: readonly ShownFace[];
  /** Track of the person in front: the large line is theirs. */
  front?: number;
  /** `stalled` when none was answered for a while: who is there is not known. */
  frames: 'none-yet' | 'running' | 'stalled';
};

export type KioskAction =
  | { type: 'link'; link: LinkState }
  | { type: 'identity'; identity: KioskIdentity }
  | { type: 'pairing'; code: string | undefined }
  | { type: 'onAir'; onAir: boolean }
  | { type: 'learning'; learning: LearningView | undefined }
  | { type: 'camera'; camera: CameraView }
  | { type: 'models'; models: ModelsState }
  | {
      type: 'frame';
      now: number;
      frame: { width: number; height: number };
      faces: readonly SeenFace[];
      ended: readonly number[];
    }
  | { type: 'label'; label: Label; latency: number; now: number }
  /** No frame was answered for a while: what is shown is no longer true. */
  | { type: 'stalled' };

/** A track in view is asked about every three seconds at least: a label that nobody confirms any more is not shown. */
const LABEL_LIFETIME_MS = 8000;
/** A hint that came and went with single frames would flicker. */
const HINT_AFTER_MS = 400;
/** The person in front stays the one in front until another is clearly nearer. */
const FRONT_LEAD = 1.25;

export const INITIAL_STATE: KioskState = {
  link: { kind: 'connecting' },
  camera: { kind: 'off' },
  models: { kind: 'loading', loaded: 0, total: 0 },
  frame: { width: 4, height: 3 },
  faces: [],
  frames: 'none-yet',
  onAir: false,
};

/** The page's state after an action. Pure: times come with the actions. */
export function reduce(state: KioskState, action: KioskAction): KioskState {
  switch (action.type) {
    case 'link': {
      const next = { ...state, link: action.link };
      // Without the server nobody vouches for a name any more.
      return action.link.kind === 'online' ? next : { ...next, faces: state.faces.map(withoutLabel) };
    }
    case 'identity':
      return { ...state, identity: action.identity };
    case 'onAir':
      return { ...state, onAir: action.onAir };
    case 'learning':
      return { ...state, learning: action.learning };
    case 'pairing':
      return { ...state, pairingCode: action.code };
    case 'camera':
      return action.camera.kind === 'live'
        ? {
            ...state,
            camera: action.camera,
            frames: state.camera.kind === 'live' ? state.frames : 'none-yet',
          }
        : { ...withoutFaces(state), camera: action.camera, frames: 'none-yet' };
    case 'models':
      return { ...state, models: action.models };
    case 'frame':
      return withFront({
        ...state,
        frames: 'running',
        frame: action.frame,
        faces: facesAfter(state.faces, action),
      });
    case 'label':
      return state.link.kind === 'online'
        ? { ...state, faces: state.faces.map((face) => withLabel(face, action)) }
        : state;
    case 'stalled':
      return state.frames !== 'stalled' && state.camera.kind === 'live' && state.models.kind === 'ready'
        ? { ...withoutFaces(state), frames: 'stalled' }
        : state;
  }
}

function facesAfter(
  shown: readonly ShownFace[],
  { faces, ended, now }: Extract<KioskAction, { type: 'frame' }>,
): ShownFace[] {
  const seen = new Map(faces.map((face) => [face.track, face]));
  // A face that was missed in one frame keeps its box and name until its track ends.
  const kept = shown.filter(({ track }) => !seen.has(track) && !ended.includes(track));
  const updated = faces.map(({ track, box, refusal }): ShownFace => {
    const before = shown.find((face) => face.track === track);
    const since = before?.refusal?.kind === refusal ? before?.refusal?.since : undefined;
    const told = refusal && { kind: refusal, since: since ?? now };
    return {
      track,
      box,
      ...(before?.label && now - before.label.shownAt < LABEL_LIFETIME_MS ? { label: before.label } : {}),
      ...(told ? { refusal: told } : {}),
      ...(told && now - told.since >= HINT_AFTER_MS ? { hint: told.kind } : {}),
    };
  });
  return [...kept, ...updated].sort((a, b) => a.track - b.track);
}

function withLabel(face: ShownFace, action: Extract<KioskAction, { type: 'label' }>): ShownFace {
  const { label, latency, now } = action;
  const overtaken = face.label !== undefined && label.sequence < face.label.sequence;
  return face.track !== label.track || overtaken
    ? face
    : { ...face, label: { ...label, latency, shownAt: now } };
}

function withoutLabel({ label: _, ...face }: ShownFace): ShownFace {
  return face;
}

function withoutFaces({ front: _, ...state }: KioskState): KioskState {
  return { ...state, faces: [] };
}

function withFront({ front, ...state }: KioskState): KioskState {
  const best = state.faces.reduce<ShownFace | undefined>(
    (top, face) => (top && nearness(top) >= nearness(face) ? top : face),
    undefined,
  );
  const current = state.faces.find(({ track }) => track === front);
  const chosen = current && best && nearness(best) < FRONT_LEAD * nearness(current) ? current : best;
  return chosen ? { ...state, front: chosen.track } : state;
}

/** Large and central faces are near: area, less up to half of it at the frame's edge. */
function nearness({ box }: ShownFace): number {
  const dx = box.x + box.width / 2 - 0.5;
  const dy = box.y + box.height / 2 - 0.5;
  return box.width * box.height * (1 - Math.min(0.5, Math.hypot(dx, dy)));
}
