import type { FivePoints } from '../../models/align.ts';
import { createSurface } from './surface.ts';

const SIDE = 320;

/** Where the drawn face's landmarks are, in pixels of its frame, and how far off an answer may be. */
export const TEST_FACE: { points: FivePoints; tolerancePx: number } = {
  points: [
    [132, 140],
    [188, 140],
    [160, 178],
    [136, 208],
    [184, 208],
  ],
  tolerancePx: 8,
};

/**
 * Draws a face that the detector takes for one: a known answer, with which a backend is put to the test without a
 * photograph of anybody.
 */
export function drawTestFace(): ImageData {
  const { context: c } = createSurface(SIDE, SIDE);
  c.fillStyle = '#8d97a3';
  c.fillRect(0, 0, SIDE, SIDE);

  const ellipse = (x: number, y: number, rx: number, ry: number, fill: string | CanvasGradient) => {
    c.beginPath();
    c.ellipse(x, y, rx, ry, 0, 0, 2 * Math.PI);
    c.fillStyle = fill;
    c.fill();
  };
  const stroke = (width: number, colour: string, path: readonly (readonly [number, number])[]) => {
    c.beginPath();
    const [[x0, y0], [x1, y1], [x2, y2]] = path as [[number, number], [number, number], [number, number]];
    c.moveTo(x0, y0);
    c.quadraticCurveTo(x1, y1, x2, y2);
    c.lineWidth = width;
    c.strokeStyle = colour;
    c.lineCap = 'round';
    c.stroke();
  };

  ellipse(160, 300, 120, 60, '#34435c'); // shoulders
  ellipse(160, 240, 34, 50, '#b98a6c'); // neck
  ellipse(160, 140, 78, 96, '#3b2a20'); // hair
  const skin = c.createRadialGradient(150, 140, 10, 160, 160, 100);
  skin.addColorStop(0, '#efc8a8');
  skin.addColorStop(0.7, '#d9a884');
  skin.addColorStop(1, '#a97958');
  ellipse(160, 164, 64, 84, skin);

  for (const x of [132, 188]) {
    ellipse(x, 139, 17, 11, 'rgb(120 80 60 / 0.45)'); // socket
    ellipse(x, 140, 12, 6, '#f6f3ef');
    ellipse(x, 140, 5.5, 5.5, '#3a2a1e');
    ellipse(x + 1.5, 138.5, 1.5, 1.5, '#ffffff');
    stroke(2.5, '#4a3022', [
      [x - 13, 139],
      [x, 130],
      [x + 13, 139],
    ]); // lid
    stroke(5, '#3b2a20', [
      [x - 17, 124],
      [x, 116],
      [x + 17, 123],
    ]); // brow
  }
  stroke(4, 'rgb(150 105 80 / 0.6)', [
    [153, 140],
    [150, 165],
    [149, 178],
  ]); // bridge
  ellipse(160, 178, 13, 9, '#d39d78');
  ellipse(157, 174, 5, 4, '#f3d2b6');
  ellipse(153, 183, 4, 2.5, '#7d5240');
  ellipse(167, 183, 4, 2.5, '#7d5240');
  ellipse(160, 206, 24, 6, '#b5615a'); // upper lip
  ellipse(160, 212, 20, 7, '#c4736a'); // lower lip
  stroke(2, '#6d322e', [
    [137, 208],
    [160, 211],
    [183, 208],
  ]);
  ellipse(160, 236, 20, 8, 'rgb(160 115 90 / 0.35)'); // chin
  return c.getImageData(0, 0, SIDE, SIDE);
}
