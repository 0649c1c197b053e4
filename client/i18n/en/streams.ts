/** Streams. */
export const streamsMessages = {
  title: 'Streams',
  lead: '{online} of {count} online · {people} enrolled',
  search: 'Search streams',
  loading: 'Waiting for the streams …',
  emptyTitle: 'No kiosk yet',
  emptyAction: 'Add a kiosk',
  emptyAdmin:
    'A kiosk is a browser with a camera. Create a one-time link under Admin and open it on the device; its stream appears here at once.',
  emptyOperator:
    'A kiosk is a browser with a camera. Ask an administrator for a one-time kiosk link and open it on the device; its stream appears here at once.',
  nobody: 'Nobody in view',
  noPicture: 'Offline',
  noCropsYet: 'No crops yet',
  noCropsFor: 'No crops for {duration}',
  offlineSince: 'Offline since {time}',
  offlineLast: 'Offline, last crop {time}',
  offlineNever: 'Offline, never connected',
} as const;
