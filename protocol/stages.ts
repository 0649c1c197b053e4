import { z } from 'zod';

/** The path of one crop, in order: the same words in files, metric labels, logs, and pages. */
export const STAGES = [
  'camera',
  'detect',
  'align',
  'uplink',
  'sfu',
  'ingest',
  'queue',
  'embed',
  'match',
  'label',
] as const;

export type Stage = (typeof STAGES)[number];

/** Milliseconds spent in each stage that a crop has passed. */
export type StageTimings = Partial<Record<Stage, number>>;

export const stageTimingsSchema = z.partialRecord(z.enum(STAGES), z.number().min(0).max(600_000));
