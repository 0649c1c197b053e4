import { parentPort, workerData } from 'node:worker_threads';
import { type ScoreInput, score } from './score.ts';

/** Thousands of searches take seconds, which the server's event loop does not have. */
parentPort?.postMessage(score(workerData as ScoreInput));
