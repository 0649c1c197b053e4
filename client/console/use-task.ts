import { type ReadonlySignal, useSignal } from '@preact/signals';
import { useCallback, useEffect, useRef } from 'preact/hooks';
import { t } from '../i18n/t.ts';
import { ApiError } from './api.ts';

/** A call to the server as a page sees it. While it is repeated, the value of before stays. */
export type Task<T> = { busy: boolean; value?: T; error?: ApiError };

/**
 * Runs calls one after the other's answer counts: the last one started wins, and none reports after
 * the component has gone.
 * @returns the state, a function that starts a call, and one that forgets the outcome
 */
export function useTask<Arguments extends unknown[], T>(
  work: (...args: Arguments) => Promise<T>,
): [state: ReadonlySignal<Task<T>>, run: (...args: Arguments) => Promise<void>, reset: () => void] {
  const state = useSignal<Task<T>>({ busy: false });
  const latest = useRef(0);
  const current = useRef(work);
  current.current = work;
  useEffect(
    () => () => {
      latest.current = -1;
    },
    [],
  );

  const run = useCallback(async (...args: Arguments): Promise<void> => {
    if (latest.current < 0) return;
    const turn = ++latest.current;
    const { value } = state.peek();
    state.value = { busy: true, ...(value === undefined ? {} : { value }) };
    const outcome = await settle(current.current(...args));
    if (latest.current === turn) state.value = { busy: false, ...outcome };
  }, []);
  const reset = useCallback(() => {
    if (latest.current < 0) return;
    latest.current++;
    state.value = { busy: false };
  }, []);
  return [state, run, reset];
}

async function settle<T>(work: Promise<T>): Promise<{ value: T } | { error: ApiError }> {
  try {
    return { value: await work };
  } catch (error) {
    if (error instanceof ApiError) return { error };
    console.error(error);
    return {
      error: new ApiError({ code: 'unexpected', message: t('console.error.unexpected'), retryable: true }),
    };
  }
}
