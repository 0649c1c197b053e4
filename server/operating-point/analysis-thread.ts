import { parentPort, workerData } from 'node:worker_threads';
import { answer, type Question, type QuestionName } from './analysis.ts';

/** Answers one question, then ends: millions of cosines would hold up the server's own loop. */
const { name, question } = workerData as { name: QuestionName; question: Question };
parentPort?.postMessage(answer(name, question));
