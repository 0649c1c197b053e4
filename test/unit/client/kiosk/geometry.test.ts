import { describe, expect, it } from 'vitest';
import { boxOnView } from '../../../../client/kiosk/geometry.ts';

const frame = { width: 640, height: 480 };
const box = { x: 0.25, y: 0.5, width: 0.25, height: 0.25 };

describe('boxOnView', () => {
  it('scales to a view of the same shape', () => {
    const view = { width: 1280, height: 960 };
    expect(boxOnView({ box, frame, view, mirrored: false })).toEqual({
      left: 320,
      top: 480,
      width: 320,
      height: 240,
    });
  });

  it('mirrors left and right only', () => {
    const view = { width: 640, height: 480 };
    expect(boxOnView({ box, frame, view, mirrored: true })).toEqual({
      left: 320,
      top: 240,
      width: 160,
      height: 120,
    });
  });

  it('takes off what a wide view cuts from top and bottom', () => {
    const view = { width: 1280, height: 720 };
    expect(boxOnView({ box, frame, view, mirrored: false })).toMatchObject({ left: 320, top: 360 });
  });

  it('takes off what a tall view cuts from the sides', () => {
    const view = { width: 480, height: 960 };
    expect(boxOnView({ box, frame, view, mirrored: false })).toMatchObject({ left: -80, top: 480 });
  });
});
