/** Without a frame of the camera, or an answer to one, for so long, what is shown is no longer what is there. */
const STALLED_MS = 1200;
/** The first answer after the start finds caches cold and shaders to be compiled. */
const FIRST_MS = 8000;
const LOOK_EVERY_MS = 100;

/** Whether the camera still gives frames and the pipeline still answers them. */
export class FrameWatch {
  #framedAt = 0;
  #answeredAt = 0;

  /** @param options.onStalled called again and again while it is so */
  constructor(options: { onStalled: () => void }) {
    this.expectFirst();
    setInterval(() => {
      if (this.cameraStalled || performance.now() - this.#answeredAt > STALLED_MS) options.onStalled();
    }, LOOK_EVERY_MS);
  }

  /** The camera or the detector begins anew. */
  expectFirst(): void {
    this.#framedAt = this.#answeredAt = performance.now() + FIRST_MS;
  }

  handleFrame(): void {
    this.#framedAt = performance.now();
  }

  handleAnswer(): void {
    this.#answeredAt = performance.now();
  }

  /** An answer that comes now is about a picture of before. */
  get cameraStalled(): boolean {
    return performance.now() - this.#framedAt > STALLED_MS;
  }
}
