import { describe, expect, it } from 'vitest';
import { CROP_SIZE, type FivePoints, type Point, TEMPLATE } from '../../../models/align.ts';
import { assessQuality, poseOf, weaknessOf } from '../../../models/quality.ts';

/** A textured crop: smooth shading and noise of a given strength, reproducible. */
function crop({ base = 128, texture = 40 }): Uint8ClampedArray {
  const data = new Uint8ClampedArray(CROP_SIZE * CROP_SIZE * 4);
  let seed = 7;
  for (let i = 0; i < data.length; i += 4) {
    seed = (seed * 1103515245 + 12345) % 2147483648;
    data.fill(base + texture * (seed / 1073741824 - 1), i, i + 3);
    data[i + 3] = 255;
  }
  return data;
}

function move(index: number, dx: number, dy: number): FivePoints {
  return TEMPLATE.map((p, i) => (i === index ? [p[0] + dx, p[1] + dy] : p)) as unknown as FivePoints;
}

function scaled(factor: number): FivePoints {
  return TEMPLATE.map(([x, y]): Point => [x * factor, y * factor]) as unknown as FivePoints;
}

describe('assessQuality', () => {
  it('accepts a sharp, well lit, frontal face', () => {
    const quality = assessQuality({ crop: crop({}), points: scaled(2) });
    expect(quality.refusal).toBeUndefined();
    expect(quality.score).toBeGreaterThan(0.8);
    expect(quality.interEyePx).toBeCloseTo(70.5, 0);
  });

  it.each([
    ['too-small', { points: scaled(0.3) }],
    ['turned-away', { points: move(2, 50, 0) }],
    ['too-dark', { crop: crop({ base: 8, texture: 8 }) }],
    ['too-bright', { crop: crop({ base: 250, texture: 5 }) }],
    ['blurred', { crop: crop({ texture: 0 }) }],
  ] as const)('refuses a %s face with score 0', (refusal, part) => {
    const quality = assessQuality({ crop: crop({}), points: scaled(2), ...part });
    expect(quality).toMatchObject({ refusal, score: 0 });
  });
});

describe('poseOf', () => {
  it('is about zero for the frontal template', () => {
    const { yaw, pitch } = poseOf(TEMPLATE);
    expect(Math.abs(yaw)).toBeLessThan(0.02);
    expect(Math.abs(pitch)).toBeLessThan(0.25);
  });

  it('tells left from right and up from down', () => {
    expect(poseOf(move(2, 8, 0)).yaw).toBeGreaterThan(0.3);
    expect(poseOf(move(2, -8, 0)).yaw).toBeLessThan(-0.3);
    expect(poseOf(move(2, 0, -8)).pitch).toBeLessThan(-0.3);
    expect(poseOf(move(2, 0, 12)).pitch).toBeGreaterThan(0.3);
  });

  it('does not change when the head tilts in the image plane', () => {
    const [cos, sin] = [Math.cos(0.5), Math.sin(0.5)];
    const tilted = move(2, 6, -3).map(([x, y]): Point => [cos * x - sin * y, sin * x + cos * y]);
    const [upright, rolled] = [poseOf(move(2, 6, -3)), poseOf(tilted as unknown as FivePoints)];
    expect(rolled.yaw).toBeCloseTo(upright.yaw, 9);
    expect(rolled.pitch).toBeCloseTo(upright.pitch, 9);
  });
});

describe('weaknessOf', () => {
  const faultless = { interEyePx: 60, sharpness: 0.6, brightness: 0.5, yaw: 0.1, pitch: 0 };

  it('names what lowers the score most, and nothing where nothing does', () => {
    expect(weaknessOf(faultless)).toBeUndefined();
    expect(weaknessOf({ ...faultless, sharpness: 0.1 })).toBe('blurred');
    expect(weaknessOf({ ...faultless, sharpness: 0.18, interEyePx: 14 })).toBe('too-small');
    expect(weaknessOf({ ...faultless, brightness: 0.1 })).toBe('too-dark');
    expect(weaknessOf({ ...faultless, yaw: -1.5 })).toBe('turned-away');
  });
});
