import type { TrainingRound, TrainingRun } from '../../../protocol/student-versions.ts';
import { formatNumber } from '../../i18n/locale.ts';
import { t } from '../../i18n/t.ts';
import { PlotFigure } from '../evaluation/plot.tsx';
import { formatBytes, formatDuration, formatShare, formatTime } from '../format.ts';
import { leftOutText, runReasonText } from './reason-text.ts';
import { accuracyPlot, lossPlot } from './run-plots.ts';
import { WorkersTable } from './workers-table.tsx';

const COLUMNS = ['round', 'rank1', 'tpir', 'kept', 'traffic', 'time'] as const;

/** The rounds of the last run, as they come in; plots from the second on, the tables always. */
export function RunView({ run }: { run: TrainingRun | undefined }) {
  if (!run) return <p class="muted">{t('console.training.noRun')}</p>;
  const { people, photos, confirmed } = run.counts;
  const leftOut = run.rounds.flatMap(({ round, rejected }) => rejected.map((why) => ({ round, why })));
  return (
    <section class="training__run" aria-label={t('console.training.run')} data-testid="training-run">
      <h3>{t('console.training.run')}</h3>
      <p class="muted small">
        {t('console.training.runFacts', {
          people,
          photos,
          confirmed,
          time: formatTime(run.startedAt, Date.now()),
        })}
      </p>
      {run.message && <p>{run.reason ? runReasonText(run.reason) : run.message}</p>}
      {run.stoppedEarly && (
        <p>{t('console.training.stoppedEarly', { rounds: run.rounds.length, planned: run.planned ?? 0 })}</p>
      )}
      {run.rounds.length > 1 && (
        <div class="training__plots">
          <PlotFigure plot={accuracyPlot(run.rounds)} />
          <PlotFigure plot={lossPlot(run.rounds)} />
        </div>
      )}
      {run.rounds.length > 0 && (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable by keyboard
        <section class="table-scroll" tabIndex={0} aria-label={t('console.training.run')}>
          <table class="table">
            <thead>
              <tr>
                {COLUMNS.map((column) => (
                  <th key={column} scope="col">
                    {t(`console.training.rounds.${column}`)}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {run.rounds.map((round) => (
                <RoundRow key={round.round} round={round} />
              ))}
            </tbody>
          </table>
        </section>
      )}
      {run.rounds.length > 0 && <WorkersTable rounds={run.rounds} open={run.state === 'running'} />}
      {leftOut.map(({ round, why }) => (
        <p key={`${round}.${why.shard}`} class="muted small">
          {t('console.training.leftOut', { round, shard: why.shard + 1, reason: leftOutText(why) })}
        </p>
      ))}
    </section>
  );
}

function RoundRow({ round }: { round: TrainingRound }) {
  const { accuracy, bytes } = round;
  return (
    <tr data-testid="training-round">
      <th scope="row">{formatNumber(round.round, 0)}</th>
      <td class="figure">{formatShare(accuracy.rank1, 1)}</td>
      <td class="figure">{formatShare(accuracy.tpirAtFpir, 1)}</td>
      <td>{t(round.kept ? 'console.training.yes' : 'console.training.no')}</td>
      <td class="figure">{formatBytes(bytes.up + bytes.down)}</td>
      <td class="figure">{formatDuration(round.seconds * 1000)}</td>
    </tr>
  );
}
