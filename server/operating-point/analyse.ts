import { Worker } from 'node:worker_threads';
import type { Answer, Question, QuestionName } from './analysis.ts';

const SCRIPT = new URL('./analysis-thread.ts', import.meta.url);

/**
 * Answers a question on a thread of its own.
 * @param options.signal ends the thread
 * @throws when the thread breaks down or is ended
 */
export function analyse<K extends QuestionName>(options: {
  name: K;
  question: Question<K>;
  signal: AbortSignal;
}): Promise<Answer<K>> {
  const { name, question, signal } = options;
  return new Promise((resolve, reject) => {
    if (signal.aborted) return reject(new Error('the analysis was ended before it began'));
    const thread = new Worker(SCRIPT, { workerData: { name, question } });
    const end = () => void thread.terminate();
    signal.addEventListener('abort', end, { once: true });
    thread.once('message', resolve);
    thread.once('error', reject);
    thread.once('exit', (code) => {
      signal.removeEventListener('abort', end);
      reject(new Error(`the analysis ended with code ${code} before it was done`));
    });
  });
}
