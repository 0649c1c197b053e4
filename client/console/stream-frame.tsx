import type { StreamLabel } from '../../protocol/events.ts';
import { t } from '../i18n/t.ts';
import { Badge } from '../ui/badge.tsx';
import type { StreamView, TrackView } from './console.store.ts';
import { CropImage } from './crop-image.tsx';
import { formatPercent } from './format.ts';
import { type Place, placeCrops } from './place-crops.ts';

const DEFAULT_FRAME = { width: 4, height: 3 };

/** The outline of a stream's frame with the newest crop of each face where the face is, and its label. */
export function StreamFrame({ stream }: { stream: StreamView }) {
  const { width, height } = stream.latest.value?.frame ?? DEFAULT_FRAME;
  const tracks = stream.tracks.value;
  const places = placeCrops(
    tracks.map((track) => track.label.value.box),
    width / height,
  );
  const { online } = stream.info.value;
  return (
    <div class={`frame${online ? '' : ' frame--offline'}`}>
      <div class="frame__picture" style={{ '--ratio': width / height, '--share': shareOf(tracks.length) }}>
        {tracks.length === 0 && (
          <p class="frame__empty">{t(online ? 'console.streams.nobody' : 'console.streams.noPicture')}</p>
        )}
        {tracks.map((track, i) => {
          const place = places[i];
          return place && <Face key={track.track} track={track} place={place} />;
        })}
      </div>
    </div>
  );
}

function Face({ track, place }: { track: TrackView; place: Place }) {
  const label = track.label.value;
  const text = textOf(label);
  return (
    <div
      class={`face face--${sideOf(place)} state--${label.state}`}
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
        <Badge state={label.state} onVideo>
          {text}
        </Badge>
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

/** Which edge of the crop a long name keeps to, so that it stays within the frame. */
function sideOf(place: Place): 'start' | 'middle' | 'end' {
  if (place.x < 0.35) return 'start';
  return place.x > 0.65 ? 'end' : 'middle';
}

/** Share of the tile's width that one name may take. */
function shareOf(faces: number): number {
  return faces <= 1 ? 0.75 : Math.max(0.24, 0.9 / faces);
}

function percent(fraction: number): string {
  return `${(100 * fraction).toFixed(2)}%`;
}
