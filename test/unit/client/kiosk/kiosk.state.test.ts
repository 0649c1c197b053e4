import { describe, expect, it } from 'vitest';
import { headlineOf } from '../../../../client/kiosk/headline.ts';
import {
  INITIAL_STATE,
  type KioskAction,
  type KioskState,
  reduce,
} from '../../../../client/kiosk/kiosk.state.ts';
import type { Label } from '../../../../protocol/label.ts';

const ALICE = '0b0e6f0a-5f0e-4a3e-9d53-0c7b1d6c8a01';
const LIVE: KioskAction = {
  type: 'camera',
  camera: { kind: 'live', stream: {} as MediaStream, id: 'front', mirrored: true, choices: [] },
};
const READY: KioskAction = { type: 'models', models: { kind: 'ready', backend: 'wasm' } };
const ONLINE: KioskAction = { type: 'link', link: { kind: 'online' } };

function frame(
  now: number,
  faces: { track: number; x?: number; size?: number; refusal?: 'blurred' | 'too-small' }[],
  ended: number[] = [],
): KioskAction {
  return {
    type: 'frame',
    now,
    frame: { width: 640, height: 480 },
    ended,
    faces: faces.map(({ track, x = 0.35, size = 0.3, refusal }) => ({
      track,
      quality: { score: 0.8, interEyePx: 60, sharpness: 0.6, brightness: 0.5, yaw: 0, pitch: 0 },
      box: { x, y: 0.35, width: size, height: size },
      ...(refusal ? { refusal } : {}),
    })),
  };
}

function label(track: number, sequence: number, part: Partial<Label> = {}): KioskAction {
  return {
    type: 'label',
    latency: 42,
    now: 0,
    label: {
      track,
      sequence,
      state: 'identified',
      personId: ALICE,
      name: 'Alice',
      captureTime: 0,
      stages: {},
      ...part,
    },
  };
}

/** The state after these actions, beginning with a kiosk that works. */
function stateAfter(...actions: KioskAction[]): KioskState {
  return [LIVE, READY, ONLINE, ...actions].reduce(reduce, INITIAL_STATE);
}
const headlineAfter = (...actions: KioskAction[]) => headlineOf(stateAfter(...actions)).state;

describe('what the large line says', () => {
  it('asks to step in front, looks, and then names the person', () => {
    expect(headlineAfter()).toBe('no-face');
    expect(headlineAfter(frame(0, [{ track: 1 }]))).toBe('looking');
    expect(headlineOf(stateAfter(frame(0, [{ track: 1 }]), label(1, 1)))).toMatchObject({
      state: 'identified',
      label: { name: 'Alice', latency: 42 },
    });
  });

  it('puts what keeps the kiosk from working before the faces, the most final first', () => {
    const face = frame(0, [{ track: 1 }]);
    const denied: KioskAction = { type: 'camera', camera: { kind: 'failed', problem: 'denied' } };
    const offline: KioskAction = { type: 'link', link: { kind: 'offline', retryAt: 5 } };
    const revoked: KioskAction = { type: 'link', link: { kind: 'ended', reason: 'revoked', message: '' } };
    expect(headlineAfter(face, offline)).toBe('offline');
    expect(headlineAfter(face, offline, denied)).toBe('camera-denied');
    expect(headlineAfter(face, denied, revoked)).toBe('revoked');
  });

  it.each([
    ['client-too-old', 'version-too-old'],
    ['server-too-old', 'server-too-old'],
    ['replaced', 'replaced'],
    ['unauthenticated', 'no-session'],
    ['misbehaving', 'refused'],
  ] as const)('after an end by %s it says %s', (reason, state) => {
    expect(headlineAfter({ type: 'link', link: { kind: 'ended', reason, message: 'why' } })).toBe(state);
  });

  it('gives a hint only after the picture was bad for a while', () => {
    const bad = (now: number) => frame(now, [{ track: 1, refusal: 'too-small' }]);
    expect(headlineAfter(bad(0), bad(300))).toBe('looking');
    expect(headlineAfter(bad(0), bad(300), bad(400))).toBe('too-far');
    expect(headlineAfter(bad(0), frame(200, [{ track: 1 }]), bad(400), bad(600))).toBe('looking');
  });

  it('does not take a name back for a blurred look away', () => {
    const blurred = (now: number) => frame(now, [{ track: 1, refusal: 'blurred' }]);
    expect(headlineAfter(frame(0, [{ track: 1 }]), label(1, 1), blurred(100), blurred(900))).toBe(
      'identified',
    );
  });

  it('says nothing of who is there while frames are late', () => {
    expect(headlineAfter(frame(0, [{ track: 1 }]), label(1, 1), { type: 'stalled' })).toBe('looking');
  });
});

