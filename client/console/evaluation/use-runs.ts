import { useComputed, useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import type { Evaluation, EvaluationSummary } from '../../../protocol/evaluation.ts';
import { t } from '../../i18n/t.ts';
import { ApiError } from '../api.ts';
import { getEvaluation, listEvaluations, removeEvaluation, runOnFolder } from './calls.ts';
import type { Folder } from './folder.ts';

const POLL_MS = 1000;

/** An upload from this page: how far it is. */
type Upload = { id: string | undefined; done: number; total: number };

/** The runs as the page sees them: the list, the one under way, the one that is shown. */
export function useRuns() {
  const list = useSignal<readonly EvaluationSummary[] | undefined>(undefined);
  const underWay = useSignal<Evaluation | undefined>(undefined);
  const shown = useSignal<Evaluation | undefined>(undefined);
  const upload = useSignal<Upload | undefined>(undefined);
  const error = useSignal<ApiError | undefined>(undefined);

  const attempt = async (work: () => Promise<void>): Promise<void> => {
    try {
      await work();
    } catch (cause) {
      if (!(cause instanceof ApiError)) console.error(cause);
      error.value =
        cause instanceof ApiError
          ? cause
          : new ApiError({ code: 'unexpected', message: t('console.error.unexpected'), retryable: true });
    }
  };
  const load = () =>
    attempt(async () => {
      const evaluations = await listEvaluations();
      list.value = evaluations.filter(({ state }) => state === 'done' || state === 'failed');
      const active = evaluations.find(({ state }) => state === 'uploading' || state === 'running');
      underWay.value = active && (await getEvaluation(active.id));
      error.value = undefined;
    });
  useEffect(() => {
    void load();
  }, []);

  // Whoever opens the page while a run goes sees it go.
  const id = underWay.value?.id;
  useEffect(() => {
    if (!id) return;
    const timer = setInterval(() => void look(id), POLL_MS);
    return () => clearInterval(timer);
  }, [id]);
  const look = async (one: string): Promise<void> => {
    let seen: Evaluation;
    try {
      seen = await getEvaluation(one);
    } catch (cause) {
      // Away for a moment is no end; gone is: somebody cancelled it.
      if (cause instanceof ApiError && cause.code === 'not-found') underWay.value = undefined;
      return;
    }
    if (underWay.peek()?.id !== one) return;
    if (seen.state === 'uploading' || seen.state === 'running') {
      underWay.value = seen;
      return;
    }
    underWay.value = undefined;
    shown.value = seen;
    await load();
  };

  return {
    list,
    underWay,
    shown,
    upload,
    error,
    busy: useComputed(() => upload.value !== undefined || underWay.value !== undefined),
    load,
    start: (run: { name: string; face: 'middle' | 'largest'; folder: Folder }) =>
      attempt(async () => {
        error.value = undefined;
        shown.value = undefined;
        upload.value = { id: undefined, done: 0, total: run.folder.photos.length };
        const change = (more: Partial<Upload>) => {
          if (upload.value) upload.value = { ...upload.value, ...more };
        };
        try {
          underWay.value = await runOnFolder({
            ...run,
            onCreated: (created) => change({ id: created }),
            onUploaded: (done) => change({ done }),
          });
        } catch (cause) {
          const created = upload.value?.id;
          // Cancelled from this page: the rest of the upload meets an evaluation that is gone.
          if (!upload.value) return;
          if (created) await removeEvaluation(created).catch(() => {});
          throw cause;
        } finally {
          upload.value = undefined;
        }
      }),
    cancel: () =>
      attempt(async () => {
        const one = upload.value?.id ?? underWay.value?.id;
        upload.value = undefined;
        underWay.value = undefined;
        if (one) await removeEvaluation(one);
      }),
    show: (one: string) =>
      attempt(async () => {
        shown.value = await getEvaluation(one);
      }),
    remove: (one: string) =>
      attempt(async () => {
        await removeEvaluation(one);
        if (shown.value?.id === one) shown.value = undefined;
        await load();
      }),
  };
}
