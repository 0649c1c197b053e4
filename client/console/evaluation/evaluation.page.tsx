import type { Evaluation } from '../../../protocol/evaluation.ts';
import { t } from '../../i18n/t.ts';
import { Button } from '../../ui/button.tsx';
import { Card } from '../../ui/card.tsx';
import { ErrorState, LoadingState, Notice } from '../../ui/message.tsx';
import { ProgressBar } from '../../ui/progress-bar.tsx';
import { formatDuration } from '../format.ts';
import { OperatingPointCard } from '../operating-point-card.tsx';
import { PageHead } from '../page-head.tsx';
import { FolderForm } from './folder-form.tsx';
import { GalleryCheck } from './gallery-check.tsx';
import { History } from './history.tsx';
import { ResultView } from './result.tsx';
import { useRuns } from './use-runs.ts';

/** How well recognition works: with the people enrolled, and measured on an uploaded folder; with earlier runs. */
export function EvaluationPage() {
  const runs = useRuns();
  const [list, error, shown] = [runs.list.value, runs.error.value, runs.shown.value];
  if (!list) {
    return (
      <>
        <PageHead title={t('console.evaluation.title')} lead={t('console.evaluation.lead')} />
        {error ? (
          <ErrorState title={t('console.evaluation.listFailed')} onRetry={() => void runs.load()}>
            {error.message}
          </ErrorState>
        ) : (
          <LoadingState />
        )}
      </>
    );
  }
  return (
    <>
      <PageHead title={t('console.evaluation.title')} lead={t('console.evaluation.lead')} />
      <div class="column">
        <GalleryCheck />
        <OperatingPointCard />
        {runs.busy.value ? <UnderWay runs={runs} /> : <FolderForm onStart={(run) => void runs.start(run)} />}
        {error && (
          <Notice state="error" live title={t('console.evaluation.failed')}>
            <p>{error.message}</p>
          </Notice>
        )}
        {shown?.state === 'failed' && (
          <Notice state="error" live title={t('console.evaluation.failed')}>
            <p class="evaluation-error">{shown.error}</p>
          </Notice>
        )}
        {shown?.result && <ResultView evaluation={shown} result={shown.result} />}
        <History
          runs={list}
          shown={shown?.id}
          onShow={(id) => void runs.show(id)}
          onRemove={(id) => void runs.remove(id)}
        />
      </div>
    </>
  );
}

function UnderWay({ runs }: { runs: ReturnType<typeof useRuns> }) {
  const [upload, evaluation] = [runs.upload.value, runs.underWay.value];
  return (
    <Card
      title={evaluation?.name ?? t('console.evaluation.pick')}
      aside={
        <Button icon="cross" onClick={() => void runs.cancel()}>
          {t('console.evaluation.cancel')}
        </Button>
      }
    >
      {upload ? (
        <ProgressBar
          label={t('console.evaluation.uploading', { done: upload.done, total: upload.total })}
          value={upload.done / Math.max(1, upload.total)}
        />
      ) : (
        evaluation && <Running evaluation={evaluation} />
      )}
    </Card>
  );
}

function Running({ evaluation: { name, state, analysed, photos, secondsLeft } }: { evaluation: Evaluation }) {
  if (state === 'uploading') return <p>{t('console.evaluation.elsewhere', { name })}</p>;
  if (analysed >= photos) return <ProgressBar label={t('console.evaluation.scoring')} />;
  const left =
    secondsLeft === null
      ? ''
      : ` · ${t('console.evaluation.left', { time: formatDuration(1000 * Math.ceil(secondsLeft)) })}`;
  return (
    <ProgressBar
      label={t('console.evaluation.running', { done: analysed, total: photos }) + left}
      value={analysed / Math.max(1, photos)}
    />
  );
}
