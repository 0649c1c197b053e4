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

function simulate(args: readonly string[], killAt?: string) {
  return new Promise<{ code: number | null; output: string }>((done) => {
    const child = spawn(process.execPath, ['server/training/main.ts', 'simulate', ...args], {
      cwd: root,
      env: { ...process.env, DATA_DIR: dir, REDIS_URL: undefined },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let output = '';
    for (const stream of [child.stdout, child.stderr])
      stream.setEncoding('utf8').on('data', (text) => {
        output += text;
        if (killAt && output.includes(killAt)) child.kill('SIGKILL');
      });
    child.on('close', (code) => done({ code, output }));
  });
}

describe('the training command', () => {
  test.skipIf(facesMissing)(
    'runs a federation, goes on when it was killed, and reports it',
    async () => {
      const json = join(dir, 'result.json');
      const options = [
        '--workers',
        '2',
        '--rounds',
        '2',
        '--steps',
        '1',
        '--max-people',
        '40',
        '--json',
        json,
      ];
      const command = ['--images', join(FACES_DIR, 'lfw'), ...options];
      // Killed outright after a round, the same command goes on after it.
      const killed = await simulate(command, 'round 1 of 2');
      expect(killed.code).toBe(null);
      expect(readdirSync(join(dir, 'training'))).toHaveLength(1);
      const { code, output } = await simulate(command);
      expect(output).toContain('goes on after round 1');
      expect(output).not.toContain('round 1 of 2');
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
      expect(result.stepsPerSecond.together).toBeGreaterThan(0);
      expect(result.stepsPerSecond.alone).toBeGreaterThan(0);
      expect(result.history.map(({ round }) => round)).toEqual([1, 2]);
      expect(readdirSync(join(dir, 'training'))).toEqual([]);
    },
    180_000,
  );

  test('says what is wrong with a folder', async () => {
    const { code, output } = await simulate(['--images', join(dir, 'nowhere')]);
    expect(code).toBe(1);
    expect(output).toContain('is not a folder');
  });
});
