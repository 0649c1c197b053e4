import { describe, expect, it } from 'vitest';
import { findCrossings } from '../../../../scripts/check/floors.ts';

const crossingsOf = (path: string, source: string) => findCrossings([{ path, source }]);

describe('the two floors', () => {
  it.each([
    ['server/ws/peer.ts', "import { pack } from '../../protocol/crop.ts';"],
    ['models/align.ts', "import type { Config } from '../config/schema.ts';"],
    ['server/main.ts', "import { Supervisor } from './workers/supervisor.ts';"],
    ['server/queue/answers.ts', "import { Supervisor } from '../workers/supervisor.ts';"],
    ['client/net/rtc.ts', "import { Device } from 'mediasoup-client';"],
  ])('%s may have %s', (path, source) => {
    expect(crossingsOf(path, source)).toEqual([]);
  });

  it.each([
    ['protocol/crop.ts', "import { log } from '../server/log.ts';", 'may import the ground only'],
    ['vault/vault.ts', "import { log } from '../scripts/log.ts';", 'may import the ground only'],
    ['server/main.ts', "import { run } from '../workers/main.ts';", 'are peers'],
    ['server/main.ts', "await import('../workers/main.ts');", 'are peers'],
    ['server/main.ts', "import '../workers/main.ts';", 'are peers'],
    ['server/main.ts', "export { run } from '../workers/main.ts';", 'are peers'],
    ['server/main.ts', "new Worker(new URL('../workers/engine.ts', import.meta.url));", 'are peers'],
    ['client/net/rtc.ts', "import type { Peer } from '../../server/ws/peer.ts';", 'are peers'],
    ['workers/main.ts', "import {\n  a,\n  b,\n} from '../client/ui/a.ts';", 'are peers'],
  ])('%s may not have %s', (path, source, reason) => {
    expect(crossingsOf(path, source)).toEqual([expect.stringContaining(reason)]);
  });
});
