import type { EvaluationResult, OpenSetRow } from '../../../protocol/evaluation.ts';
import { type Axis, bars, chart, type Line, type Look, type SvgNode } from './chart.ts';

/** One plot with its words. Field terms are English everywhere, as in the figures. */
export type Plot = {
  id: string;
  title: string;
  note: string;
  legend: readonly { text: string; look: Look; dashed?: boolean }[];
  svg: SvgNode;
};

type Verification = NonNullable<EvaluationResult['verification']>;

/** Every plot that the protocols of this result give; one drawing for report and console. */
export function plotsOf(result: EvaluationResult): Plot[] {
  const { verification, openSet, timings, threshold } = result;
  return [
    ...(openSet && openSet.length > 0 ? [identificationPlot(openSet), thresholdsPlot(openSet)] : []),
    ...(verification && verification.same > 0 && verification.different > 0
      ? [rocPlot(verification), detPlot(verification), precisionRecallPlot(verification)]
      : []),
    ...(verification ? [histogramPlot(verification, threshold), accuracyPlot(verification, threshold)] : []),
    ...(timings ? [stagesPlot(timings)] : []),
  ];
}

function rocPlot({ curves, different }: Verification): Plot {
  const least = lowestDecade(different);
  const from = Math.min(0.9, Math.floor(20 * (atRate(curves.roc, least)?.tar ?? 0)) / 20);
  return {
    id: 'roc',
    title: 'ROC',
    note: 'Share of same pairs accepted, where so many different pairs are accepted too. Higher is better.',
    legend: [],
    svg: chart({
      title: 'ROC: true accept rate against false accept rate, logarithmic',
      x: rateAxis('False accept rate', least),
      y: shareAxis('True accept rate', from),
      lines: [{ look: 1, points: staircase(fromFirst(curves.roc).map(({ far, tar }) => [far, tar])) }],
    }),
  };
}

function detPlot({ curves, different, same }: Verification): Plot {
  return {
    id: 'det',
    title: 'DET',
    note: 'Both kinds of error, both logarithmic. Nearer to the lower left corner is better.',
    legend: [],
    svg: chart({
      title: 'DET: false non-match rate against false match rate, both logarithmic',
      x: rateAxis('False match rate', lowestDecade(different)),
      y: rateAxis('False non-match rate', lowestDecade(same)),
      lines: [{ look: 1, points: staircase(fromFirst(curves.roc).map(({ far, tar }) => [far, 1 - tar])) }],
    }),
  };
}

function precisionRecallPlot({ curves }: Verification): Plot {
  const least = curves.precisionRecall.reduce((low, { precision }) => Math.min(low, precision), 1);
  return {
    id: 'precision-recall',
    title: 'Precision and recall',
    note: 'Of the pairs called the same, the share that is; against the share of same pairs that are found.',
    legend: [],
    svg: chart({
      title: 'Precision against recall',
      x: shareAxis('Recall', 0),
      y: shareAxis('Precision', Math.min(0.8, Math.floor(10 * least) / 10)),
      lines: [
        { look: 1, points: curves.precisionRecall.map(({ precision, recall }) => [recall, precision]) },
      ],
    }),
  };
}

function histogramPlot(
  { curves: { histogram }, same, different }: Verification,
  threshold: number | null,
): Plot {
  const { from, width } = histogram;
  const shares = (counts: readonly number[], all: number) => counts.map((count) => count / Math.max(1, all));
  const [ours, others] = [shares(histogram.same, same), shares(histogram.different, different)];
  const most = Math.max(...ours, ...others, 0.01);
  const outline = (values: readonly number[]): Line['points'] =>
    values.flatMap((value, i) => [
      [from + i * width, value],
      [from + (i + 1) * width, value],
    ]);
  const [low, high] = [Math.floor(10 * from) / 10, Math.ceil(10 * (from + ours.length * width)) / 10];
  return {
    id: 'histogram',
    title: 'Scores',
    note: 'Pairs of one person and of two, by their cosine. What overlaps cannot be told apart.',
    legend: [
      { text: 'same', look: 1 },
      { text: 'different', look: 2 },
    ],
    svg: chart({
      title: 'Histogram of the scores of same and different pairs',
      x: { ...cosineAxis(low, Math.max(high, low + 0.2)), label: 'Cosine' },
      y: {
        ...shareAxis('Share of its kind', 0),
        max: most,
        ticks: [0, most / 2, most],
        format: (share) => `${(100 * share).toFixed(1)} %`,
      },
      lines: [
        { look: 2, points: outline(others), area: true },
        { look: 1, points: outline(ours), area: true },
      ],
      marks: threshold === null ? [] : [threshold],
    }),
  };
}

function accuracyPlot({ curves: { thresholds } }: Verification, threshold: number | null): Plot {
  const [first, last] = [thresholds[0]?.threshold ?? 0, thresholds.at(-1)?.threshold ?? 1];
  return {
    id: 'thresholds',
    title: 'Accuracy and F1 against the threshold',
    note: 'A flat top forgives a threshold that is a little off. The upright line is the one that was chosen.',
    legend: [
      { text: 'accuracy', look: 1 },
      { text: 'F1', look: 2, dashed: true },
    ],
    svg: chart({
      title: 'Accuracy and F1 against the threshold',
      x: cosineAxis(Math.floor(10 * first) / 10, last),
      y: shareAxis('Accuracy, F1', 0),
      lines: [
        { look: 1, points: thresholds.map((at) => [at.threshold, at.accuracy]) },
        { look: 2, dashed: true, points: thresholds.map((at) => [at.threshold, at.f1]) },
      ],
      marks: threshold === null ? [] : [threshold],
    }),
  };
}

