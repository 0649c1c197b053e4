import { consoleMessages } from './console.ts';
import { kiosk } from './kiosk.ts';

/** Every sentence that a person reads on a page. `{name}` is filled in by `t()`. */
export const en = {
  ui: {
    retry: 'Try again',
    close: 'Close',
    cancel: 'Cancel',
    optional: 'optional',
    loading: 'Loading …',
    latency: 'Latency {ms} ms: time per stage',
    latencyTotal: 'capture to label',
    ms: '{ms} ms',
    percent: '{value} %',
    state: {
      identified: 'Identified',
      unknown: 'Unknown',
      looking: 'Looking',
      ambiguous: 'Ambiguous',
      'poor-quality': 'Poor picture',
      'spoof-suspect': 'Suspected spoof',
      online: 'Online',
      offline: 'Offline',
      ok: 'OK',
      info: 'Note',
      warning: 'Warning',
      error: 'Error',
    },
    stage: {
      camera: 'camera',
      detect: 'detect',
      align: 'align',
      uplink: 'uplink',
      sfu: 'sfu',
      ingest: 'ingest',
      queue: 'queue',
      embed: 'embed',
      match: 'match',
      label: 'label',
    },
  },
  console: consoleMessages,
  kiosk,
} as const;
