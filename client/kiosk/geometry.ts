import type { FrameBox } from '../../protocol/crop.ts';

export type Size = { width: number; height: number };

/**
 * Where a box of the frame lies on a view that shows the frame as `object-fit: cover` does.
 * @param options.box fractions of the frame
 * @param options.mirrored whether the view shows the frame mirrored; the box is given for the unmirrored one
 * @returns pixels of the view; parts may lie outside it
 */
export function boxOnView(options: { box: FrameBox; frame: Size; view: Size; mirrored: boolean }): {
  left: number;
  top: number;
  width: number;
  height: number;
} {
  const { box, frame, view, mirrored } = options;
  const scale = Math.max(view.width / frame.width, view.height / frame.height);
  const [shownWidth, shownHeight] = [frame.width * scale, frame.height * scale];
  const x = mirrored ? 1 - box.x - box.width : box.x;
  return {
    left: x * shownWidth - (shownWidth - view.width) / 2,
    top: box.y * shownHeight - (shownHeight - view.height) / 2,
    width: box.width * shownWidth,
    height: box.height * shownHeight,
  };
}
