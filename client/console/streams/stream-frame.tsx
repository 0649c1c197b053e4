import { useSignal } from '@preact/signals';
import type { StreamLabel } from '../../../protocol/events.ts';
import { t } from '../../i18n/t.ts';
import { Badge } from '../../ui/badge.tsx';
import type { StreamView, TrackView } from '../console.store.ts';
import { CropImage } from '../crop-image.tsx';
import { formatPercent } from '../format.ts';
import type { Video } from '../live.ts';
import { type NamedPlace, placeCrops } from './place-crops.ts';
import { troubleOf } from './stream-status.tsx';
import { StreamVideo } from './stream-video.tsx';

const USUAL_ASPECT = 16 / 9;

/**
 * The outline of a stream's frame with the newest crop of each face where the face is, and its label; while frames of
 * live video come, these with the labels over them.
 */
export function StreamFrame({
  stream,
  video,
  enlarged = false,
}: {
  stream: StreamView;
  video: Video;
  enlarged?: boolean;
}) {
  const playing = useSignal(false);
  const aspect = stream.aspect.value ?? USUAL_ASPECT;
  const tracks = stream.tracks.value;
  const places = placeCrops(
    tracks.map((track) => track.label.value.box),
    aspect,
  );
  const trouble = troubleOf(stream);
  const transmitted = stream.info.value.video;
  const live = transmitted && playing.value;
  const { pipeline } = stream.info.value;
  const empty = trouble
    ? t(`console.streams.trouble.${trouble}`)
    : t(pipeline === 'starting' ? 'console.streams.starting' : 'console.streams.nobody');
  return (
    <div class={`frame${trouble ? ' frame--troubled' : ''}`}>
      <div class="frame__picture" style={{ '--ratio': aspect }}>
        {transmitted && <StreamVideo stream={stream} video={video} enlarged={enlarged} playing={playing} />}
        {(trouble || (!live && tracks.length === 0)) && <p class="frame__empty">{empty}</p>}
        {!live &&
          tracks.map((track, i) => {
            const place = places[i];
            return place && <Face key={track.track} track={track} place={place} />;
          })}
      </div>
    </div>
  );
}

function Face({ track, place }: { track: TrackView; place: NamedPlace }) {
  const label = track.label.value;
  const text = textOf(label);
  return (
    <div
      class={`face state--${label.state}`}
      style={{
        left: percent(place.x - place.width / 2),
        top: percent(place.y - place.height / 2),
        width: percent(place.width),
        height: percent(place.height),
      }}
    >
      <CropImage url={track.cropUrl.value} />
      <div
        class="face__label"
        title={text}
        data-testid="stream-label"
        data-state={label.state}
        data-person-id={label.personId}
        data-track={label.track}
      >
        <span class="face__name" style={nameStyle(place)}>
          <Badge state={label.state} onVideo>
            {text}
          </Badge>
        </span>
        {label.state === 'identified' && label.confidence !== undefined && (
          <span class="face__confidence figure">{formatPercent(label.confidence)}</span>
        )}
      </div>
    </div>
  );
}

function textOf(label: StreamLabel): string {
  if (label.state === 'identified' && label.name) return label.name;
  return t(`ui.state.${label.state}`);
}

/** Room for the name to the left and the right of the crop's centre, for the style sheet. */
function nameStyle({ x, nameFrom, nameTo }: NamedPlace): Record<string, number> {
  return { '--room-left': x - nameFrom, '--room-right': nameTo - x };
}

function percent(fraction: number): string {
  return `${(100 * fraction).toFixed(2)}%`;
}
