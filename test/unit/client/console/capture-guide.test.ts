import { describe, expect, it } from 'vitest';
import {
  CaptureGuide,
  photoAreaOf,
  poseOf,
  problemOf,
} from '../../../../client/console/capture/capture-guide.ts';
import type { SeenFace } from '../../../../client/pipeline/frame-processor.ts';

const FRAME = { width: 960, height: 720 };
/** Between two frames that were looked at. */
const STEP_MS = 200;

type Change = Partial<Omit<SeenFace, 'quality'>> & { quality?: Partial<SeenFace['quality']> };

function face({ quality, ...more }: Change = {}): SeenFace {
  return {
    track: 1,
    box: { x: 0.35, y: 0.25, width: 0.3, height: 0.5 },
    quality: { score: 0.8, interEyePx: 90, sharpness: 0.6, brightness: 0.5, yaw: 0, pitch: 0, ...quality },
    ...more,
  };
}
const turned = (yaw: number) => face({ quality: { yaw } });

/** Shows the guide one face after the other. */
function watch(guide: CaptureGuide, faces: readonly (SeenFace | undefined)[], from = 10_000) {
  return faces.map((one, i) =>
    guide.handleLook({ faces: one ? [one] : [], frame: FRAME, at: from + i * STEP_MS }),
  );
}

describe('the guide of a capture', () => {
  it.each([
    ['no-face', []],
    ['several', [face(), face({ track: 2, box: { x: 0, y: 0.2, width: 0.28, height: 0.45 } })]],
    ['closer', [face({ box: { x: 0.45, y: 0.4, width: 0.1, height: 0.18 } })]],
    ['further', [face({ box: { x: 0.1, y: 0.05, width: 0.7, height: 0.9 } })]],
    ['centre', [face({ box: { x: -0.1, y: 0.25, width: 0.3, height: 0.5 } })]],
    ['too-dark', [face({ refusal: 'too-dark' })]],
    ['turned-away', [face({ refusal: 'turned-away' })]],
    ['blurred', [face({ refusal: 'blurred' })]],
    ['blurred', [face({ quality: { sharpness: 0.1 } })]],
  ] as const)('says %s', (hint, faces) => {
    expect(problemOf(faces, FRAME)).toBe(hint);
    expect(new CaptureGuide().handleLook({ faces, frame: FRAME, at: 0 }).hint).toBe(hint);
  });

  it('does not mind somebody small in the background', () => {
    const passerBy = face({ track: 2, box: { x: 0.05, y: 0.3, width: 0.08, height: 0.12 } });
    expect(problemOf([passerBy, face()], FRAME)).toBeUndefined();
  });

  it('knows left from right as the person does, in the unmirrored picture', () => {
    expect([0, 0.4, -0.4, 1.5].map((yaw) => poseOf(turned(yaw)))).toEqual([
      'front',
      'left',
      'right',
      undefined,
    ]);
    expect(poseOf(face({ quality: { pitch: -0.3 } }))).toBe('up');
    expect(poseOf(face({ quality: { pitch: 0.4 } }))).toBe('down');
  });

  it('takes each pose once, when it is held for two frames, and asks for the next', () => {
    const guide = new CaptureGuide();
    const moment = Array.from({ length: 5 }, () => face());
    const advice = watch(guide, [...moment, turned(0.4), turned(0.4), turned(0.4)]);
    expect(advice.map(({ hint, take }) => take ?? hint)).toEqual([
      'hold-still',
      'front',
      'left',
      'left',
      'left',
      'hold-still',
      'left',
      'right',
    ]);
    expect(guide.missing).toEqual(['right']);
  });

  it('takes whichever pose comes first', () => {
    const guide = new CaptureGuide();
    watch(guide, [turned(-0.4), turned(-0.4)]);
    expect(guide.missing).toEqual(['front', 'left']);
  });

  it('lets a pose be after some seconds for somebody who cannot take it', () => {
    const guide = new CaptureGuide({ poses: ['left'] });
    const advice = watch(
      guide,
      Array.from({ length: 40 }, () => face()),
    );
    const taken = advice.findIndex(({ take }) => take === 'left');
    expect(taken * STEP_MS).toBeGreaterThan(5000);
    expect(taken * STEP_MS).toBeLessThan(6000);
    expect(advice.at(-1)?.hint).toBe('done');
  });

  it('waits again for the pose of a photo that was discarded, and counts one taken by hand', () => {
    const guide = new CaptureGuide({ poses: ['front'] });
    expect(guide.handleManual(0)).toBe('front');
    expect(guide.missing).toEqual([]);
    guide.want('left', 'front');
    expect(guide.missing).toEqual(['front', 'left']);
  });

  it('keeps the face with room around it, within the frame', () => {
    const area = photoAreaOf(face({ box: { x: 0, y: 0, width: 0.2, height: 0.4 } }), FRAME);
    expect(area).toMatchObject({ x: 0, y: 0 });
    expect(area.width).toBeLessThan(1);
    expect(photoAreaOf(face(), FRAME)).toEqual({ x: 0.05, y: 0, width: 0.9, height: 1 });
  });
});
