import { useSignal } from '@preact/signals';
import { t } from '../i18n/t.ts';
import { Button } from '../ui/button.tsx';
import { Card } from '../ui/card.tsx';
import { Notice } from '../ui/message.tsx';
import { ProgressBar } from '../ui/progress-bar.tsx';
import { type VerifyResponse, verify } from './api.ts';
import { formatPercent } from './format.ts';
import { PageHead } from './page-head.tsx';
import { PhotoPicker } from './photo-picker.tsx';
import type { Photo } from './photos.ts';
import { ScoreBar } from './score-bar.tsx';
import { useTask } from './use-task.ts';

/** Do these two photos show one person? */
export function VerifyPage() {
  const first = useSignal<readonly Photo[]>([]);
  const second = useSignal<readonly Photo[]>([]);
  const compared = useSignal<readonly (Photo | undefined)[]>([]);
  const [task, run] = useTask(async (a: Photo, b: Photo) => {
    const answer = await verify(a.file, b.file);
    compared.value = [a, b];
    return answer;
  });

  const [a] = first.value;
  const [b] = second.value;
  const { busy, value, error } = task.value;
  const current = compared.value[0] === a && compared.value[1] === b;
  return (
    <>
      <PageHead title={t('console.verify.title')} lead={t('console.verify.lead')} />
      <form
        class="form"
        onSubmit={(event) => {
          event.preventDefault();
          if (a && b) void run(a, b);
        }}
      >
        <div class="pair">
          <Card title={t('console.verify.first')}>
            <PhotoPicker
              photos={first}
              most={1}
              title={t('console.verify.pick')}
              titleHidden
              hint={t('console.verify.hint')}
              disabled={busy}
            />
          </Card>
          <Card title={t('console.verify.second')}>
            <PhotoPicker
              photos={second}
              most={1}
              title={t('console.verify.pick')}
              titleHidden
              hint={t('console.verify.hint')}
              disabled={busy}
            />
          </Card>
        </div>
        <Button type="submit" variant="primary" icon="verify" busy={busy} disabled={!a || !b}>
          {t('console.verify.submit')}
        </Button>
      </form>
      <div aria-live="polite">
        {busy && <ProgressBar label={t('console.verify.busy')} />}
        {!busy && error && (
          <Notice state="error" title={t('console.verify.failed')}>
            <p>{error.message}</p>
          </Notice>
        )}
        {!busy && value && current && <Verdict result={value} />}
      </div>
    </>
  );
}

function Verdict({ result }: { result: VerifyResponse }) {
  const { same, score, probability, threshold, fmr, model } = result;
  return (
    <Card title={t('console.verify.verdict')}>
      <div data-testid="verdict" data-same={String(same)} class="verdict">
        <Notice
          state={same ? 'identified' : 'unknown'}
          title={t(same ? 'console.verify.same' : 'console.verify.different')}
        >
          <p>{t('console.verify.probability', { percent: formatPercent(probability) })}</p>
        </Notice>
        <ScoreBar label={t('console.verify.score')} score={score} threshold={threshold} />
        <p class="small muted">
          {t('console.verify.threshold', {
            threshold: threshold.toFixed(2),
            pairs: fmr > 0 ? Math.round(1 / fmr) : '∞',
            model,
          })}
        </p>
      </div>
    </Card>
  );
}
