/** Where the networks can run, in the order in which they are tried. */
export const BACKENDS = ['webgpu', 'webgl', 'wasm'] as const;
export type Backend = (typeof BACKENDS)[number];
