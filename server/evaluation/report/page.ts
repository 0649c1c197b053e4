import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Plot, plotsOf } from '../../../models/metrics/plots/plots.ts';
import type { EvaluationRate, EvaluationResult, Mistake } from '../../../protocol/evaluation.ts';
import { escapeHtml } from '../../escape-html.ts';
import type { MistakeCrops } from '../run-evaluation.ts';
import { svgMarkup } from './markup.ts';

const STYLE = readFileSync(join(import.meta.dirname, 'page.css'), 'utf8');

/**
 * One HTML page that needs nothing else, no script either: figures, plots, and the worst mistakes side by side.
 * @param crops what is known of the mistakes' faces; without them the page holds no photograph
 */
export function renderReport(input: {
  result: EvaluationResult;
  crops: MistakeCrops;
  title?: string;
}): string {
  const { result, crops, title = 'Evaluation' } = input;
  const shown = result.mistakes.some(({ a, b }) => crops.has(a) || crops.has(b));
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<title>${escapeHtml(title)} · Facewire</title>
<style>${STYLE}</style>
</head>
<body>
<h1>${escapeHtml(title)}</h1>
<p class="soft">${escapeHtml(result.model)} · ${escapeHtml(result.createdAt.slice(0, 16).replace('T', ' '))} UTC · ${result.images} photos</p>
${shown ? '<p class="warning">This page holds photographs of people, at the end. Keep it as you keep the photographs themselves.</p>' : ''}
${headline(result)}
${pairTable(result)}
${openSetTable(result)}
<h2>Plots</h2>
<div class="plots">${plotsOf(result).map(plotFigure).join('')}</div>
${mistakes(result.mistakes, crops)}
${undetected(result)}
${problems(result)}
<h2>How it was measured</h2>
${method(result)}
</body>
</html>
`;
}

function headline(result: EvaluationResult): string {
  const { intervals, failureToDetect } = result;
  const percentCard = (name: string, value: number | null, interval: Interval) =>
    value === null ? '' : card(name, percent(value), between(interval));
  const cards = [
    percentCard('Accuracy', result.accuracy, intervals.accuracy),
    result.auc === null ? '' : card('AUC', result.auc.toFixed(4), plainBetween(intervals.auc)),
    percentCard('Equal error rate', result.eer, intervals.eer),
    result.f1 === null ? '' : card('F1', result.f1.toFixed(4), plainBetween(intervals.f1)),
    percentCard('Rank 1', result.rank1, intervals.rank1),
    percentCard(
      'Identified at FPIR 1 %',
      result.tpirAtFpir?.['0.01'] ?? null,
      intervals.tpirAtFpir?.['0.01'] ?? null,
    ),
    percentCard('Failure to detect', failureToDetect, intervals.failureToDetect),
    result.imagesPerSecond === null ? '' : card('Speed', `${result.imagesPerSecond.toFixed(1)} /s`, 'photos'),
  ];
  return `<dl class="headline">${cards.join('')}</dl>`;
}

function card(name: string, value: string, small: string): string {
  return `<div class="card"><dt>${escapeHtml(name)}</dt><dd><strong>${escapeHtml(value)}</strong><small>${escapeHtml(small)}</small></dd></div>`;
}

function pairTable({ verification, threshold, accuracyStdErr, ...result }: EvaluationResult): string {
  if (!verification) return '';
  const { confusion, tarAtFar, chosenOn, same, different, withoutFace, bothFound } = verification;
  const blind = withoutFace.same + withoutFace.different;
  const rows: [string, string][] = [
    ['Pairs', `${result.pairs}: ${same} same, ${different} different`],
    ['Threshold', `${(threshold ?? 0).toFixed(4)} cosine, chosen on the ${chosenOn}`],
    [
      'Accuracy',
      `${percent(result.accuracy ?? 0)} ± ${((accuracyStdErr ?? 0) * 100).toFixed(2)} (standard error)`,
    ],
    ...tarAtFar.map(({ far, tar, supported }): [string, string] => [
      `TAR at FAR ${percent(far)}`,
      `${rate(tar)}${supported ? '' : ' – too few different pairs to speak of this rate'}`,
    ]),
    ...(blind > 0 ? [['Without a face', `${blind} pairs, counted as wrong`] as [string, string]] : []),
    ...(blind > 0 && bothFound
      ? [
          [
            'Both faces found',
            `${bothFound.pairs} pairs: accuracy ${percent(bothFound.accuracy.value)}, AUC ${(bothFound.auc ?? 0).toFixed(4)}, EER ${percent(bothFound.eer ?? 0)}`,
          ] as [string, string],
        ]
      : []),
  ];
  return `<h2>Same or different</h2>
<div class="scroll"><table>${rows.map(([name, value]) => `<tr><th scope="row">${escapeHtml(name)}</th><td>${escapeHtml(value)}</td></tr>`).join('')}</table></div>
<h3>Decisions at the threshold</h3>
<div class="scroll"><table><tr><th></th><th scope="col">called the same</th><th scope="col">called different</th></tr>
<tr><th scope="row">are the same</th><td>${confusion.truePositive}</td><td>${confusion.falseNegative}</td></tr>
<tr><th scope="row">are different</th><td>${confusion.falsePositive}</td><td>${confusion.trueNegative}</td></tr></table></div>`;
}

function openSetTable({ openSet, people, splits }: EvaluationResult): string {
  if (!openSet || openSet.length === 0) return '';
  const head = (openSet[0]?.atFpir ?? [])
    .map(({ fpir }) => `<th scope="col">TPIR at FPIR ${percent(fpir, 1)}</th>`)
    .join('');
  const rows = openSet.map((row) => {
    const cells = row.atFpir.map(({ tpir, supported }, i) => {
      const table = row.promised[i];
      const promised = table
        ? `<br><small>by the table: ${percent(table.tpir.value)}, strangers named ${rate(table.measuredFpir)}</small>`
        : '';
      return `<td>${escapeHtml(rate(tpir))}${supported ? '' : ' <small>few strangers</small>'}${promised}</td>`;
    });
    return `<tr><th scope="row">${row.enrolled} enrolled, ${row.frames} ${row.frames === 1 ? 'frame' : 'frames'}<br>
<small>gallery ${Math.round(row.gallerySize)}, ${row.probePeople} people, ${row.strangerPeople} strangers</small></th>
<td>${escapeHtml(rate(row.rank1))}</td>${cells.join('')}</tr>`;
  });
  return `<h2>Who is it: the open set</h2>
<p>${people} people, half of them enrolled and the others strangers, in ${splits} random splits. The threshold is the one at
that FPIR on the strangers of the other splits; small, the one that the model’s table promises beforehand.</p>
<div class="scroll"><table><tr><th></th><th scope="col">Rank 1</th>${head}</tr>${rows.join('')}</table></div>`;
}

function plotFigure({ title, note, legend, svg }: Plot): string {
  const items = legend.map(
    ({ text, look, dashed }) =>
      `<li><i class="plot__look-${look}${dashed ? ' dashed' : ''}"></i>${escapeHtml(text)}</li>`,
  );
  return `<figure class="card"><h3>${escapeHtml(title)}</h3><figcaption>${escapeHtml(note)}</figcaption>${svgMarkup(svg)}
${items.length > 0 ? `<ul class="legend">${items.join('')}</ul>` : ''}</figure>`;
}

function mistakes(all: readonly Mistake[], crops: MistakeCrops): string {
  const group = (kind: Mistake['kind'], title: string, note: string) => {
    const some = all.filter((mistake) => mistake.kind === kind);
    if (some.length === 0) return '';
    return `<h2>${title}</h2><p class="soft">${note}</p><div class="mistakes">${some.map((one) => sideBySide(one, crops)).join('')}</div>`;
  };
  return (
    group('missed', 'Missed: one person, taken for two', 'Lowest scores first.') +
    group(
      'confused',
      'Confused: two people, most like each other',
      'Highest scores first. In the open set: whoever was searched for, and whom the search named or nearly named.',
    )
  );
}

function sideBySide({ a, b, score }: Mistake, crops: MistakeCrops): string {
  const side = (path: string) => {
    const crop = crops.get(path);
    const picture = crop
      ? `<img alt="" src="data:image/jpeg;base64,${crop.toString('base64')}">`
      : '<span class="none"></span>';
    return `<figure>${picture}<figcaption>${escapeHtml(path)}</figcaption></figure>`;
  };
  return `<div class="card"><p>${score === null ? 'no face' : `cosine ${score.toFixed(3)}`}</p><div class="sides">${side(a)}${side(b)}</div></div>`;
}

function undetected({ undetected: paths }: EvaluationResult): string {
  if (paths.length === 0) return '';
  const items = paths.map((path) => `<li>${escapeHtml(path)}</li>`);
  return `<h2>No face found</h2><ul class="problems">${items.join('')}</ul>`;
}

function problems({ problems: { total, listed } }: EvaluationResult): string {
  if (total === 0) return '';
  const items = listed.map(
    ({ subject, message }) => `<li><strong>${escapeHtml(subject)}</strong> ${escapeHtml(message)}</li>`,
  );
  const more = total - listed.length;
  return `<h2>Problems in the data</h2><ul class="problems">${items.join('')}${more > 0 ? `<li>… and ${more} more</li>` : ''}</ul>`;
}

function method({ verification, openSet, face, refusedByQuality, resumed }: EvaluationResult): string {
  const refused = Object.values(refusedByQuality).reduce((sum, count) => sum + count, 0);
  const sentences = [
    `Where a photo shows several faces, the one ${face === 'middle' ? 'nearest to the middle' : 'that is largest'} counts.`,
    'Intervals are 95 %: Wilson’s for shares of pairs and photos, Student’s t over folds, bootstrap over pairs for AUC, EER and F1, and bootstrap over people for the open set, where searches of one person are not independent.',
    ...(verification
      ? [
          'A pair in which a face was not found counts as wrong. In AUC, EER, TAR and the curves it is no match at any threshold (ISO/IEC 19795-1).',
        ]
      : []),
    ...(openSet
      ? [
          'A photo enrols as an upload does; a search is made as from a kiosk’s crop, several frames averaged by their quality. A search without a face is a miss.',
        ]
      : []),
    'A rate is marked as having too few trials by the rule of 3: none of n shows a rate below 3/n.',
    ...(refused > 0
      ? [`${refused} faces would be turned down at enrolment for their quality; they are measured here.`]
      : []),
    ...(resumed > 0 ? [`${resumed} photos were analysed by an earlier run.`] : []),
  ];
  return sentences.map((sentence) => `<p>${escapeHtml(sentence)}</p>`).join('');
}

type Interval = { low: number; high: number } | null;

function percent(share: number, digits = 2): string {
  return `${(share * 100).toFixed(digits)} %`;
}

function rate(one: EvaluationRate): string {
  return `${percent(one.value)} (${between(one)})`;
}

function between(one: Interval): string {
  return one ? `${(one.low * 100).toFixed(2)}–${(one.high * 100).toFixed(2)} %` : '';
}

function plainBetween(one: Interval): string {
  return one ? `${one.low.toFixed(4)}–${one.high.toFixed(4)}` : '';
}
