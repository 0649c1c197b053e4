import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import { loadConfig } from '../../config/load.ts';
import { findModel, loadManifest } from '../../models/registry.ts';
import type { TrainingPerson } from '../../server/training/people.ts';
import { readPeople } from '../../server/training/read-people.ts';
import { createVault } from '../../vault/vault.ts';

/** Every person of a folder with aligned crops and enrolment's embedding of each. Nothing of it is kept on disk. */
export async function readTrainingPeople(dir: string): Promise<TrainingPerson[]> {
  const dataDir = mkdtempSync(join(tmpdir(), 'facewire-people-'));
  const dataKey = Buffer.alloc(32, 9);
  try {
    const { people } = await readPeople({
      dir,
      most: undefined,
      seed: 1,
      workers: 2,
      config: loadConfig({ ...process.env, DATA_DIR: dataDir }),
      vault: createVault({ key: dataKey }),
      dataKey,
      logger: pino({ level: 'silent' }),
      model: findModel({ manifest: loadManifest(), task: 'embed' }),
      signal: new AbortController().signal,
      onProgress: () => {},
    });
    return people;
  } finally {
    rmSync(dataDir, { recursive: true, force: true });
  }
}
