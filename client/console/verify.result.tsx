import { formatNumber } from '../i18n/locale.ts';
import { t } from '../i18n/t.ts';
import { Card } from '../ui/card.tsx';
import { Notice } from '../ui/message.tsx';
import type { UiState } from '../ui/state.ts';
import type { VerifyResponse } from './api.ts';
import { BoxedPhoto } from './boxed-photo.tsx';
import { formatPercent } from './format.ts';
import type { Photo } from './photos.ts';
import { ScoreBar } from './score-bar.tsx';

const STATES: Record<VerifyResponse['verdict'], UiState> = {
  same: 'identified',
  unsure: 'ambiguous',
  different: 'unknown',
};

type Boxes = readonly { x: number; y: number; width: number; height: number }[];

export function Verdict({ result }: { result: VerifyResponse }) {
  const { same, verdict, score, probability, threshold, fmr, fnmr, model } = result;
  const pairs = Math.round(1 / fmr);
  return (
    <Card title={t('console.verify.verdict')}>
      <div data-testid="verdict" data-same={String(same)} data-verdict={verdict} class="verdict">
        <Notice state={STATES[verdict]} title={t(`console.verify.${verdict}`)}>
          {verdict === 'unsure' && <p>{t('console.verify.unsureText')}</p>}
          <p>{t('console.verify.probability', { percent: formatPercent(probability) })}</p>
        </Notice>
        <ScoreBar label={t('console.verify.score')} score={score} threshold={threshold} />
        <p class="small muted">
          {fnmr === null
            ? t('console.verify.pointUnknown', { pairs })
            : t('console.verify.point', { pairs, missed: rounded(100 * fnmr) })}{' '}
          {t('console.verify.threshold', { threshold: formatNumber(threshold, 2), model })}
        </p>
      </div>
    </Card>
  );
}

/** The faces that were found and compared; another one can be pressed. */
export function Compared({
  result,
  photos,
  onChoose,
}: {
  result: VerifyResponse;
  photos: readonly [Photo, Photo];
  onChoose: (side: 0 | 1, face: number) => void;
}) {
  return (
    <Card title={t('console.verify.seen')}>
      <div class="pair">
        {photos.map((photo, side) => {
          const report = result.photos[side];
          if (!report) return null;
          const several = (report.faces?.length ?? 0) > 1;
          return (
            <div key={photo.id} class="compared" data-testid="compared-photo">
              <BoxedPhoto
                url={photo.url}
                alt={photo.file.name}
                boxes={(report.faces ?? []).map((box, i) => ({
                  box,
                  label: several ? t('console.enrol.face', { number: i + 1 }) : '',
                  state: i === report.face ? 'identified' : 'looking',
                  chosen: i === report.face,
                  ...(several ? { onChoose: () => onChoose(side as 0 | 1, i) } : {}),
                }))}
              />
              <img
                class="crop compared__crop"
                src={`data:image/jpeg;base64,${report.crop}`}
                alt={t('console.verify.crop', { name: photo.file.name })}
                width={112}
                height={112}
              />
              {report.hint && <p class="small muted">{report.hint}</p>}
            </div>
          );
        })}
      </div>
    </Card>
  );
}

/** Several faces: which is meant? */
export function FaceQuestion({
  photo,
  boxes,
  chosen,
  onChoose,
}: {
  photo: Photo;
  boxes: Boxes;
  chosen: number | undefined;
  onChoose: (face: number) => void;
}) {
  return (
    <BoxedPhoto
      url={photo.url}
      alt={photo.file.name}
      boxes={boxes.map((box, i) => ({
        box,
        label: t('console.enrol.face', { number: i + 1 }),
        state: chosen === i ? 'identified' : 'looking',
        chosen: chosen === i,
        onChoose: () => onChoose(i),
      }))}
    />
  );
}

/** Two figures that matter below 10, whole ones above. */
function rounded(value: number): string {
  return value < 10 ? String(Math.round(value * 10) / 10) : String(Math.round(value));
}
