import type { PhotoReport } from '../../protocol/rest.ts';
import { t } from '../i18n/t.ts';
import { Badge } from '../ui/badge.tsx';
import { Button } from '../ui/button.tsx';
import { Card } from '../ui/card.tsx';
import { BoxedPhoto } from './boxed-photo.tsx';
import type { Photo } from './photos.ts';

type Props = {
  photos: readonly Photo[];
  reports: readonly PhotoReport[];
  chosen: Readonly<Record<number, number>>;
  onChoose: (photo: Photo, face: number) => void;
  onResubmit: () => void;
};

/** Photo by photo: accepted, or why not and what to do. Several faces: the operator chooses one. */
export function EnrolResult({ photos, reports, chosen, onChoose, onResubmit }: Props) {
  const open = reports.filter((report) => report.reason === 'several-faces');
  const answered = open.some((report) => chosen[photos[report.photo]?.id ?? -1] !== undefined);
  return (
    <Card title={t('console.enrol.reportsTitle')}>
      <ol class="reports">
        {reports.map((report) => {
          const photo = photos[report.photo];
          return (
            photo && (
              <Report
                key={photo.id}
                photo={photo}
                report={report}
                face={chosen[photo.id]}
                onChoose={(face) => onChoose(photo, face)}
              />
            )
          );
        })}
      </ol>
      {open.length > 0 && (
        <Button variant="primary" icon="enrol" disabled={!answered} onClick={onResubmit}>
          {t('console.enrol.resubmit')}
        </Button>
      )}
    </Card>
  );
}

function Report({
  photo,
  report,
  face,
  onChoose,
}: {
  photo: Photo;
  report: PhotoReport;
  face: number | undefined;
  onChoose: (face: number) => void;
}) {
  const choosing = report.reason === 'several-faces' && report.faces;
  return (
    <li
      class={choosing ? 'report report--choosing' : 'report'}
      data-testid="photo-report"
      data-accepted={String(report.accepted)}
      data-reason={report.reason}
    >
      <BoxedPhoto
        url={photo.url}
        alt={photo.file.name}
        boxes={(choosing || []).map((box, i) => ({
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
