/** Outlines on a 24 px grid, drawn with a 2 px round stroke in the colour of the text. */
const PATHS = {
  check: 'M4 12.5l5 5L20 6.5',
  cross: 'M6 6l12 12M18 6L6 18',
  plus: 'M12 5v14M5 12h14',
  search: 'M11 4a7 7 0 1 0 0 14 7 7 0 0 0 0-14zM20.5 20.5L16 16',
  question: 'M9 9a3 3 0 1 1 4.5 2.6c-1 .6-1.5 1.2-1.5 2.4M12 17.5v.01M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18z',
  split: 'M12 21v-7M12 14C12 9 6 10 6 4M12 14c0-5 6-4 6-10M3.5 6.5L6 4l2.5 2.5M15.5 6.5L18 4l2.5 2.5',
  blur: 'M12 3.5S5.5 10 5.5 14.5a6.5 6.5 0 0 0 13 0C18.5 10 12 3.5 12 3.5zM9 15a3 3 0 0 0 3 3',
  shield: 'M12 3l7.5 3v5.5c0 4.5-3.2 8-7.5 9.5-4.3-1.5-7.5-5-7.5-9.5V6zM12 8.5v4M12 16v.01',
  offline: 'M3 3l18 18M8.5 16.5a5 5 0 0 1 7 0M5 12.5a10 10 0 0 1 4-2.4M19 12.5a10 10 0 0 0-5.5-2.8M12 20v.01',
  online: 'M8.5 16.5a5 5 0 0 1 7 0M5 12.5a10 10 0 0 1 14 0M2 8.5a15 15 0 0 1 20 0M12 20v.01',
  info: 'M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18zM12 11v5.5M12 7.5v.01',
  warning: 'M12 4L2.5 20h19zM12 10v4.5M12 17.2v.01',
  error: 'M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18zM12 7.5V13M12 16.5v.01',
  clock: 'M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18zM12 7v5l3.5 2',
  loading: 'M12 3a9 9 0 1 0 9 9',
  camera:
    'M4 7.5h3.5L9.5 5h5l2 2.5H20a1 1 0 0 1 1 1V18a1 1 0 0 1-1 1H4a1 1 0 0 1-1-1V8.5a1 1 0 0 1 1-1zM12 9.5a3.5 3.5 0 1 0 0 7 3.5 3.5 0 0 0 0-7z',
  streams: 'M3 5h18v11H3zM8 20h8M12 16v4',
  events: 'M8 6h13M8 12h13M8 18h13M3.5 6v.01M3.5 12v.01M3.5 18v.01',
  people:
    'M9 4a3.5 3.5 0 1 0 0 7 3.5 3.5 0 0 0 0-7zM2.5 20c0-3.6 2.9-6 6.5-6s6.5 2.4 6.5 6M16 4.5a3.5 3.5 0 0 1 0 6.3M18 14.5c2.2.8 3.5 2.8 3.5 5.5',
  person: 'M12 4a4 4 0 1 0 0 8 4 4 0 0 0 0-8zM4.5 20.5c0-3.8 3.3-6 7.5-6s7.5 2.2 7.5 6',
  unknowns:
    'M4 8V5a1 1 0 0 1 1-1h3M16 4h3a1 1 0 0 1 1 1v3M20 16v3a1 1 0 0 1-1 1h-3M8 20H5a1 1 0 0 1-1-1v-3M9.3 9.5a2.7 2.7 0 1 1 3.9 2.4c-.8.4-1.2 1-1.2 1.9v.2M12 16.8v.01',
  enrol: 'M10 4a3.5 3.5 0 1 0 0 7 3.5 3.5 0 0 0 0-7zM3 20c0-3.6 3-6 7-6 1.5 0 2.9.3 4 1M18.5 14v7M15 17.5h7',
  identify:
    'M4 8V5a1 1 0 0 1 1-1h3M16 4h3a1 1 0 0 1 1 1v3M20 16v3a1 1 0 0 1-1 1h-3M8 20H5a1 1 0 0 1-1-1v-3M9 9.5v.01M15 9.5v.01M8.5 14c1 1.2 2.2 1.8 3.5 1.8s2.5-.6 3.5-1.8',
  verify: 'M3 5h7v14H3zM14 5h7v14h-7zM12 2.5v19',
  evaluation: 'M4 4v16h16M8 15.5l3.5-5 3.5 3 4.5-7',
  training: 'M12 4L2.5 8.5 12 13l9.5-4.5zM6.5 10.5V16c0 1.5 2.5 3 5.5 3s5.5-1.5 5.5-3v-5.5M21.5 8.5V15',
  admin:
    'M4 7h9M19 7h1M4 17h1M11 17h9M16 4.5a2.5 2.5 0 1 0 0 5 2.5 2.5 0 0 0 0-5zM8 14.5a2.5 2.5 0 1 0 0 5 2.5 2.5 0 0 0 0-5z',
  upload: 'M12 16V4.5M7 9l5-5 5 5M4 15.5V19a1 1 0 0 0 1 1h14a1 1 0 0 0 1-1v-3.5',
  move: 'M4 12h15M13 6l6 6-6 6',
  bell: 'M6 10a6 6 0 0 1 12 0c0 5 2 6.5 2 6.5H4S6 15 6 10zM10 20a2.2 2.2 0 0 0 4 0',
  sound: 'M4 9.5v5h3.5L12 18.5v-13L7.5 9.5zM15.5 9a4 4 0 0 1 0 6M18 6.5a8 8 0 0 1 0 11',
  mute: 'M4 9.5v5h3.5L12 18.5v-13L7.5 9.5zM16 9.5l5 5M21 9.5l-5 5',
  back: 'M20 12H5M11 6l-6 6 6 6',
  show: 'M2.5 12C4 8.6 7.5 6 12 6s8 2.6 9.5 6c-1.5 3.4-5 6-9.5 6s-8-2.6-9.5-6zM12 9a3 3 0 1 0 0 6 3 3 0 0 0 0-6z',
  hide: 'M3 3l18 18M10.3 6.1A10.7 10.7 0 0 1 12 6c4.5 0 8 2.6 9.5 6a11 11 0 0 1-2.6 3.6M6.5 7.6A11 11 0 0 0 2.5 12c1.5 3.4 5 6 9.5 6 1.7 0 3.2-.4 4.6-1M9.9 9.9a3 3 0 0 0 4.2 4.2',
  trash: 'M4 7h16M9.5 7V4.5h5V7M6.5 7l1 13h9l1-13M10.5 11v5.5M13.5 11v5.5',
  copy: 'M9 9h11v11H9zM5.5 15H4V4h11v1.5',
  keyboard: 'M3 6h18v12H3zM7 10v.01M11 10v.01M15 10v.01M17.5 10v.01M8 14.5h8',
  theme: 'M12 3a9 9 0 1 0 0 18zM12 3a9 9 0 0 1 0 18',
  language:
    'M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18zM3 12h18M12 3c2.6 2.6 3.8 5.6 3.8 9s-1.2 6.4-3.8 9c-2.6-2.6-3.8-5.6-3.8-9S9.4 5.6 12 3z',
  logout: 'M14 4H5a1 1 0 0 0-1 1v14a1 1 0 0 0 1 1h9M10 12h11M17 8l4 4-4 4',
  retry: 'M4 12a8 8 0 0 1 13.7-5.6L20 8.5M20 4v4.5h-4.5M20 12a8 8 0 0 1-13.7 5.6L4 15.5M4 20v-4.5h4.5',
  edit: 'M4 20l1-4.5L16.5 4 20 7.5 8.5 19zM14 6.5l3.5 3.5',
  pair: 'M9.5 14.5l5-5M8 11.5l-2.5 2.5a3.5 3.5 0 0 0 5 5L13 16.5M16 12.5l2.5-2.5a3.5 3.5 0 0 0-5-5L11 7.5',
  pin: 'M9 3.5h6l-1 6 3.5 3.5h-11L10 9.5zM12 13v7.5',
  expand: 'M4 9V4h5M20 9V4h-5M4 15v5h5M20 15v5h-5',
  shrink: 'M9 4v5H4M15 4v5h5M9 20v-5H4M15 20v-5h5',
  video: 'M3 6.5h12v11H3zM15 10.5l6-3.5v10l-6-3.5',
  key: 'M8 11a4.5 4.5 0 1 0 0 9 4.5 4.5 0 0 0 0-9zM11.5 12.5L20 4M16 8l3 3',
} as const;

export type IconName = keyof typeof PATHS;

/** A decorative icon; the word beside it, or the control's label, says what it means. */
export function Icon({ name, spin = false }: { name: IconName; spin?: boolean }) {
  return (
    <svg
      class={spin ? 'icon icon--spin' : 'icon'}
      viewBox="0 0 24 24"
      fill="none"
      stroke="currentColor"
      stroke-width="2"
      stroke-linecap="round"
      stroke-linejoin="round"
      aria-hidden="true"
      focusable="false"
    >
      <path d={PATHS[name]} />
    </svg>
  );
}
