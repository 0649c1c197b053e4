import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import {
  SignalingClient,
  type SignalingOptions,
  type SignalingStatus,
  type Socket,
} from '../../../../client/net/signaling.ts';
import { FacewireError } from '../../../../protocol/errors.ts';

const HELLO = {
  session: 's1',
  resumeToken: 'resume-1',
  resumed: false,
  epoch: 1_000_000,
  role: 'kiosk',
  routerRtpCapabilities: {},
  cropsPerSecond: 30,
  serverVersion: '0.1.0',
};

type Sent = { id: number; type: string; data: Record<string, unknown> };

class FakeSocket implements Socket {
  onopen: Socket['onopen'] = null;
  onmessage: Socket['onmessage'] = null;
  onclose: Socket['onclose'] = null;
  readonly sent: Sent[] = [];
  closed = false;
  send(text: unknown): void {
    this.sent.push(JSON.parse(String(text)) as Sent);
  }
  close(): void {
    this.closed = true;
  }
  receive(message: unknown): void {
    this.onmessage?.({ data: typeof message === 'string' ? message : JSON.stringify(message) });
  }
  drop(code = 1006): void {
    this.onclose?.({ code, reason: '' });
  }
  last(type: string): Sent {
    const found = this.sent.findLast((message) => message.type === type);
    if (!found) throw new Error(`no ${type} was sent`);
    return found;
  }
  answer(type: string, data: unknown): void {
    this.receive({ id: this.last(type).id, ok: true, data });
  }
}

function setUp(options: Partial<SignalingOptions> = {}) {
  const sockets: FakeSocket[] = [];
  const statuses: SignalingStatus[] = [];
  const malformed: string[] = [];
  const client = new SignalingClient({
    url: 'ws://test/ws',
    client: 'kiosk',
    onStatus: (status) => statuses.push(status),
    onMalformed: (what) => malformed.push(what),
    open: () => {
      const socket = new FakeSocket();
      sockets.push(socket);
      return socket;
    },
    now: () => Date.now(),
    random: () => 1,
    ...options,
  });
  const socket = () => sockets.at(-1) as FakeSocket;
  const goOnline = async (hello: object = HELLO) => {
    socket().onopen?.();
    socket().answer('hello', hello);
    await vi.advanceTimersByTimeAsync(0);
  };
  return { client, sockets, socket, statuses, malformed, goOnline };
}

beforeEach(() => {
  vi.useFakeTimers({ now: 0 });
});
afterEach(() => {
  vi.useRealTimers();
});