describe('labels', () => {
  it('vanish with their track, at once', () => {
    const state = stateAfter(frame(0, [{ track: 1 }]), label(1, 1), frame(66, [{ track: 2 }], [1]));
    expect(state.faces.map(({ track, label: shown }) => [track, shown])).toEqual([[2, undefined]]);
    expect(headlineOf(state).state).toBe('looking');
  });

  it('of a track that has ended are ignored', () => {
    expect(headlineAfter(frame(0, [{ track: 1 }]), frame(66, [{ track: 2 }], [1]), label(1, 1))).toBe(
      'looking',
    );
  });

  it('that answer an older crop than the one shown are ignored', () => {
    const state = stateAfter(frame(0, [{ track: 1 }]), label(1, 5), label(1, 4, { state: 'unknown' }));
    expect(headlineOf(state).state).toBe('identified');
  });

  it('are taken down by a later word on the same crop: the person was erased', () => {
    const state = stateAfter(frame(0, [{ track: 1 }]), label(1, 5), label(1, 5, { state: 'looking' }));
    expect(headlineOf(state).state).toBe('looking');
  });

  it('are taken down when no answer has confirmed them for eight seconds', () => {
    const seen = (now: number) => frame(now, [{ track: 1 }]);
    expect(headlineAfter(seen(0), label(1, 1), seen(7900))).toBe('identified');
    expect(headlineAfter(seen(0), label(1, 1), seen(7900), seen(8000))).toBe('looking');
  });

  it('stay over a missed frame', () => {
    const state = stateAfter(frame(0, [{ track: 1 }]), label(1, 1), frame(66, []));
    expect(headlineOf(state).state).toBe('identified');
  });

  it('are taken down when the connection is lost, and none is put up until it is back', () => {
    const offline: KioskAction = { type: 'link', link: { kind: 'offline', retryAt: 0 } };
    const state = stateAfter(frame(0, [{ track: 1 }]), label(1, 1), offline, label(1, 2));
    expect(state.faces.every((face) => face.label === undefined)).toBe(true);
    expect(headlineOf(reduce(state, ONLINE)).state).toBe('looking');
  });
});

describe('the person in front', () => {
  it('is the largest face, the central one of equals', () => {
    expect(
      stateAfter(
        frame(0, [
          { track: 1, size: 0.2 },
          { track: 2, size: 0.3 },
        ]),
      ).front,
    ).toBe(2);
    expect(
      stateAfter(
        frame(0, [
          { track: 1, x: 0 },
          { track: 2, x: 0.36 },
        ]),
      ).front,
    ).toBe(2);
  });

  it('does not change with every small step of two people', () => {
    const two = (now: number, first: number, second: number) =>
      frame(now, [
        { track: 1, size: first, x: 0.2 },
        { track: 2, size: second, x: 0.5 },
      ]);
    expect(stateAfter(two(0, 0.3, 0.28), two(66, 0.28, 0.3)).front).toBe(1);
    expect(stateAfter(two(0, 0.3, 0.28), two(66, 0.2, 0.3)).front).toBe(2);
  });

  it('is nobody once all are gone', () => {
    expect(stateAfter(frame(0, [{ track: 1 }]), frame(500, [], [1])).front).toBeUndefined();
  });
});
