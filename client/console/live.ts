import { type ReadonlySignal, signal } from '@preact/signals';
import { SIGNALING_PATH } from '../../protocol/signaling.ts';
import { type EndReason, SignalingClient, type SignalingStatus } from '../net/signaling.ts';
import { type ConsoleNotification, type ConsoleStore, createConsoleStore } from './console.store.ts';

const TICK_MS = 1000;

export type Live = {
  store: ConsoleStore;
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
  const client = new SignalingClient({
    url: url.href,
    client: 'console',
    on: {
      snapshot: feed('snapshot'),
      stream: feed('stream'),
      streamRemoved: feed('streamRemoved'),
      streamLabel: feed('streamLabel'),
      trackEnded: feed('trackEnded'),
      sighting: feed('sighting'),
      sightingChanged: feed('sightingChanged'),
      alertRaised: feed('alertRaised'),
      alertChanged: feed('alertChanged'),
      gallery: feed('gallery'),
      unknowns: feed('unknowns'),
    },
    onStatus: (next) => {
      status.value = next;
      if (next.kind === 'online') void subscribe();
      if (next.kind === 'ended') options.onEnded(next.reason);
    },
  });

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
    status,
    retry: () => client.connect(),
    close: () => {
      clearInterval(timer);
      client.close();
    },
  };
}