describe('SignalingClient', () => {
  it('says hello first and is online once that is answered', async () => {
    const { client, socket, statuses, goOnline } = setUp({ token: 'secret' });
    client.connect();
    await goOnline();
    expect(socket().sent[0]).toEqual({
      id: 1,
      type: 'hello',
      data: { protocol: 1, client: 'kiosk', token: 'secret' },
    });
    expect(statuses.map(({ kind }) => kind)).toEqual(['connecting', 'online']);
  });

  it('answers each request with the data of its own answer', async () => {
    const { client, socket, goOnline } = setUp();
    client.connect();
    await goOnline();
    const first = client.request('restartIce', { transportId: 'a' });
    const second = client.request('produceData', {
      transportId: 'b',
      label: 'crops',
      sctpStreamParameters: {},
    });
    socket().answer('produceData', { id: 'p1' });
    socket().answer('restartIce', { iceParameters: { usernameFragment: 'u' } });
    expect(await first).toEqual({ iceParameters: { usernameFragment: 'u' } });
    expect(await second).toEqual({ id: 'p1' });
  });

  it('rejects a request with the server’s error, after five seconds of silence, and when the connection breaks', async () => {
    const { client, socket, goOnline } = setUp();
    client.connect();
    await goOnline();
    const refused = client.request('subscribe', {});
    const error = { code: 'forbidden', message: 'Only consoles may do that.', retryable: false };
    socket().receive({ id: socket().last('subscribe').id, ok: false, error });
    await expect(refused).rejects.toMatchObject({ code: 'forbidden', message: 'Only consoles may do that.' });

    const silent = client.request('subscribe', {}).catch((error: Error) => error.message);
    for (let i = 0; i < 5; i++) {
      await vi.advanceTimersByTimeAsync(1000);
      socket().answer('ping', { serverTime: Date.now() });
    }
    expect(await silent).toMatch(/did not answer/);

    const cut = client.request('subscribe', {});
    socket().drop();
    await expect(cut).rejects.toThrow(/connection to the server was lost/);
    await expect(client.request('subscribe', {})).rejects.toBeInstanceOf(FacewireError);
  });

  it('does not hand on an answer or a notification of the wrong shape', async () => {
    const bye = vi.fn();
    const { client, socket, malformed, goOnline } = setUp({ on: { bye } });
    client.connect();
    await goOnline();
    const wrong = client.request('restartIce', { transportId: 'a' });
    socket().answer('restartIce', { iceParameters: 'none' });
    await expect(wrong).rejects.toThrow(/not understood/);
    socket().receive('no json');
    socket().receive({ notification: 'bye', data: { reason: 'just so' } });
    socket().receive({ notification: 'constructor', data: {} });
    expect(malformed).toEqual([
      'answer to restartIce',
      'message',
      'notification bye',
      'notification constructor',
    ]);
    expect(bye).not.toHaveBeenCalled();
  });

  it('comes back with a growing pause, tells when, and resumes its session', async () => {
    const { client, sockets, socket, statuses, goOnline } = setUp();
    client.connect();
    await goOnline();
    socket().drop();
    expect(statuses.at(-1)).toMatchObject({ kind: 'offline', attempt: 1, retryAt: Date.now() + 500 });
    await vi.advanceTimersByTimeAsync(500);
    socket().drop();
    expect(statuses.at(-1)).toMatchObject({ kind: 'offline', attempt: 2, retryAt: Date.now() + 1000 });
    await vi.advanceTimersByTimeAsync(1000);
    expect(sockets).toHaveLength(3);
    await goOnline({ ...HELLO, resumed: true });
    expect(socket().last('hello').data.resume).toBe('resume-1');
    socket().drop();
    expect(statuses.at(-1)).toMatchObject({ kind: 'offline', attempt: 1 });
  });

  it('never waits longer than fifteen seconds, and at least half of the pause', async () => {
    const { client, socket, statuses } = setUp({ random: () => 0 });
    client.connect();
    for (let i = 0; i < 12; i++) {
      socket().drop();
      await vi.advanceTimersByTimeAsync(15_000);
    }
    socket().drop();
    expect(statuses.at(-1)).toMatchObject({ kind: 'offline', retryAt: Date.now() + 7500 });
  });

  it('connects at once when told to, and not a second time', async () => {
    const { client, sockets, socket } = setUp();
    client.connect();
    socket().drop();
    client.connect();
    client.connect();
    expect(sockets).toHaveLength(2);
    await vi.advanceTimersByTimeAsync(20_000);
    expect(sockets).toHaveLength(2);
  });

  it.each(['replaced', 'revoked', 'misbehaving', 'client-too-old'] as const)(
    'stays away after a bye because of %s',
    async (reason) => {
      const { client, sockets, socket, statuses, goOnline } = setUp();
      client.connect();
      await goOnline();
      socket().receive({ notification: 'bye', data: { reason, message: 'so it is' } });
      socket().drop(4000);
      await vi.advanceTimersByTimeAsync(60_000);
      expect(sockets).toHaveLength(1);
      expect(statuses.at(-1)).toEqual({ kind: 'ended', reason, message: 'so it is' });
    },
  );

  it('comes back after the server has shut down, and tells the reason meanwhile', async () => {
    const { client, sockets, socket, statuses, goOnline } = setUp();
    client.connect();
    await goOnline();
    socket().receive({ notification: 'bye', data: { reason: 'shutting-down', message: 'Restarting.' } });
    socket().drop(4000);
    expect(statuses.at(-1)).toMatchObject({ kind: 'offline', error: { message: 'Restarting.' } });
    await vi.advanceTimersByTimeAsync(500);
    expect(sockets).toHaveLength(2);
  });

  it('tries again when the server is full, and gives up when it is of another version', async () => {
    const { client, socket, statuses } = setUp();
    client.connect();
    socket().onopen?.();
    const refuse = async (code: string, retryable: boolean) => {
      socket().receive({
        id: socket().last('hello').id,
        ok: false,
        error: { code, message: code, retryable },
      });
      await vi.advanceTimersByTimeAsync(0);
    };
    await refuse('full', true);
    expect(socket().closed).toBe(true);
    socket().drop();
    expect(statuses.at(-1)).toMatchObject({ kind: 'offline', error: { code: 'full' } });
    await vi.advanceTimersByTimeAsync(500);
    socket().onopen?.();
    await refuse('client-too-old', false);
    expect(statuses.at(-1)).toMatchObject({ kind: 'ended', reason: 'client-too-old' });
  });

  it('ends when the server closes because the session no longer holds', async () => {
    const { client, socket, statuses, goOnline } = setUp();
    client.connect();
    await goOnline();
    socket().drop(4401);
    expect(statuses.at(-1)).toMatchObject({ kind: 'ended', reason: 'unauthenticated' });
  });

  it('measures the clock by quick pings, and leaves a connection that no longer answers them', async () => {
    const { client, socket, statuses, goOnline } = setUp();
    client.connect();
    await goOnline();
    await vi.advanceTimersByTimeAsync(20);
    socket().answer('ping', { serverTime: Date.now() - 10 + 5000 });
    await vi.advanceTimersByTimeAsync(150);
    expect(client.clock.offset).toBe(5000);
    expect(socket().sent.filter(({ type }) => type === 'ping')).toHaveLength(2);
    await vi.advanceTimersByTimeAsync(5000);
    expect(socket().closed).toBe(true);
    expect(statuses.at(-1)).toMatchObject({ kind: 'offline' });
  });
});
