import type { TrainingRound } from '../../../protocol/student-versions.ts';
import { formatNumber } from '../../i18n/locale.ts';
import { t } from '../../i18n/t.ts';
import { formatDuration } from '../format.ts';

const COLUMNS = ['round', 'worker', 'samples', 'loss', 'time', 'age'] as const;

/** What each worker did in each round, newest first: the figures of the plot of losses, and how old what it knew was. */
export function WorkersTable({ rounds, open }: { rounds: readonly TrainingRound[]; open: boolean }) {
  const rows = rounds.toReversed().flatMap(({ round, shards }) => shards.map((own) => ({ round, ...own })));
  return (
    <details class="training__workers" open={open}>
      <summary>{t('console.training.workers.title')}</summary>
      <p class="muted small">{t('console.training.workers.note')}</p>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable by keyboard */}
      <section class="table-scroll" tabIndex={0} aria-label={t('console.training.workers.title')}>
        <table class="table">
          <thead>
            <tr>
              {COLUMNS.map((column) => (
                <th key={column} scope="col">
                  {t(`console.training.workers.${column}`)}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {rows.map(({ round, shard, samples, first, last, seconds, age }) => (
              <tr key={`${round}/${shard}`} data-testid="training-worker">
                <th scope="row">{formatNumber(round, 0)}</th>
                <td>{formatNumber(shard + 1, 0)}</td>
                <td class="figure">{samples === undefined ? '–' : formatNumber(samples, 0)}</td>
                <td class="figure">
                  {t('console.training.lossOf', {
                    first: formatNumber(first, 3),
                    last: formatNumber(last, 3),
                  })}
                </td>
                <td class="figure">{formatDuration(seconds * 1000)}</td>
                <td class="figure">{age === undefined ? '–' : formatDuration(age * 1000)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </section>
    </details>
  );
}
