import type { Refusal } from '../../models/quality.ts';
import type { LabelState } from '../../protocol/label.ts';
import type { CameraProblem } from '../pipeline/camera.ts';
import type { KioskState, LinkState, ShownFace, ShownLabel } from './kiosk.state.ts';

/** Everything that the large line can say; also the value of its `data-state`. */
export type HeadlineState =
  | LabelState
  | `camera-${CameraProblem}`
  | 'asking-permission'
  | 'loading-models'
  | 'models-failed'
  | 'connecting'
  | 'offline'
  | 'no-session'
  | 'link-used'
  | 'replaced'
  | 'revoked'
  | 'version-too-old'
  | 'server-too-old'
  | 'refused'
  | 'no-face'
  | Exclude<Refusal, 'too-small'>
  | 'too-far';

export type Headline = {
  state: HeadlineState;
  /** Label of the person in front, in the states that come from one. */
  label?: ShownLabel;
  /** The server's own words, where it gave some. */
  detail?: string;
};

/** What the large line says: what keeps the kiosk from working comes first, then the person in front. */
export function headlineOf(state: KioskState): Headline {
  const { link, camera, models } = state;
  const ended = endOf(link);
  if (ended) return ended;
  if (camera.kind === 'failed') return { state: `camera-${camera.problem}` };
  if (models.kind === 'failed') return { state: 'models-failed', detail: models.message };
  if (camera.kind === 'asking') return { state: 'asking-permission' };
  if (link.kind === 'offline') return { state: 'offline', ...(link.message ? { detail: link.message } : {}) };
  if (models.kind === 'loading') return { state: 'loading-models' };
  if (link.kind === 'connecting') return { state: 'connecting' };
  const front = state.faces.find(({ track }) => track === state.front);
  if (front) return headlineOfFace(front);
  return { state: state.frames === 'stalled' ? 'looking' : 'no-face' };
}

/** What is said of one face, in the line and in the tag at its box. */
export function headlineOfFace({ label, hint }: ShownFace): Headline {
  // A name that stands is not taken back because one look away is blurred.
  if (label?.state === 'identified') return { state: 'identified', label };
  if (hint) return { state: hint === 'too-small' ? 'too-far' : hint };
  return label ? { state: label.state, label } : { state: 'looking' };
}

function endOf(link: LinkState): Headline | undefined {
  if (link.kind === 'no-session' || link.kind === 'link-used') return { state: link.kind };
  if (link.kind !== 'ended') return undefined;
  switch (link.reason) {
    case 'replaced':
    case 'revoked':
    case 'server-too-old':
      return { state: link.reason };
    case 'client-too-old':
      return { state: 'version-too-old' };
    case 'unauthenticated':
      return { state: 'no-session' };
    case 'code-used':
      return { state: 'link-used' };
    default:
      return { state: 'refused', detail: link.message };
  }
}
