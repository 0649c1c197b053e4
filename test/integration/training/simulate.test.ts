/** `npm run train -- simulate` as a person runs it, on a few people. */
import { spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { SimulationResult } from '../../../server/training/simulate.ts';
import { FACES_DIR, facesMissing } from '../../support/faces.ts';

if (facesMissing) console.warn(`Skipped: ${facesMissing}.`);
const root = resolve(import.meta.dirname, '../../..');
let dir: string;
beforeAll(() => {
  dir = mkdtempSync(join(tmpdir(), 'facewire-simulate-'));
});
afterAll(() => rmSync(dir, { recursive: true, force: true }));

function simulate(args: readonly string[]) {
  return new Promise<{ code: number | null; output: string }>((done) => {
    const child = spawn(process.execPath, ['server/training/main.ts', 'simulate', ...args], {
      cwd: root,
      env: { ...process.env, DATA_DIR: dir, REDIS_URL: undefined },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let output = '';
    for (const stream of [child.stdout, child.stderr])
      stream.setEncoding('utf8').on('data', (text) => (output += text));
    child.on('close', (code) => done({ code, output }));
  });
}

describe('the training command', () => {
  test.skipIf(facesMissing)('runs a federation and reports it', async () => {
    const mine = () => readdirSync(tmpdir()).filter((name) => name.startsWith('facewire-train-'));
    const before = mine();
    const json = join(dir, 'result.json');
    const options = ['--workers', '2', '--rounds', '2', '--steps', '1', '--max-people', '40', '--json', json];
    const { code, output } = await simulate(['--images', join(FACES_DIR, 'lfw'), ...options]);
    expect(output).toContain('round 2 of 2');
    expect(code).toBe(0);
    const result = JSON.parse(readFileSync(json, 'utf8')) as SimulationResult;
    expect(result).toMatchObject({ rounds: 2, workers: 2, part: 'tail', people: { tested: 20 } });
    const { trained, validated } = result.people;
    expect(trained + validated).toBeLessThanOrEqual(20);
    for (const { shifted, clean } of [result.before, result.after, result.centralised]) {
      for (const { rank1, tpirAtFpir } of [shifted, clean]) {
        expect(tpirAtFpir).toBeLessThanOrEqual(rank1);
        expect(rank1).toBeLessThanOrEqual(1);
      }
      expect(clean.rank1).toBeGreaterThan(0.9);
    }
    expect(result.before.shifted.rank1).toBeLessThanOrEqual(result.before.clean.rank1);
    expect(result.bytesPerRound).toBeGreaterThan(0);
    expect(mine()).toEqual(before);
  });

  test('says what is wrong with a folder', async () => {
    const { code, output } = await simulate(['--images', join(dir, 'nowhere')]);
    expect(code).toBe(1);
    expect(output).toContain('is not a folder');
  });
});
