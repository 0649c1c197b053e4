import { useSignal } from '@preact/signals';
import { t } from '../i18n/t.ts';
import { Badge } from '../ui/badge.tsx';
import { Button } from '../ui/button.tsx';
import { Card } from '../ui/card.tsx';
import { EmptyState, Notice } from '../ui/message.tsx';
import { ProgressBar } from '../ui/progress-bar.tsx';
import { type IdentifyResponse, identify } from './api.ts';
import { BoxedPhoto } from './boxed-photo.tsx';
import { formatPercent } from './format.ts';
import { PageHead } from './page-head.tsx';
import { PhotoPicker } from './photo-picker.tsx';
import type { Photo } from './photos.ts';
import { ScoreBar } from './score-bar.tsx';
import { usePhotos } from './use-photos.ts';
import { useTask } from './use-task.ts';

type Face = IdentifyResponse['photos'][number]['faces'][number];

/** Who is on this photo? */
export function IdentifyPage() {
  const photos = usePhotos();
  const asked = useSignal<Photo | undefined>(undefined);
  const [task, run] = useTask(async (photo: Photo) => {
    const answer = await identify([photo.file]);
    asked.value = photo;
    return answer;
  });

  const { busy, value, error } = task.value;
  const photo = photos.value[0];
  const result = asked.value === photo ? value?.photos[0] : undefined;
  return (
    <>
      <PageHead title={t('console.identify.title')} lead={t('console.identify.lead')} />
      <div class="columns">
        <Card title={t('console.identify.photo')}>
          <form
            class="form"
            onSubmit={(event) => {
              event.preventDefault();
              if (photo) void run(photo);
            }}
          >
            <PhotoPicker
              photos={photos}
              most={1}
              title={t('console.identify.pick')}
              titleHidden
              hint={t('console.identify.hint')}
              disabled={busy}
            />
            <Button type="submit" variant="primary" icon="identify" busy={busy} disabled={!photo}>
              {t('console.identify.submit')}
            </Button>
          </form>
        </Card>
        <div class="column" aria-live="polite">
          {busy && <ProgressBar label={t('console.identify.busy')} />}
          {!busy && error && (
            <Notice state="error" title={t('console.identify.failed')}>
              <p>{error.message}</p>
            </Notice>
          )}
          {!busy && result?.error && (
            <Notice state="warning" title={t(`console.enrol.reason.${result.error.reason}`)}>
              <p>{result.error.message}</p>
            </Notice>
          )}
          {!busy && photo && result && !result.error && <Faces photo={photo} faces={result.faces} />}
          {!busy && !result && !error && (
            <EmptyState icon="identify" title={t('console.identify.emptyTitle')}>
              {t('console.identify.empty')}
            </EmptyState>
          )}
        </div>
      </div>
    </>
  );
}

function Faces({ photo, faces }: { photo: Photo; faces: readonly Face[] }) {
  return (
    <Card title={t('console.identify.faces', { count: faces.length })}>
      <BoxedPhoto
        url={photo.url}
        alt={photo.file.name}
        boxes={faces.map((face, i) => ({ box: face.box, label: String(i + 1), state: face.state }))}
      />
      <ol class="found">
        {faces.map((face, i) => (
          <FoundFace key={i} number={i + 1} face={face} />
        ))}
      </ol>
    </Card>
  );
}

function FoundFace({ number, face }: { number: number; face: Face }) {
  return (
    <li
      class="found__face"
      data-testid="identified-face"
      data-state={face.state}
      data-person-id={face.person?.id}
    >
      <div class="found__head">
        <span class="muted figure">{number}</span>
        <Badge state={face.state}>{face.person?.name ?? t(`ui.state.${face.state}`)}</Badge>
        {face.confidence !== undefined && (
          <span class="figure">
            {t('console.identify.confidence', { percent: formatPercent(face.confidence) })}
          </span>
        )}
      </div>
      {face.message && <p class="small muted">{face.message}</p>}
      {face.candidates.length > 0 && (
        <ol class="candidates">
          {face.candidates.map((candidate) => (
            <li key={candidate.personId}>
              <ScoreBar label={candidate.name} score={candidate.score} threshold={face.threshold} />
            </li>
          ))}
        </ol>
      )}
    </li>
  );
}
