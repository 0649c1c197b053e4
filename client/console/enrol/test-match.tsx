import { type ReadonlySignal, useSignal } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import type { Person } from '../../../protocol/rest.ts';
import { formatNumber } from '../../i18n/locale.ts';
import { t } from '../../i18n/t.ts';
import { Button } from '../../ui/button.tsx';
import { Card } from '../../ui/card.tsx';
import { Notice } from '../../ui/message.tsx';
import { ProgressBar } from '../../ui/progress-bar.tsx';
import { identify } from '../api.ts';
import { CameraView } from '../capture/camera-view.tsx';
import { largestOf, photoAreaOf, problemOf } from '../capture/capture-guide.ts';
import type { CaptureSession } from '../capture/capture-session.ts';
import { ScoreBar } from '../score-bar.tsx';
import { type Task, useTask } from '../use-task.ts';
import { type Match, matchOf } from './match.ts';

/** Looks that may fail before it is said: the workers take a moment to know a new face. */
const TRIES = 3;

/** Is the person recognised now, by how much, and does anybody else come near? */
export function TestMatch({
  person,
  session,
  onCamera,
  onAddPhotos,
}: {
  person: Person;
  /** The camera, where it is open. */
  session: CaptureSession | undefined;
  onCamera: () => void;
  onAddPhotos: () => void;
}) {
  const input = useRef<HTMLInputElement>(null);
  const looking = useSignal(session !== undefined);
  const [task, test, reset] = useTask(async (photo: File) => {
    const answer = await identify([photo]);
    return matchOf(answer.photos[0], person.id);
  });
  const { busy, value: match, error } = task.value;

  function again(): void {
    reset();
    looking.value = true;
    if (!session) onCamera();
  }

  return (
    <Card title={t('console.test.title')}>
      <p class="muted">{t('console.test.lead', { name: person.name })}</p>
      {looking.value ? (
        <Looking
          session={session}
          task={task}
          onPhoto={test}
          onEnd={() => {
            looking.value = false;
          }}
        />
      ) : (
        <div class="column" aria-live="polite">
          {busy && <ProgressBar label={t('console.test.busy')} />}
          {!busy && error && (
            <Notice state="error" title={t('console.test.failed')}>
              <p>{error.message}</p>
            </Notice>
          )}
          {!busy && match && <Verdict match={match} person={person} onAddPhotos={onAddPhotos} />}
        </div>
      )}
      <div class="capture__bar">
        {!looking.value && (
          <Button icon="camera" disabled={busy} onClick={again}>
            {t(match || error ? 'console.test.lookAgain' : 'console.test.look')}
          </Button>
        )}
        <Button icon="upload" disabled={busy} onClick={() => input.current?.click()}>
          {t('console.test.photo')}
        </Button>
        <input
          ref={input}
          type="file"
          accept="image/*,.heic,.heif"
          hidden
          aria-label={t('console.test.photo')}
          onChange={(event) => {
            const [file] = event.currentTarget.files ?? [];
            event.currentTarget.value = '';
            looking.value = false;
            if (file) void test(file);
          }}
        />
      </div>
    </Card>
  );
}

/** Searches with good frames until the person is recognised, or a few looks were not enough. */
function Looking({
  session,
  task,
  onPhoto,
  onEnd,
}: {
  session: CaptureSession | undefined;
  task: ReadonlySignal<Task<Match>>;
  onPhoto: (photo: File) => Promise<void>;
  onEnd: () => void;
}) {
  const video = useRef<HTMLVideoElement>(null);
  const hint = useSignal<string>(t('console.test.lookHere'));
  useEffect(() => {
    if (!session) return;
    let asked = 0;
    let asking = false;
    session.onSeen = (seen) => {
      const problem = problemOf(seen.faces, seen.frame);
      hint.value = problem ? t(`console.capture.hint.${problem}`) : t('console.test.busy');
      const face = largestOf(seen.faces);
      if (problem || !face || asking) return;
      asking = true;
      asked++;
      void seen
        .picture(photoAreaOf(face, seen.frame))
        .then((blob) => onPhoto(new File([blob], 'camera.jpg', { type: 'image/jpeg' })))
        .then(() => {
          asking = false;
          const { value, error } = task.peek();
          if (error || value?.verdict === 'recognised' || asked >= TRIES) onEnd();
        });
    };
    return () => {
      session.onSeen = undefined;
    };
  }, [session]);
  return (
    <CameraView session={session} video={video}>
      <span class="capture__oval" aria-hidden="true" />
      <p class="capture__hint" role="status">
        {hint}
      </p>
    </CameraView>
  );
}

function Verdict({ match, person, onAddPhotos }: { match: Match; person: Person; onAddPhotos: () => void }) {
  const { verdict, score, threshold, nearest, message } = match;
  const good = verdict === 'recognised';
  const name = nearest?.name ?? '';
  const words = {
    recognised: t('console.test.recognised', { name: person.name }),
    'not-recognised': t('console.test.notRecognised', { name: person.name }),
    ambiguous: t('console.test.ambiguous', { name: person.name, other: name }),
    another: t('console.test.another', { other: name }),
    'no-face': t('console.test.noFace'),
    poor: t('console.test.poor'),
  };
  return (
    <div class="test-match" data-testid="test-match" data-verdict={verdict}>
      <Notice state={good ? 'ok' : 'warning'} title={words[verdict]}>
        {score !== undefined && threshold !== undefined && (
          <p>
            {t('console.test.score', {
              score: formatNumber(score, 2),
              threshold: formatNumber(threshold, 2),
            })}
          </p>
        )}
        {message && <p>{message}</p>}
        {!good && verdict !== 'no-face' && (
          <div class="notice__actions">
            <Button icon="plus" onClick={onAddPhotos}>
              {t('console.test.addPhotos')}
            </Button>
          </div>
        )}
      </Notice>
      {threshold !== undefined && (score !== undefined || nearest) && (
        <div class="candidates">
          {score !== undefined && <ScoreBar label={person.name} score={score} threshold={threshold} />}
          {nearest && <ScoreBar label={nearest.name} score={nearest.score} threshold={threshold} />}
        </div>
      )}
      {good && (
        <p class="small muted" data-testid="nearest">
          {nearest
            ? t(match.near ? 'console.test.near' : 'console.test.notNear', {
                name: nearest.name,
                score: formatNumber(nearest.score, 2),
              })
            : t('console.test.nobodyElse')}
        </p>
      )}
    </div>
  );
}
