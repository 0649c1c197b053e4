import { randomUUID } from 'node:crypto';
import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Logger } from '../../../config/logger.ts';
import type { EmbedderEntry } from '../../../models/manifest.schema.ts';
import { FacewireError } from '../../../protocol/errors.ts';
import type { Evaluation, EvaluationSummary } from '../../../protocol/evaluation.ts';
import type { Vault } from '../../../vault/vault.ts';
import type { AuditStore } from '../../db/audit.store.ts';
import type { BulkLane } from '../../queue/bulk.ts';
import type { FaceChoice } from '../analyse-photos.ts';
import { EvaluationError } from '../dataset/dataset.ts';
import { openJournal, sweepJournals } from '../journal.ts';
import { renderReport } from '../report/page.ts';
import { type MistakeCrops, runEvaluation } from '../run-evaluation.ts';
import { type EvaluationStore, summaryOf } from './evaluation.store.ts';
import { createUploadStore, type UploadedFile, type UploadStore } from './upload-store.ts';

const SPLITS = 5;
const IN_FLIGHT = 8;
/** An upload that nobody goes on with is deleted after so long. */
const IDLE_MS = 15 * 60_000;
/** Crops of the mistakes are kept in memory so long after the end, for the report. */
const CROPS_MS = 3600_000;
const SWEEP_MS = 3600_000;

type Active = {
  evaluation: Evaluation;
  face: FaceChoice;
  by: string;
  upload: UploadStore;
  abort: AbortController;
  idle: NodeJS.Timeout;
};
type Recent = { evaluation: Evaluation; crops: MistakeCrops; timer: NodeJS.Timeout };

/**
 * Evaluations of uploaded folders, one at a time. What is uploaded lies sealed in the data folder until the run ends,
 * however it ends; figures stay in the database; faces of the mistakes stay in memory for an hour.
 */
export type Evaluations = {
  /** @throws {FacewireError} `bad-state` while another one is uploaded or runs */
  create(input: { name: string; face: FaceChoice; by: string }): Evaluation;
  /** @throws {FacewireError} `not-found`, `bad-state`, `validation`, `too-large` */
  addPhotos(id: string, files: readonly UploadedFile[]): Promise<{ received: number; photos: number }>;
  /** @param by subject of the principal who does it. @throws {FacewireError} `not-found`, `bad-state` */
  start(id: string, by: string): Promise<Evaluation>;
  /** Stops what runs, and forgets it; of one that has ended, deletes the figures. @returns false when there is none */
  remove(id: string): Promise<boolean>;
  get(id: string): Promise<Evaluation | undefined>;
  /** Newest first, with the one under way. */
  list(): Promise<EvaluationSummary[]>;
  /** @returns undefined without a result */
  report(id: string): Promise<string | undefined>;
  close(): Promise<void>;
};

