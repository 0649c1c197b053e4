/** A canvas that nobody sees: off screen where the browser can, else an element that is never attached. */
export type Surface = {
  readonly canvas: OffscreenCanvas | HTMLCanvasElement;
  readonly context: OffscreenCanvasRenderingContext2D | CanvasRenderingContext2D;
};

export class SurfaceError extends Error {
  override readonly name = 'SurfaceError';
  readonly code = 'no-canvas';
}

/** @throws {SurfaceError} where neither kind of canvas is there, such as a worker of an old browser */
export function createSurface(width: number, height: number): Surface {
  const canvas = createCanvas(width, height);
  // Read back at every frame: kept in main memory, that costs a copy and no wait for the GPU.
  const context = canvas?.getContext('2d', { willReadFrequently: true });
  if (!canvas || !context) throw new SurfaceError('This browser offers no canvas here.');
  return { canvas, context };
}

function createCanvas(width: number, height: number): Surface['canvas'] | undefined {
  if (typeof OffscreenCanvas !== 'undefined') return new OffscreenCanvas(width, height);
  if (typeof document === 'undefined') return undefined;
  return Object.assign(document.createElement('canvas'), { width, height });
}
