/**
 * How faces are detected, in the words of @vladmandic/human's configuration. The browser pipeline passes
 * this object to Human; the detector for the server reads the same numbers, so both find the same faces.
 * Everything that Human could do beyond detection and mesh is off. Frames that are not square must be
 * padded to a square before (see `detect/frame.ts`).
 */
export const HUMAN_CONFIG = {
  async: false,
  warmup: 'none',
  debug: false,
  /** 0 runs the detector on every frame; anything else reuses boxes, and the mesh would see other crops. */
  cacheSensitivity: 0,
  filter: { enabled: false, equalization: false, autoBrightness: false, return: false, flip: false },
  gesture: { enabled: false },
  body: { enabled: false },
  hand: { enabled: false },
  object: { enabled: false },
  segmentation: { enabled: false },
  face: {
    enabled: true,
    detector: {
      modelPath: 'blazeface.json',
      /** Turns tilted heads upright for the mesh; without it, landmarks fail from about 30° on. */
      rotation: true,
      square: false,
      maxDetected: 20,
      minConfidence: 0.3,
      minSize: 0,
      iouThreshold: 0.1,
      scale: 1.4,
      skipFrames: 0,
      skipTime: 0,
      mask: false,
      return: false,
    },
    mesh: { enabled: true, modelPath: 'facemesh.json', keepInvalid: false },
    attention: { enabled: false },
    iris: { enabled: false },
    emotion: { enabled: false },
    description: { enabled: false },
    antispoof: { enabled: false },
    liveness: { enabled: false },
  },
} as const;
