import { t } from '../../i18n/t.ts';
import { Button } from '../../ui/button.tsx';
import { Notice } from '../../ui/message.tsx';
import { ProgressBar } from '../../ui/progress-bar.tsx';
import { DuplicateQuestion } from '../duplicate-question.tsx';
import { PhotoReports } from '../photo-reports.tsx';
import type { PhotoBatch } from '../use-photo-batch.ts';

/** What the server says of the photos that were sent: on their way, a question, a failure, each photo's report. */
export function Outcome({
  batch,
  name,
  onSubmit,
  onChangeId,
}: {
  batch: PhotoBatch;
  /** Of the person who is to be enrolled. */
  name: string;
  onSubmit: (options?: { choice?: 'refuse' | 'allow'; to?: { id: string } }) => void;
  onChangeId: () => void;
}) {
  const { busy, error, pending, person, reported } = batch;
  if (busy) return <ProgressBar label={t('console.enrol.busy', { count: pending.length })} />;
  const isQuestion = error !== undefined && error.people.length > 0;
  const worthShowing = error !== undefined || reported.some(({ report }) => !report.accepted);
  return (
    <>
      {isQuestion && (
        <DuplicateQuestion
          people={error.people}
          name={name}
          onAddTo={(id) => onSubmit({ to: { id } })}
          onEnrol={() => onSubmit({ choice: 'allow' })}
        />
      )}
      {error && !isQuestion && (
        <Notice state="error" title={failureTitle(batch)}>
          <p>{error.message}</p>
          {(error.code === 'conflict' || error.retryable) && (
            <div class="notice__actions">
              {error.code === 'conflict' && (
                <Button onClick={onChangeId}>{t('console.enrol.changeId')}</Button>
              )}
              {error.retryable && (
                <Button icon="retry" onClick={() => onSubmit()}>
                  {t('ui.retry')}
                </Button>
              )}
            </div>
          )}
        </Notice>
      )}
      {worthShowing && reported.length > 0 && (
        <PhotoReports
          batch={batch}
          resubmit={t(person.value ? 'console.enrol.addChosen' : 'console.enrol.resubmit')}
          onSubmit={() => onSubmit()}
        />
      )}
    </>
  );
}

function failureTitle({ person, error }: PhotoBatch): string {
  if (person.value) return t('console.addPhotos.failed');
  return t(error?.photos.length ? 'console.enrol.refusedTitle' : 'console.enrol.failedTitle');
}
