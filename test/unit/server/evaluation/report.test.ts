import { describe, expect, it } from 'vitest';
import { plotsOf } from '../../../../models/metrics/plots/plots.ts';
import { type EvaluationResult, evaluationResultSchema } from '../../../../protocol/evaluation.ts';
import { readArguments } from '../../../../server/evaluation/cli/arguments.ts';
import { describeResult } from '../../../../server/evaluation/cli/table.ts';
import { renderReport } from '../../../../server/evaluation/report/page.ts';
import { score } from '../../../../server/evaluation/score.ts';

const HOSTILE = '<img src=x onerror=alert(1)>"/1.jpg';

/** A shot along axis `i`, tilted a little. */
const shot = (i: number, tilt: number) => {
  const embedding = Float32Array.from({ length: 20 }, (_, k) =>
    k === i ? Math.cos(tilt) : k === 19 ? Math.sin(tilt) : 0,
  );
  return { embedding, liveEmbedding: embedding, quality: 1 };
};
/** Ten people with two photos each, 0 and 1 of the first, and so on; the last photo without a face. */
const shots = Array.from({ length: 20 }, (_, i) => (i === 19 ? null : shot(Math.floor(i / 2), (i % 2) / 3)));

function resultOf(options: { pairs: boolean; openSet: boolean }): EvaluationResult {
  const people = Array.from({ length: 10 }, (_, i) => [2 * i, 2 * i + 1]);
  const pairs = people.flatMap(([a = 0, b = 0]) => [
    { same: true, a, b },
    { same: false, a, b: (a + 3) % 20 },
  ]);
  const { mistakes: _, ...scored } = score({
    shots,
    pairs: options.pairs ? pairs : [],
    train: [],
    openSet: options.openSet ? people : [],
    splits: 3,
    model: {
      thresholds: [
        { fmr: 0.01, cosine: 0.4, extrapolated: false },
        { fmr: 0.0001, cosine: 0.6, extrapolated: false },
      ],
    },
  });
  return evaluationResultSchema.parse({
    ...scored,
    failureToDetect: 0.05,
    images: 20,
    imagesPerSecond: null,
    model: 'test',
    intervals: { ...scored.intervals, failureToDetect: { low: 0.01, high: 0.2 } },
    splits: 3,
    people: 10,
    face: 'largest',
    resumed: 0,
    timings: null,
    refusedByQuality: {},
    undetected: [HOSTILE],
    mistakes: [{ kind: 'confused', score: 0.5, a: HOSTILE, b: 'b' }],
    problems: {
      total: 1,
      byKind: {},
      listed: [{ kind: 'broken-file', subject: HOSTILE, message: 'is broken.' }],
    },
    createdAt: '2026-01-15T09:30:00.000Z',
  });
}

describe('the figures of a run', () => {
  it('count a pair without a face as wrong, and show what recognition alone is worth', () => {
    const { accuracy, verification, eer } = resultOf({ pairs: true, openSet: false });
    expect(verification?.withoutFace).toEqual({ same: 1, different: 1 });
    expect(accuracy).toBeCloseTo(18 / 20, 9);
    expect(verification?.bothFound).toMatchObject({ pairs: 18, accuracy: { value: 1 }, auc: 1, eer: 0 });
    expect(eer).toBeGreaterThan(0);
  });

  it('are null where a protocol was not run', () => {
    const pairs = resultOf({ pairs: true, openSet: false });
    expect(pairs).toMatchObject({ rank1: null, tpirAtFpir: null, openSet: null });
    expect(Object.keys(pairs.tarAtFar ?? {})).toEqual(['0.01', '0.001', '0.0001']);
    const open = resultOf({ pairs: false, openSet: true });
    expect(open).toMatchObject({ accuracy: null, auc: null, tarAtFar: null, verification: null });
    expect(Object.keys(open.tpirAtFpir ?? {})).toEqual(['0.003', '0.01', '0.1']);
  });
});

describe.each([
  [{ pairs: true, openSet: true }, 7],
  [{ pairs: true, openSet: false }, 5],
  [{ pairs: false, openSet: true }, 2],
] as const)('the report of %j', (protocols, plots) => {
  const result = resultOf(protocols);
  const page = renderReport({ result, crops: new Map(), title: '<b>Run</b>' });

  it('is one page without script, with every plot, and no number that is none', () => {
    expect(plotsOf(result)).toHaveLength(plots);
    expect(page.match(/<svg /g)).toHaveLength(plots);
    expect(page).not.toMatch(/<script|NaN|Infinity|undefined/);
    expect(describeResult(result)).not.toMatch(/NaN|Infinity|undefined/);
  });

  it('escapes names, and does not speak of photographs where it holds none', () => {
    expect(page).not.toContain('<img src=x');
    expect(page).not.toContain('<b>Run</b>');
    expect(page).not.toContain('holds photographs');
    const crops = new Map([['b', Buffer.from('jpeg')]]);
    expect(renderReport({ result, crops })).toContain('holds photographs');
  });
});

describe('the command line', () => {
  it('takes the face in the middle for lists of pairs, the largest for folders, unless told otherwise', () => {
    expect(readArguments(['--pairs', 'p', '--images', 'i'])?.face).toBe('middle');
    expect(readArguments(['--open-set', 'o'])?.face).toBe('largest');
    expect(readArguments(['--open-set', 'o', '--face', 'middle'])?.face).toBe('middle');
    expect(readArguments(['--help'])).toBeUndefined();
  });

  it.each([
    [['--images', 'i'], /--images is for the photos of --pairs/],
    [['--open-set', 'o', '--train-pairs', 't'], /--train-pairs needs --pairs/],
    [['--open-set', 'o', '--splits', '0'], /--splits takes 1 to 50/],
    [['--open-set', 'o', '--face', 'left'], /--face takes "middle" or "largest"/],
    [['--open-set', 'o', 'stray'], /stray/],
  ])('refuses %j', (args, message) => {
    expect(() => readArguments(args)).toThrow(message);
  });
});