export function createEvaluations(dependencies: {
  dataDir: string;
  vault: Vault;
  lane: BulkLane;
  store: EvaluationStore;
  audit: AuditStore;
  /** The embedder that serves. */
  model: () => EmbedderEntry;
  logger: Logger;
}): Evaluations {
  const { vault, lane, store, audit, model, logger } = dependencies;
  const dir = join(dependencies.dataDir, 'evaluation');
  const uploads = join(dir, 'uploads');
  rmSync(uploads, { recursive: true, force: true }); // Of a server that was killed.
  sweepJournals(dir);
  const sweep = setInterval(() => sweepJournals(dir), SWEEP_MS).unref();
  let active: Active | undefined;
  let recent: Recent | undefined;
  let running: Promise<void> = Promise.resolve();

  const idleTimer = (id: string) =>
    setTimeout(() => {
      if (active?.evaluation.id === id && active.evaluation.state === 'uploading') drop();
    }, IDLE_MS).unref();
  const drop = () => {
    if (!active) return;
    clearTimeout(active.idle);
    active.abort.abort();
    active.upload.remove();
    active = undefined;
  };
  const find = (id: string): Active => {
    if (active?.evaluation.id !== id) throw noSuchEvaluation(id);
    return active;
  };

  const run = async (current: Active): Promise<void> => {
    const { evaluation, upload, abort, by } = current;
    const journal = openJournal({ dir: upload.dir, model: 'upload', vault });
    let crops: MistakeCrops = new Map();
    try {
      const outcome = await runEvaluation({
        dataset: await upload.dataset(),
        model: model(),
        lane,
        journal,
        face: current.face,
        splits: SPLITS,
        inFlight: IN_FLIGHT,
        signal: abort.signal,
        onProgress: ({ done, secondsLeft }) => {
          evaluation.analysed = done;
          evaluation.secondsLeft = secondsLeft;
        },
      });
      crops = outcome.crops;
      evaluation.result = outcome.result;
      evaluation.state = 'done';
    } catch (error) {
      if (abort.signal.aborted) return;
      evaluation.state = 'failed';
      evaluation.error = explain(error, logger);
    } finally {
      evaluation.secondsLeft = null;
      journal.close();
      upload.remove();
    }
    if (abort.signal.aborted) return;
    const { id, name, photos, error, result, state } = evaluation;
    await store
      .save({ id, name, photos, error, result, by, state: state === 'done' ? 'done' : 'failed' })
      .catch((cause: unknown) => logger.error({ err: cause }, 'an evaluation was not saved'));
    if (recent) clearTimeout(recent.timer);
    recent = {
      evaluation,
      crops,
      timer: setTimeout(() => {
        recent = undefined;
      }, CROPS_MS).unref(),
    };
    if (active === current) active = undefined;
  };

  return {
    create({ name, face, by }) {
      if (active) {
        const doing = active.evaluation.state === 'running' ? 'runs' : 'is being uploaded';
        throw new FacewireError(
          'bad-state',
          `“${active.evaluation.name}” ${doing}. Wait for its end, or cancel it; one evaluation goes at a time.`,
        );
      }
      const id = randomUUID();
      mkdirSync(uploads, { recursive: true, mode: 0o700 });
      const createdAt = new Date().toISOString();
      active = {
        evaluation: {
          id,
          name,
          state: 'uploading',
          createdAt,
          photos: 0,
          analysed: 0,
          secondsLeft: null,
          error: null,
          result: null,
        },
        face,
        by,
        upload: createUploadStore({ dir: join(uploads, id), vault }),
        abort: new AbortController(),
        idle: idleTimer(id),
      };
      return active.evaluation;
    },
    async addPhotos(id, files) {
      const { upload, evaluation, idle } = find(id);
      if (evaluation.state !== 'uploading') throw started();
      idle.refresh();
      await upload.add(files);
      evaluation.photos = upload.photos;
      return { received: files.length, photos: upload.photos };
    },
    async start(id, by) {
      const current = find(id);
      const { evaluation } = current;
      if (evaluation.state !== 'uploading') throw started();
      const detail = { photos: evaluation.photos };
      await audit.append({ actor: by, action: 'evaluation.started', subject: id, detail });
      // Meanwhile somebody else may have started or cancelled it.
      if (find(id).evaluation.state !== 'uploading') throw started();
      clearTimeout(current.idle);
      evaluation.state = 'running';
      running = run(current);
      return evaluation;
    },
    async remove(id) {
      if (active?.evaluation.id === id) {
        drop();
        return true;
      }
      if (recent?.evaluation.id === id) {
        clearTimeout(recent.timer);
        recent = undefined;
      }
      return store.remove(id);
    },
    async get(id) {
      if (active?.evaluation.id === id) return active.evaluation;
      if (recent?.evaluation.id === id) return recent.evaluation;
      return store.get(id);
    },
    async list() {
      const ended = await store.list();
      return active ? [summaryOf(active.evaluation), ...ended] : ended;
    },
    async report(id) {
      const isRecent = recent?.evaluation.id === id;
      const evaluation = isRecent ? recent?.evaluation : await store.get(id);
      if (!evaluation?.result) return undefined;
      const crops = isRecent && recent ? recent.crops : new Map<string, Buffer>();
      return renderReport({ result: evaluation.result, crops, title: evaluation.name });
    },
    async close() {
      clearInterval(sweep);
      if (recent) clearTimeout(recent.timer);
      drop();
      await running;
    },
  };
}

export function noSuchEvaluation(id: unknown): FacewireError {
  return new FacewireError(
    'not-found',
    `There is no evaluation with the id ${String(id).slice(0, 100)}; it may have been cancelled or deleted.`,
  );
}

function started(): FacewireError {
  return new FacewireError('bad-state', 'This evaluation has been started; it takes no more photos.');
}

function explain(error: unknown, logger: Logger): string {
  if (error instanceof EvaluationError || error instanceof FacewireError) return error.message;
  logger.error({ err: error }, 'an evaluation failed');
  return 'Something went wrong in the server; its log has the details.';
}
