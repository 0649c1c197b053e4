import { plotsOf } from '../../../models/metrics/plots/plots.ts';
import type { Evaluation, EvaluationResult, OpenSetRow } from '../../../protocol/evaluation.ts';
import { formatNumber } from '../../i18n/locale.ts';
import { t } from '../../i18n/t.ts';
import { Card } from '../../ui/card.tsx';
import { Notice } from '../../ui/message.tsx';
import { formatShare } from '../format.ts';
import { PlotFigure } from './plot.tsx';

/** The figures of one run, the plots, and the ways to keep them. */
export function ResultView({ evaluation, result }: { evaluation: Evaluation; result: EvaluationResult }) {
  const base = `/evaluations/${encodeURIComponent(evaluation.id)}`;
  return (
    <div class="column" data-testid="evaluation-result">
      <Card
        title={t('console.evaluation.resultTitle', { name: evaluation.name })}
        aside={
          <span class="evaluation-links">
            <a class="button button--secondary" href={`${base}/report.html`} download>
              {t('console.evaluation.downloadReport')}
            </a>
            <a class="button button--secondary" href={`${base}/result.json`} download>
              {t('console.evaluation.downloadJson')}
            </a>
          </span>
        }
      >
        <Figures result={result} />
        <p class="muted small">{t('console.evaluation.reportNote')}</p>
      </Card>
      {result.problems.total > 0 && <ProblemList problems={result.problems} />}
      {result.openSet && result.openSet.length > 0 && <OpenSetCard result={result} rows={result.openSet} />}
      <Card title={t('console.evaluation.plots')}>
        <div class="plots">
          {plotsOf(result).map((plot) => (
            <PlotFigure key={plot.id} plot={plot} />
          ))}
        </div>
      </Card>
    </div>
  );
}

type Interval = { low: number; high: number } | null | undefined;

function Figures({ result }: { result: EvaluationResult }) {
  const { intervals } = result;
  const share = (value: number | null | undefined, interval: Interval) =>
    value === null || value === undefined
      ? undefined
      : { value: percent(value), note: interval ? between(interval, percent) : '' };
  const plain = (value: number | null, interval: Interval) =>
    value === null
      ? undefined
      : {
          value: formatNumber(value, 4),
          note: interval ? between(interval, (end) => formatNumber(end, 4)) : '',
        };
  const figures = {
    accuracy: share(result.accuracy, intervals.accuracy),
    eer: share(result.eer, intervals.eer),
    auc: plain(result.auc, intervals.auc),
    f1: plain(result.f1, intervals.f1),
    tpir: share(result.tpirAtFpir?.['0.01'], intervals.tpirAtFpir?.['0.01']),
    rank1: share(result.rank1, intervals.rank1),
    failureToDetect: share(result.failureToDetect, intervals.failureToDetect),
    speed:
      result.imagesPerSecond === null
        ? undefined
        : { value: formatNumber(result.imagesPerSecond, 1), note: result.model },
  };
  return (
    <dl class="evaluation-figures">
      {(Object.keys(figures) as (keyof typeof figures)[]).map((name) => {
        const figure = figures[name];
        if (!figure) return null;
        return (
          <div key={name} class="evaluation-figure" data-testid={`figure-${name}`}>
            <dt class="muted small">{t(`console.evaluation.figures.${name}`)}</dt>
            <dd>
              <span class="evaluation-figure__value figure">{figure.value}</span>
              <span class="muted small figure">{figure.note}</span>
            </dd>
          </div>
        );
      })}
    </dl>
  );
}

function OpenSetCard({ result, rows }: { result: EvaluationResult; rows: readonly OpenSetRow[] }) {
  return (
    <Card title={t('console.evaluation.openSet')}>
      <p class="muted small">
        {t('console.evaluation.openSetLead', { people: result.people, splits: result.splits })}
      </p>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable by keyboard */}
      <section class="table-scroll" tabIndex={0} aria-label={t('console.evaluation.openSet')}>
        <table class="table">
          <thead>
            <tr>
              <td />
              <th scope="col">{t('console.evaluation.rank1')}</th>
              {rows[0]?.atFpir.map(({ fpir }) => (
                <th key={fpir} scope="col">
                  {t('console.evaluation.tpirAt', { fpir: percent(fpir, 1) })}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {rows.map((row) => (
              <tr key={`${row.enrolled}-${row.frames}`}>
                <th scope="row">
                  {t('console.evaluation.setting', { enrolled: row.enrolled, count: row.frames })}
                  <span class="muted small">
                    {t('console.evaluation.galleryOf', {
                      gallery: Math.round(row.gallerySize),
                      strangers: row.strangerPeople,
                    })}
                  </span>
                </th>
                <td class="figure">{percent(row.rank1.value)}</td>
                {row.atFpir.map((at, i) => {
                  const table = row.promised[i];
                  return (
                    <td key={at.fpir} class="figure">
                      {percent(at.tpir.value)} <span class="muted small">{between(at.tpir, percent)}</span>
                      {table && (
                        <span class="muted small">
                          {t('console.evaluation.promised', {
                            tpir: percent(table.tpir.value),
                            fpir: percent(table.measuredFpir.value),
                          })}
                        </span>
                      )}
                      {!at.supported && <span class="muted small">{t('console.evaluation.few')}</span>}
                    </td>
                  );
                })}
              </tr>
            ))}
          </tbody>
        </table>
      </section>
    </Card>
  );
}

function ProblemList({ problems: { total, listed } }: { problems: EvaluationResult['problems'] }) {
  return (
    <Notice state="warning" title={t('console.evaluation.problems', { count: total })}>
      <ul class="bullets" data-testid="evaluation-problems">
        {listed.map(({ kind, subject, message }) => (
          <li key={`${kind} ${subject}`}>
            <strong>{subject}</strong> {message}
          </li>
        ))}
        {listed.length > 0 && total > listed.length && (
          <li>{t('console.evaluation.moreProblems', { count: total - listed.length })}</li>
        )}
      </ul>
    </Notice>
  );
}

/** As measured: unlike a probability on a label, a figure of a test may well be 100 %. */
export function percent(share: number, digits = 2): string {
  return formatShare(share, digits);
}

function between({ low, high }: { low: number; high: number }, format: (end: number) => string): string {
  return t('console.evaluation.interval', { low: format(low), high: format(high) });
}
