import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';
import { STAGES, type Stage, type StageTimings } from '../../protocol/stages.ts';

/** Why a crop got no label, by the stage that dropped it. */
export type DropReason =
  | 'format'
  | 'rate'
  | 'replayed'
  | 'stale'
  | 'late'
  | 'superseded'
  | 'busy'
  | 'queue-unavailable'
  | 'no-answer'
  | 'deadline'
  | 'expired'
  | 'undecodable'
  | 'erased'
  | 'track-ended'
  | 'failed';

export type Metrics = {
  registry: Registry;
  cropDropped(stage: Stage, reason: DropReason): void;
  cropLabelled(state: string, timings: StageTimings, totalMs: number): void;
  unexpectedAnswer(): void;
  streamsOnline: Gauge;
};

const SECONDS = [0.0005, 0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5];

/** Prometheus metrics of the live path; `registry` is what GET /metrics prints. */
export function createMetrics(): Metrics {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  const registers = [registry];
  const stageSeconds = new Histogram({
    name: 'facewire_stage_seconds',
    help: 'Time a crop spent in each stage',
    labelNames: ['stage'],
    buckets: SECONDS,
    registers,
  });
  for (const stage of STAGES) stageSeconds.zero({ stage });
  const totalSeconds = new Histogram({
    name: 'facewire_crop_seconds',
    help: 'Time from capture to the label leaving the server',
    buckets: SECONDS,
    registers,
  });
  const labels = new Counter({
    name: 'facewire_labels_total',
    help: 'Labels sent, by state',
    labelNames: ['state'],
    registers,
  });
  const dropped = new Counter({
    name: 'facewire_crops_dropped_total',
    help: 'Crops that got no label, by the stage that dropped them and why',
    labelNames: ['stage', 'reason'],
    registers,
  });
  const unexpected = new Counter({
    name: 'facewire_unexpected_answers_total',
    help: 'Answers of workers that nobody waited for: late, or given twice',
    registers,
  });
  const streamsOnline = new Gauge({
    name: 'facewire_streams_online',
    help: 'Kiosks connected now',
    registers,
  });
  return {
    registry,
    streamsOnline,
    cropDropped: (stage, reason) => dropped.inc({ stage, reason }),
    cropLabelled(state, timings, totalMs) {
      labels.inc({ state });
      totalSeconds.observe(totalMs / 1000);
      for (const [stage, ms] of Object.entries(timings)) stageSeconds.observe({ stage }, ms / 1000);
    },
    unexpectedAnswer: () => unexpected.inc(),
  };
}
