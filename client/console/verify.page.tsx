import { type Signal, useSignal } from '@preact/signals';
import { VERIFY_FMRS } from '../../protocol/rest.ts';
import { t } from '../i18n/t.ts';
import { Button } from '../ui/button.tsx';
import { Card } from '../ui/card.tsx';
import { Notice } from '../ui/message.tsx';
import { ProgressBar } from '../ui/progress-bar.tsx';
import { RadioGroup } from '../ui/radio.tsx';
import { PageHead } from './page-head.tsx';
import { PhotoPicker } from './photo-picker.tsx';
import type { Photo } from './photos.ts';
import { verify } from './trust-calls.ts';
import { usePhotos } from './use-photos.ts';
import { useTask } from './use-task.ts';
import { Compared, FaceQuestion, Verdict } from './verify.result.tsx';

type Side = 0 | 1;

const RATES = { 0.01: 'lenient', 0.001: 'relaxed', 0.0001: 'strict', 0.00001: 'veryStrict' } as const;

/** Do these two photos show one person? */
export function VerifyPage() {
  const sides = [usePhotos(), usePhotos()] as const;
  const fmr = useSignal<number>(1e-4);
  /** Chosen faces, by photo. */
  const faces = useSignal<ReadonlyMap<Photo, number>>(new Map());
  const asked = useSignal<readonly (Photo | undefined)[]>([]);
  const [task, run] = useTask(async (a: Photo, b: Photo) => {
    asked.value = [a, b];
    const chosen = [a, b].flatMap((photo, side) => {
      const face = faces.value.get(photo);
      return face === undefined ? [] : [[side, face] as const];
    });
    return verify({ a: a.file, b: b.file, fmr: fmr.value, faces: Object.fromEntries(chosen) });
  });

  const [a, b] = [sides[0].value[0], sides[1].value[0]];
  const { busy, value, error } = task.value;
  const current = asked.value[0] === a && asked.value[1] === b;
  const again = () => {
    if (a && b) void run(a, b);
  };
  const choose = (side: Side, face: number) => {
    const photo = side === 0 ? a : b;
    if (!photo) return;
    faces.value = new Map(faces.value).set(photo, face);
    // With both faces known there is nothing left to ask.
    const open = openQuestions().filter(
      (question) => question.photo !== photo && !faces.value.has(question.photo),
    );
    if (open.length === 0) again();
  };
  const openQuestions = () =>
    (current ? (error?.photos ?? []) : []).flatMap((report) => {
      const photo = report.photo === 0 ? a : b;
      const several = report.reason === 'several-faces' && report.faces;
      return photo && several ? [{ side: report.photo as Side, photo, boxes: several }] : [];
    });
  const questions = openQuestions();

  return (
    <>
      <PageHead title={t('console.verify.title')} lead={t('console.verify.lead')} />
      <form
        class="form"
        onSubmit={(event) => {
          event.preventDefault();
          again();
        }}
      >
        <div class="pair">
          <Side title={t('console.verify.first')} photos={sides[0]} busy={busy} />
          <Side title={t('console.verify.second')} photos={sides[1]} busy={busy} />
        </div>
        <Card title={t('console.verify.rate')}>
          <RadioGroup
            legend={t('console.verify.rate')}
            legendHidden
            value={fmr.value}
            disabled={busy}
            options={VERIFY_FMRS.map((rate) => ({
              value: rate,
              label: t(`console.verify.rates.${RATES[rate]}`),
            }))}
            onValue={(rate) => {
              fmr.value = rate;
              if (value && current) again();
            }}
          />
        </Card>
        <Button type="submit" variant="primary" icon="verify" busy={busy} disabled={!a || !b}>
          {t('console.verify.submit')}
        </Button>
      </form>
      <div class="column" aria-live="polite">
        {busy && <ProgressBar label={t('console.verify.busy')} />}
        {!busy && error && current && questions.length > 0 && (
          <Card title={t('console.verify.chooseTitle')}>
            <p>{t('console.verify.choose')}</p>
            <div class="pair">
              {questions.map(({ side, photo, boxes }) => (
                <FaceQuestion
                  key={photo.id}
                  photo={photo}
                  boxes={boxes}
                  chosen={faces.value.get(photo)}
                  onChoose={(face) => choose(side, face)}
                />
              ))}
            </div>
          </Card>
        )}
        {!busy && error && questions.length === 0 && (
          <Notice state="error" title={t('console.verify.failed')}>
            <p>{error.message}</p>
          </Notice>
        )}
        {!busy && value && !error && current && a && b && (
          <>
            <Verdict result={value} />
            <Compared result={value} photos={[a, b]} onChoose={choose} />
          </>
        )}
      </div>
    </>
  );
}

function Side({ title, photos, busy }: { title: string; photos: Signal<readonly Photo[]>; busy: boolean }) {
  return (
    <Card title={title}>
      <PhotoPicker
        photos={photos}
        most={1}
        title={t('console.verify.pick')}
        titleHidden
        hint={t('console.verify.hint')}
        disabled={busy}
      />
    </Card>
  );
}
