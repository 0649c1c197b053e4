import type { PhotoReport } from '../../protocol/rest.ts';
import { t } from '../i18n/t.ts';
import { Badge } from '../ui/badge.tsx';
import { Button } from '../ui/button.tsx';
import { Card } from '../ui/card.tsx';
import { BoxedPhoto } from './boxed-photo.tsx';
import type { PhotoBatch, ReportedPhoto } from './use-photo-batch.ts';

/** Photo by photo: accepted, or why not and what to do. Several faces: the operator chooses one. */
export function PhotoReports({
  batch,
  resubmit,
  onSubmit = () => void batch.submit(),
}: {
  batch: PhotoBatch;
  resubmit: string;
  onSubmit?: () => void;
}) {
  const { reported } = batch;
  return (
    <Card title={t('console.enrol.reportsTitle')}>
      <ol class="reports">
        {reported.map((each) => (
          <Report key={each.photo.id} {...each} onChoose={(face) => batch.choose(each.photo, face)} />
        ))}
      </ol>
      {reported.some(({ report }) => isOpen(report)) && (
        <Button
          variant="primary"
          icon="enrol"
          disabled={reported.every(({ face }) => face === undefined)}
          onClick={onSubmit}
        >
          {resubmit}
        </Button>
      )}
    </Card>
  );
}

/** Why there is no photo to send. */
export function missingText({ photos }: PhotoBatch): string {
  return t(photos.value.length > 0 ? 'console.enrol.photosRefused' : 'console.enrol.photosMissing');
}

/** Photos that the server has turned down, by their id, with the reason in words. */
export function refusedPhotos({ reported }: PhotoBatch): ReadonlyMap<number, string> {
  return new Map(
    reported.flatMap(({ photo, report }) =>
      report.accepted
        ? []
        : [
            [
              photo.id,
              report.reason ? t(`console.enrol.reason.${report.reason}`) : t('console.enrol.refused'),
            ],
          ],
    ),
  );
}

/** Another face in the photo may be the right one. */
function isOpen({ accepted, reason, faces = [] }: PhotoReport): boolean {
  return !accepted && reason !== 'too-many' && faces.length > 1;
}

function Report({ photo, report, face, onChoose }: ReportedPhoto & { onChoose: (face: number) => void }) {
  const boxes = isOpen(report) ? report.faces : undefined;
  return (
    <li
      class={boxes ? 'report report--choosing' : 'report'}
      data-testid="photo-report"
      data-accepted={String(report.accepted)}
      data-reason={report.reason}
    >
      <BoxedPhoto
        url={photo.url}
        alt={photo.file.name}
        boxes={(boxes ?? []).map((box, i) => ({
          box,
          label: t('console.enrol.face', { number: i + 1 }),
          state: face === i ? 'identified' : 'looking',
          chosen: face === i,
          onChoose: () => onChoose(i),
        }))}
      />
      <div class="report__text">
        <span class="truncate muted small" title={photo.file.name}>
          {photo.file.name}
        </span>
        {report.accepted ? (
          <Badge state="ok">{t('console.enrol.accepted')}</Badge>
        ) : (
          <>
            <Badge state="warning">
              {report.reason ? t(`console.enrol.reason.${report.reason}`) : t('console.enrol.refused')}
            </Badge>
            <p class="small">{report.reason ? t(`console.enrol.fix.${report.reason}`) : report.message}</p>
          </>
        )}
      </div>
    </li>
  );
}
