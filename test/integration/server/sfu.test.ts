import { afterEach, expect, test } from 'vitest';
import { createLogger } from '../../../config/logger.ts';
import { rtcListenInfos } from '../../../server/sfu/listen.ts';
import { Sfu } from '../../../server/sfu/sfu.ts';

const logger = createLogger({ level: 'silent', name: 'test' });
let sfu: Sfu | undefined;
afterEach(() => sfu?.close());

async function start(): Promise<Sfu> {
  const listenInfos = await rtcListenInfos({
    config: { HOST: 'localhost', RTC_PORT: 0, RTC_ANNOUNCED: undefined },
    httpPort: 8080,
  });
  sfu = await Sfu.create({ listenInfos, logger });
  return sfu;
}

test('a peer gets transports with candidates on the one port, and a new one replaces the old', async () => {
  const peer = (await start()).createPeer({ onCrop: () => {}, onClosed: () => {} });
  const first = await peer.createTransport('send');
  expect(first.iceCandidates.map(({ ip }) => ip)).toEqual(['127.0.0.1']);
  const second = await peer.createTransport('send');
  expect(first.closed).toBe(true);
  expect(second.closed).toBe(false);
});

test('a transport of another session is not found', async () => {
  const { createPeer } = await start().then((made) => ({ createPeer: made.createPeer.bind(made) }));
  const mine = createPeer({ onCrop: () => {}, onClosed: () => {} });
  const other = createPeer({ onCrop: () => {}, onClosed: () => {} });
  const transport = await other.createTransport('recv');
  await expect(mine.consumeLabels(transport.id)).rejects.toMatchObject({ code: 'bad-state' });
});

test('when the media worker is killed its peers close and another takes its place', async () => {
  const made = await start();
  let closed = 0;
  made.createPeer({ onCrop: () => {}, onClosed: () => closed++ });
  process.kill(made.pid as number, 'SIGKILL');
  await expect.poll(() => closed).toBe(1);
  expect(made.peers).toBe(0);
  await expect.poll(() => made.alive, { timeout: 5000 }).toBe(true);
  await made.createPeer({ onCrop: () => {}, onClosed: () => {} }).createTransport('send');
});