function identificationPlot(rows: readonly OpenSetRow[]): Plot {
  // Below ten strangers in the rate, a curve tells of those strangers only.
  const least = Math.min(0.01, 10 * lowestDecade(Math.max(...rows.map(({ strangers }) => strangers))));
  const shown = rows.map(({ curve }) => upTo(curve));
  const lowest = Math.min(...shown.map((points) => points.findLast(([fpir]) => fpir <= least)?.[1] ?? 0));
  return {
    id: 'identification',
    title: 'People identified against strangers named',
    note: 'Open set: share of enrolled people who are named rightly, where so many strangers get a name.',
    legend: legendOf(rows),
    svg: chart({
      title: 'TPIR against FPIR, logarithmic',
      x: rateAxis('FPIR: strangers named', least),
      y: shareAxis('TPIR: people identified', Math.min(0.8, Math.floor(10 * lowest) / 10)),
      lines: shown.map((points, i) => ({ look: lookOf(i), points })),
    }),
  };
}

function thresholdsPlot(rows: readonly OpenSetRow[]): Plot {
  return {
    id: 'open-set-thresholds',
    title: 'People and strangers against the threshold',
    note: 'Full lines: people identified (TPIR). Dashed: strangers named (FPIR).',
    legend: legendOf(rows),
    svg: chart({
      title: 'TPIR and FPIR against the threshold',
      x: cosineAxis(0, 1),
      y: shareAxis('TPIR, FPIR', 0),
      lines: rows.flatMap(({ curve }, i): Line[] => [
        { look: lookOf(i), points: curve.map(({ threshold, tpir }) => [threshold, tpir]) },
        { look: lookOf(i), dashed: true, points: curve.map(({ threshold, fpir }) => [threshold, fpir]) },
      ]),
    }),
  };
}

function stagesPlot(timings: NonNullable<EvaluationResult['timings']>): Plot {
  return {
    id: 'stages',
    title: 'Time per stage',
    note: 'In the workers, each photo: the mean, with a whisker to the slowest twentieth (p95).',
    legend: [],
    svg: bars({
      title: 'Milliseconds a photo spends in each stage',
      rows: Object.entries(timings).map(([name, { mean, p95 }]) => ({
        name,
        value: mean,
        whisker: Math.max(mean, p95),
        text: `${mean.toFixed(1)} ms, p95 ${p95.toFixed(1)}`,
      })),
    }),
  };
}

/** TPIR over FPIR, rising; where no stranger is named, only the loosest threshold that does so. */
function upTo(curve: OpenSetRow['curve']): [number, number][] {
  const none = curve.find(({ fpir }) => fpir === 0);
  const some = curve.filter(({ fpir }) => fpir > 0).reverse();
  return [...(none ? [none] : []), ...some].map(({ fpir, tpir }) => [fpir, tpir]);
}

function legendOf(rows: readonly OpenSetRow[]): Plot['legend'] {
  return rows.map(({ enrolled, frames }, i) => ({
    text: `${enrolled} ${enrolled === 1 ? 'photo' : 'photos'}, ${frames} ${frames === 1 ? 'frame' : 'frames'}`,
    look: lookOf(i),
  }));
}

function lookOf(index: number): Look {
  return ((index % 4) + 1) as Look;
}

/** Without what leads up to the first threshold that accepts a wrong pair: on a logarithmic axis that is no place. */
function fromFirst(points: Verification['curves']['roc']): Verification['curves']['roc'] {
  const last = points.findLastIndex(({ far }) => far === 0);
  return points.slice(Math.max(0, last));
}

/** The curve moves up at the next threshold, not on the way to it. */
function staircase(points: readonly (readonly [number, number])[]): [number, number][] {
  return points.flatMap(([x, y], i): [number, number][] => {
    const before = points[i - 1];
    return before
      ? [
          [x, before[1]],
          [x, y],
        ]
      : [[x, y]];
  });
}

function atRate<T extends { far: number }>(points: readonly T[], far: number): T | undefined {
  return points.findLast((point) => point.far <= far);
}

/** The power of ten below one in so many. */
function lowestDecade(trials: number): number {
  return 10 ** Math.max(-6, Math.floor(Math.log10(1 / Math.max(10, trials)) + 1e-9));
}

function rateAxis(label: string, min: number): Axis {
  const decades = Math.round(-Math.log10(min));
  const ticks = Array.from({ length: decades + 1 }, (_, i) => 10 ** (i - decades));
  return {
    label,
    min,
    max: 1,
    scale: 'log',
    ticks,
    format: (rate) => `${Number((100 * rate).toPrecision(1))} %`,
  };
}

function shareAxis(label: string, min: number): Axis {
  const ticks = Array.from({ length: 6 }, (_, i) => min + ((1 - min) * i) / 5);
  const digits = min >= 0.9 ? 1 : 0;
  return {
    label,
    min,
    max: 1,
    scale: 'linear',
    ticks,
    format: (share) => `${(100 * share).toFixed(digits)} %`,
  };
}

function cosineAxis(min: number, max: number): Axis {
  const count = Math.round((max - min) / 0.2);
  const ticks = Array.from({ length: count + 1 }, (_, i) => min + 0.2 * i).filter(
    (tick) => tick <= max + 1e-9,
  );
  return {
    label: 'Threshold (cosine)',
    min,
    max,
    scale: 'linear',
    ticks,
    format: (value) => value.toFixed(1),
  };
}
