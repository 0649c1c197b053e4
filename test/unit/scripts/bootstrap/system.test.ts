import { describe, expect, it } from 'vitest';
import { hasRedisUrl, isRecentRedis, tellMissing } from '../../../../scripts/bootstrap/system.mjs';

describe('the version of redis-server', () => {
  it.each([
    ['Redis server v=7.0.15 sha=00000000:0 malloc=jemalloc-5.3.0 bits=64 build=ae4d7c971a948f0', true],
    ['Redis server v=6.2.0 sha=0', true],
    ['Redis server v=10.1.0 sha=0', true],
    ['Redis server v=6.0.16 sha=0', false],
    ['Redis server v=5.9.9 sha=0', false],
    ['', false],
  ])('%s: recent enough: %s', (text, recent) => {
    expect(isRecentRedis(text)).toBe(recent);
  });
});

describe('the message about what is missing', () => {
  const missing = [
    { package: 'redis-server', why: 'the queue', present: () => false },
    { package: 'ffmpeg', why: 'the tests', present: () => false },
  ];

  it('names each package with its reason, and the one command to run', () => {
    expect(tellMissing({ missing, apt: true })).toBe(
      `Something that this needs is missing on this machine:
  redis-server  the queue
  ffmpeg        the tests
Install it, then try again:

  sudo sh -c 'apt-get update && apt-get install -y --no-install-recommends redis-server ffmpeg'`,
    );
  });

  it("names Debian's packages where there is no apt-get", () => {
    expect(tellMissing({ missing, apt: false })).toContain('On Debian the packages are: redis-server ffmpeg');
  });
});

it('takes REDIS_URL for given when the environment has it, and not when it is empty', () => {
  expect(hasRedisUrl({ REDIS_URL: 'redis://127.0.0.1' })).toBe(true);
  expect(hasRedisUrl({ REDIS_URL: '' })).toBe(false);
});
