import type { EvaluationRate, EvaluationResult, OpenSetRow } from '../../../protocol/evaluation.ts';

/** The figures as lines for a terminal; every rate with its 95 % interval. */
export function describeResult(result: EvaluationResult): string {
  const blocks = [photoLines(result), pairLines(result), openSetLines(result), problemLines(result)];
  return blocks
    .filter((lines) => lines.length > 0)
    .map((lines) => lines.join('\n'))
    .join('\n\n');
}

function photoLines(result: EvaluationResult): string[] {
  const {
    images,
    failureToDetect,
    intervals,
    timings,
    imagesPerSecond,
    resumed,
    refusedByQuality,
    undetected,
  } = result;
  const failure =
    failureToDetect === null ? '–' : percent(failureToDetect) + between(intervals.failureToDetect);
  const stages = timings
    ? Object.entries(timings).map(([name, { mean, p95 }]) => `${name} ${ms(mean)} (p95 ${ms(p95)})`)
    : [];
  const refused = Object.entries(refusedByQuality).map(([reason, count]) => `${reason} ${count}`);
  return [
    `Photos: ${images}, model ${result.model}`,
    row('failure to detect', failure),
    ...(undetected.length > 0 ? [row('no face in', listOf(undetected))] : []),
    row('ms a photo', stages.join(', ')),
    row(
      'speed',
      imagesPerSecond === null ? 'all from the journal' : `${imagesPerSecond.toFixed(1)} photos/s`,
    ),
    ...(resumed > 0 ? [row('from the journal', String(resumed))] : []),
    ...(refused.length > 0 ? [row('poor for enrolment', refused.join(', '))] : []),
  ];
}

function pairLines({ verification, ...result }: EvaluationResult): string[] {
  if (!verification) return [];
  const { same, different, chosenOn, confusion, tarAtFar, withoutFace, bothFound } = verification;
  const { intervals } = result;
  const number = (value: number | null, digits = 4) => (value === null ? '–' : value.toFixed(digits));
  const blind = withoutFace.same + withoutFace.different;
  return [
    `Pairs: ${result.pairs} (${same} same, ${different} different), threshold chosen on the ${chosenOn}`,
    row(
      'accuracy',
      `${percent(result.accuracy)} ± ${number((result.accuracyStdErr ?? 0) * 100, 2)}${between(intervals.accuracy)}`,
    ),
    row('AUC', `${number(result.auc, 5)}${plainBetween(intervals.auc)}`),
    row('EER', `${percent(result.eer)}${between(intervals.eer)}`),
    row('threshold', `${number(result.threshold)} cosine`),
    row('F1', `${number(result.f1)}${plainBetween(intervals.f1)}`),
    ...tarAtFar.map(({ far, tar, supported }) =>
      row(`TAR at FAR ${far}`, `${rate(tar)}${supported ? '' : '  too few different pairs for this rate'}`),
    ),
    row(
      'confusion',
      `same: ${confusion.truePositive} right, ${confusion.falseNegative} wrong; ` +
        `different: ${confusion.trueNegative} right, ${confusion.falsePositive} wrong`,
    ),
    ...(blind > 0 ? [row('without a face', `${blind} pairs, counted as wrong`)] : []),
    ...(blind > 0 && bothFound
      ? [
          row(
            'both faces found',
            `accuracy ${percent(bothFound.accuracy.value)}, AUC ${number(bothFound.auc, 5)}, EER ${percent(bothFound.eer)}`,
          ),
        ]
      : []),
  ];
}

function openSetLines({ openSet, people, splits }: EvaluationResult): string[] {
  if (!openSet) return [];
  const lines = [
    `Open set: ${people} people, half enrolled and half strangers, ${splits} random splits`,
    'TPIR at the FPIR measured on the strangers of the other splits; then by the model’s table, with the FPIR that came of it',
  ];
  return [...lines, ...openSet.flatMap(openSetBlock)];
}

function openSetBlock(one: OpenSetRow): string[] {
  const photos = `${one.enrolled} ${one.enrolled === 1 ? 'photo' : 'photos'} enrolled`;
  const frames = `${one.frames} ${one.frames === 1 ? 'frame' : 'frames'}`;
  return [
    `  ${photos}, ${frames}: gallery ${Math.round(one.gallerySize)}, ${one.probes} probes of ${one.probePeople} people, ` +
      `${one.strangers} searches of ${one.strangerPeople} strangers`,
    row('  rank 1', rate(one.rank1)),
    ...one.atFpir.map((at, i) => {
      const promised = one.promised[i];
      const table = promised
        ? `   table ${percent(promised.tpir.value)} at FPIR ${percent(promised.measuredFpir.value)}${between(promised.measuredFpir)}`
        : '';
      const few = at.supported ? '' : '  too few strangers';
      return row(`  TPIR at ${percent(at.fpir, 1)}`, `${rate(at.tpir)}${table}${few}`);
    }),
  ];
}

function problemLines({ problems }: EvaluationResult): string[] {
  if (problems.total === 0) return [];
  const lines = problems.listed.map(({ kind, subject, message }) => `  ${kind}: ${subject} ${message}`);
  const more = problems.total - lines.length;
  return [`Problems: ${problems.total}`, ...lines, ...(more > 0 ? [`  … and ${more} more`] : [])];
}

const SHOWN_PATHS = 8;

function listOf(paths: readonly string[]): string {
  const more = paths.length > SHOWN_PATHS ? ' …' : '';
  return paths.slice(0, SHOWN_PATHS).join(', ') + more;
}

function row(name: string, value: string): string {
  return `  ${name.padEnd(20)} ${value}`;
}

function percent(share: number | null, digits = 2): string {
  return share === null ? '–' : `${(share * 100).toFixed(digits)} %`;
}

function rate(one: EvaluationRate): string {
  return `${percent(one.value)}${between(one)}`;
}

function between(one: { low: number; high: number } | null): string {
  return one ? ` (${(one.low * 100).toFixed(2)}–${(one.high * 100).toFixed(2)})` : '';
}

function plainBetween(one: { low: number; high: number } | null): string {
  return one ? ` (${one.low.toFixed(5)}–${one.high.toFixed(5)})` : '';
}

function ms(value: number): string {
  return value.toFixed(1);
}
