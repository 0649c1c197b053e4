import { t } from '../i18n/t.ts';
import { Icon } from '../ui/icon.tsx';
import { boxOnView, type Size } from './geometry.ts';
import { headlineOfFace } from './headline.ts';
import { HEADLINE_LOOKS } from './headline-look.ts';
import type { ShownFace } from './kiosk.state.ts';

/** A face's box on the preview, with its name or what keeps it from having one. */
export function FaceBox({
  face,
  front,
  ...place
}: {
  face: ShownFace;
  front: boolean;
  frame: Size;
  view: Size;
  mirrored: boolean;
}) {
  const headline = headlineOfFace(face);
  const { tone, icon } = HEADLINE_LOOKS[headline.state];
  const { left, top, width, height } = boxOnView({ box: face.box, ...place });
  return (
    <div
      class={`face state--${tone}${front ? ' face--front' : ''}`}
      data-testid="face"
      data-track={face.track}
      data-state={headline.state}
      style={{
        transform: `translate(${left}px, ${top}px)`,
        inlineSize: `${width}px`,
        blockSize: `${height}px`,
      }}
    >
      <span class="face__tag" data-testid="face-tag">
        <Icon name={icon} />
        <span class="truncate">{tagOf(headline)}</span>
      </span>
    </div>
  );
}

function tagOf({ state, label }: ReturnType<typeof headlineOfFace>): string {
  if (state === 'identified' && label?.name) return label.name;
  return t(`kiosk.headline.${state as TaggedState}.tag`);
}

/** The states that a face can be in all have a word for its tag. */
type TaggedState =
  | 'looking'
  | 'identified'
  | 'unknown'
  | 'ambiguous'
  | 'poor-quality'
  | 'spoof-suspect'
  | 'too-far'
  | 'blurred'
  | 'too-dark'
  | 'too-bright'
  | 'turned-away';
