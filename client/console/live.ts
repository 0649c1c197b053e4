import { type ReadonlySignal, signal } from '@preact/signals';
import { SIGNALING_PATH } from '../../protocol/signaling.ts';
import { type EndReason, SignalingClient, type SignalingStatus } from '../net/signaling.ts';
import { VideoWatcher } from '../net/video-watcher.ts';
import { type ConsoleNotification, type ConsoleStore, createConsoleStore } from './console.store.ts';
import { BoxHistory, type TrackBox } from './streams/box-history.ts';

const TICK_MS = 1000;

/** Live video, and where the faces are in each of its frames. */
export type Video = {
  watcher: VideoWatcher;
  /** @param time ms of this browser's clock */
  boxesAt: (stream: string, time: number) => TrackBox[];
};

export type Live = {
  store: ConsoleStore;
  video: Video;
  status: ReadonlySignal<SignalingStatus>;
  /** Connects at once, rather than when the countdown ends. */
  retry: () => void;
  close: () => void;
};

/** Connects to the server and keeps the store fed; every (re)connection subscribes again. */
export function openLive(options: { onEnded: (reason: EndReason) => void }): Live {
  const store = createConsoleStore();
  const status = signal<SignalingStatus>({ kind: 'connecting' });
  const feed =
    <T extends ConsoleNotification['notification']>(notification: T) =>
    (data: Extract<ConsoleNotification, { notification: T }>['data']) =>
      store.apply({ notification, data } as ConsoleNotification, Date.now());

  const url = new URL(SIGNALING_PATH, location.href);
  url.protocol = url.protocol.replace('http', 'ws');
  const histories = new Map<string, BoxHistory>();
  const client: SignalingClient = new SignalingClient({
    url: url.href,
    client: 'console',
    on: {
      snapshot: feed('snapshot'),
      stream: feed('stream'),
      streamRemoved: feed('streamRemoved'),
      streamLabel: feed('streamLabel'),
      trackEnded: feed('trackEnded'),
      streamBoxes: ({ stream, capturedAt, boxes }) => {
        const history = histories.get(stream) ?? new BoxHistory();
        histories.set(stream, history);
        history.add(capturedAt - client.clock.offset, boxes, Date.now());
        if (history.wait !== undefined) watcher.delay(stream, history.wait);
      },
      sighting: feed('sighting'),
      sightingChanged: feed('sightingChanged'),
      alertRaised: feed('alertRaised'),
      alertChanged: feed('alertChanged'),
      gallery: feed('gallery'),
      unknowns: feed('unknowns'),
    },
    onStatus: (next) => {
      status.value = next;
      if (next.kind === 'online') {
        watcher.handleOnline(next.hello);
        void subscribe();
      }
      if (next.kind === 'ended') options.onEnded(next.reason);
    },
  });

  const watcher: VideoWatcher = new VideoWatcher({ signaling: client });

  async function subscribe(): Promise<void> {
    try {
      await client.request('subscribe', {});
    } catch {
      // The connection was lost meanwhile; the next one subscribes again.
    }
  }

  store.tick(Date.now());
  const timer = setInterval(() => store.tick(Date.now()), TICK_MS);
  client.connect();
  return {
    store,
    video: { watcher, boxesAt: (stream, time) => histories.get(stream)?.at(time) ?? [] },
    status,
    retry: () => client.connect(),
    close: () => {
      clearInterval(timer);
      client.close();
    },
  };
}
