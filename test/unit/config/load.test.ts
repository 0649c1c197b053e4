import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { ConfigError, describeConfig, loadConfig } from '../../../config/load.ts';

const dir = mkdtempSync(join(tmpdir(), 'facewire-config-'));
afterAll(() => rmSync(dir, { recursive: true }));

function messageOf(environment: Record<string, string>): string {
  try {
    loadConfig(environment);
  } catch (error) {
    if (error instanceof ConfigError) return error.message;
    throw error;
  }
  return 'accepted';
}

describe('configuration', () => {
  test('has defaults for everything', () => {
    expect(loadConfig({})).toMatchObject({ PORT: 8080, HOST: '127.0.0.1', WORKERS: 1, FPIR: 0.003 });
  });

  test('takes the environment over the file, and an empty variable as not set', () => {
    const CONFIG = join(dir, 'good.json');
    writeFileSync(CONFIG, JSON.stringify({ PORT: 9000, WORKERS: 2 }));
    expect(loadConfig({ CONFIG, PORT: '9001', LOG_LEVEL: '' })).toMatchObject({
      PORT: 9001,
      WORKERS: 2,
      LOG_LEVEL: 'info',
    });
  });

  test('names every wrong value with what is accepted', () => {
    const message = messageOf({
      PORT: 'eighty',
      REDIS_URL: 'http://x',
      DATA_KEY: 'c2hvcnQ=',
      LOG_LEVEL: 'loud',
    });
    for (const name of ['PORT', 'REDIS_URL', 'DATA_KEY', 'LOG_LEVEL']) expect(message).toContain(name);
    expect(message).toContain('redis:// or rediss://');
    expect(message).toContain('"debug"');
  });

  test('a wrong value is told by name and never shown: it may be a secret', () => {
    expect(messageOf({ ADMIN_TOKEN: 'hunter2' })).toContain('ADMIN_TOKEN');
    expect(messageOf({ ADMIN_TOKEN: 'hunter2' })).not.toContain('hunter2');
  });

  test('a file that is missing, not JSON, or has an unknown setting is refused', () => {
    expect(messageOf({ CONFIG: join(dir, 'none.json') })).toContain('ENOENT');
    writeFileSync(join(dir, 'bad.json'), 'PORT=1');
    expect(messageOf({ CONFIG: join(dir, 'bad.json') })).toContain('not a JSON object');
    writeFileSync(join(dir, 'typo.json'), '{"PROT": 1}');
    expect(messageOf({ CONFIG: join(dir, 'typo.json') })).toContain('PROT');
  });

  test('accepts a unix socket as Redis', () => {
    expect(loadConfig({ REDIS_URL: 'unix:///tmp/redis.sock' }).REDIS_URL).toBe('unix:///tmp/redis.sock');
  });

  test('--help tells every setting', () => {
    expect(describeConfig()).toMatch(/PORT .*8080/);
    expect(describeConfig()).toContain('ADMIN_TOKEN');
  });
});
