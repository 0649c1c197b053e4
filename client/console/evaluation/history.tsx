import type { EvaluationSummary } from '../../../protocol/evaluation.ts';
import { formatNumber } from '../../i18n/locale.ts';
import { t } from '../../i18n/t.ts';
import { Button } from '../../ui/button.tsx';
import { Card } from '../../ui/card.tsx';
import { formatDate } from '../format.ts';
import { percent } from './result.tsx';

/** The runs that have ended, newest first. */
export function History({
  runs,
  shown,
  onShow,
  onRemove,
}: {
  runs: readonly EvaluationSummary[];
  shown: string | undefined;
  onShow: (id: string) => void;
  onRemove: (id: string) => void;
}) {
  return (
    <Card title={t('console.evaluation.history')}>
      {runs.length === 0 ? (
        <p class="muted">{t('console.evaluation.historyEmpty')}</p>
      ) : (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable by keyboard
        <section class="table-scroll" tabIndex={0} aria-label={t('console.evaluation.history')}>
          <table class="table">
            <thead>
              <tr>
                {(['name', 'photos', 'accuracy', 'eer', 'rank1', 'tpir', 'actions'] as const).map(
                  (column) => (
                    <th key={column} scope="col">
                      {t(`console.evaluation.columns.${column}`)}
                    </th>
                  ),
                )}
              </tr>
            </thead>
            <tbody>
              {runs.map((run) => (
                <tr key={run.id} data-testid="evaluation-run" aria-current={run.id === shown || undefined}>
                  <th scope="row">
                    {run.name}
                    <span class="muted small">
                      {formatDate(run.createdAt)} · {run.model ?? t('console.evaluation.stateFailed')}
                    </span>
                  </th>
                  <td class="figure">{formatNumber(run.photos, 0)}</td>
                  {[run.accuracy, run.eer, run.rank1, run.tpir].map((value, i) => (
                    <td key={i} class="figure">
                      {value === null ? '–' : percent(value)}
                    </td>
                  ))}
                  <td>
                    <span class="evaluation-links">
                      <Button
                        variant="quiet"
                        icon="search"
                        aria-label={t('console.evaluation.show', { name: run.name })}
                        title={t('console.evaluation.show', { name: run.name })}
                        onClick={() => onShow(run.id)}
                      />
                      <Button
                        variant="quiet"
                        icon="trash"
                        aria-label={t('console.evaluation.remove', { name: run.name })}
                        title={t('console.evaluation.remove', { name: run.name })}
                        onClick={() => onRemove(run.id)}
                      />
                    </span>
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </section>
      )}
    </Card>
  );
}
