import { RateLimiterMemory } from 'rate-limiter-flexible';
import { type Crop, CropFormatError, decodeCrop } from '../../protocol/crop.ts';
import type { Metrics } from '../observability/metrics.ts';
import { createAdmission } from './admission.ts';
import { ReplayGuard } from './replay-guard.ts';

/** A kiosk that sent this many messages which are no crops is cut off. */
const OFFENCES_TOLERATED = 20;
/** A capture time may lie this far ahead of the server clock: the error of the kiosk's estimate of it. */
const CLOCK_TOLERANCE_MS = 1000;

/** A crop that passed every check, on its way to the queue. */
export type TakenCrop = Crop & {
  /** Server clock, ms: when the message came out of the SFU. */
  arrivedAt: number;
  /** Server clock, ms. */
  capturedAt: number;
  deadlineAt: number;
};

export type Intake = { handle(message: Buffer): void; close(): void };

/**
 * The door of one kiosk's crops: format, rate, replay and age are checked, then freshest-first admission.
 * @param options.epoch server clock in ms at which the session's capture times are zero
 * @param options.recognise works on an admitted crop until its label is sent; must not reject
 * @param options.onOffence told of each malformed message; `fatal` when the kiosk is to be cut off
 */
export function createIntake(options: {
  epoch: number;
  cropsPerSecond: number;
  deadlineMs: number;
  metrics: Metrics;
  now: () => number;
  recognise: (crop: TakenCrop) => Promise<void>;
  onOffence: (problem: string, fatal: boolean) => void;
}): Intake {
  const { epoch, metrics, now, deadlineMs } = options;
  const guard = new ReplayGuard();
  const limiter = new RateLimiterMemory({ points: options.cropsPerSecond, duration: 1 });
  const admission = createAdmission<TakenCrop>({
    start: options.recognise,
    drop: (_crop, reason) => metrics.cropDropped('ingest', reason),
  });
  let offences = 0;
  let open = true;

  const offend = (problem: string) => {
    offences += 1;
    options.onOffence(problem, offences >= OFFENCES_TOLERATED);
  };

  const check = (message: Buffer, arrivedAt: number): TakenCrop | undefined => {
    let crop: Crop;
    try {
      crop = decodeCrop(message);
    } catch (error) {
      if (!(error instanceof CropFormatError)) throw error;
      metrics.cropDropped('ingest', 'format');
      offend(error.message);
      return undefined;
    }
    const refused = guard.check(crop.track, crop.sequence);
    if (refused) {
      metrics.cropDropped('ingest', refused);
      return undefined;
    }
    const capturedAt = epoch + crop.captureTime;
    if (capturedAt > arrivedAt + CLOCK_TOLERANCE_MS) {
      metrics.cropDropped('ingest', 'format');
      offend(
        'Crop message refused: its capture time lies in the future; take the clock offset from `ping` again.',
      );
      return undefined;
    }
    const deadlineAt = capturedAt + deadlineMs;
    if (deadlineAt <= arrivedAt) {
      metrics.cropDropped('ingest', 'late');
      return undefined;
    }
    return { ...crop, arrivedAt, capturedAt, deadlineAt };
  };

  return {
    handle(message) {
      const arrivedAt = now();
      limiter.consume('crops').then(
        () => {
          if (!open) return;
          const crop = check(message, arrivedAt);
          if (crop) admission.offer(crop.track, crop);
        },
        () => metrics.cropDropped('ingest', 'rate'),
      );
    },
    close() {
      open = false;
      admission.clear();
    },
  };
}
