/** Streams. */
export const streamsMessages = {
  title: 'Streams',
  lead: '{online} of {count} online · {people} enrolled',
  search: 'Camera, place or person',
  show: 'Show',
  shown: { all: 'All', online: 'Online', offline: 'Offline', people: 'People in view' },
  place: 'Place',
  everywhere: 'Everywhere',
  noneShown: 'No stream is like that now',
  fullScreen: 'Full screen',
  leaveFullScreen: 'Leave full screen',
  pin: 'Pin {name}',
  unpin: 'Unpin {name}',
  pinIt: 'Pin',
  unpinIt: 'Unpin',
  loading: 'Waiting for the streams …',
  emptyTitle: 'No kiosk yet',
  emptyAction: 'Add a kiosk',
  emptyAdmin:
    'A kiosk is a browser with a camera. Create a one-time link under Admin and open it on the device; its stream appears here at once.',
  emptyOperator:
    'A kiosk is a browser with a camera. Ask an administrator for a one-time kiosk link and open it on the device; its stream appears here at once.',
  nobody: 'Nobody in view',
  starting: 'Starting',
  /** What keeps a stream from being live. */
  trouble: {
    offline: 'Offline',
    silent: 'Kiosk does not answer',
    stalled: 'Picture stands still',
    'no-camera': 'No camera',
    failed: 'Detection did not start',
  },
  troubleFor: '{trouble} for {duration}',
  offlineSince: 'Offline since {time}',
  offlineLast: 'Offline, last crop {time}',
  offlineNever: 'Offline, never connected',
} as const;
