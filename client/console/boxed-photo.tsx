import { useSignal } from '@preact/signals';
import type { ComponentChildren } from 'preact';
import { t } from '../i18n/t.ts';
import type { UiState } from '../ui/state.ts';

/** Share of the photo's height that a label above a box needs. */
const LABEL_ROOM = 0.1;

type Size = { width: number; height: number };
type PixelBox = { x: number; y: number; width: number; height: number };

export type BoxOnPhoto = {
  /** In pixels of the upright photo. */
  box: PixelBox;
  label: string;
  state: UiState;
  /** Makes the box a button. */
  onChoose?: () => void;
  chosen?: boolean;
};

/** A photo with boxes over its faces. Where the browser cannot show the format, the boxes' labels alone. */
export function BoxedPhoto({ url, alt, boxes }: { url: string; alt: string; boxes: readonly BoxOnPhoto[] }) {
  const size = useSignal<Size | undefined>(undefined);
  const unreadable = useSignal(false);
  return (
    <div class={unreadable.value ? 'boxed boxed--unreadable' : 'boxed'}>
      {unreadable.value ? (
        <p class="muted small">{t('console.photos.cannotShow')}</p>
      ) : (
        <img
          src={url}
          alt={alt}
          onError={() => (unreadable.value = true)}
          onLoad={({ currentTarget: { naturalWidth, naturalHeight } }) => {
            size.value = { width: naturalWidth, height: naturalHeight };
          }}
        />
      )}
      {(size.value || unreadable.value) && boxes.map((box, i) => <Box key={i} box={box} size={size.value} />)}
    </div>
  );
}

function Box({ box, size }: { box: BoxOnPhoto; size: Size | undefined }) {
  const { label, state, onChoose, chosen } = box;
  const content: ComponentChildren = <span class="boxed__label">{label}</span>;
  const classes = ['boxed__box', `state--${state}`];
  if (chosen) classes.push('boxed__box--chosen');
  if (size && box.box.y < LABEL_ROOM * size.height) classes.push('boxed__box--at-top');
  const style = size ? styleOf(box.box, size) : {};
  if (!onChoose) {
    return (
      <div class={classes.join(' ')} style={style}>
        {content}
      </div>
    );
  }
  return (
    <button
      type="button"
      class={classes.join(' ')}
      style={style}
      aria-pressed={Boolean(chosen)}
      onClick={onChoose}
    >
      {content}
    </button>
  );
}

function styleOf(box: PixelBox, size: Size): Record<string, string> {
  const percent = (part: number, whole: number): string => `${(100 * part) / whole}%`;
  return {
    left: percent(box.x, size.width),
    top: percent(box.y, size.height),
    width: percent(box.width, size.width),
    height: percent(box.height, size.height),
  };
}
