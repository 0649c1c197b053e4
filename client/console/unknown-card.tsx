import type { UnknownGroup } from '../../protocol/unknowns.ts';
import { t } from '../i18n/t.ts';
import { Button } from '../ui/button.tsx';
import { CropImage } from './crop-image.tsx';
import { formatTime } from './format.ts';
import { hrefOfUnknown } from './router.ts';
import { toggleIgnored } from './unknown-actions.ts';
import { UnknownSuggestions } from './unknown-suggestions.tsx';

/** When a group was seen: once, or from first to last. */
export function seenWhen({ firstAt, lastAt, sightings }: UnknownGroup, now: number): string {
  return sightings === 1
    ? t('console.unknowns.at', { time: formatTime(lastAt, now) })
    : t('console.unknowns.since', { first: formatTime(firstAt, now), last: formatTime(lastAt, now) });
}

/** One group in the list: its best pictures, where and when, who it may be, and what can be done. */
export function UnknownCard({
  group,
  now,
  onAssign,
  onCreate,
  onChanged,
}: {
  group: UnknownGroup;
  now: number;
  onAssign: () => void;
  onCreate: () => void;
  onChanged: () => void;
}) {
  const { id, sightings, streams, best, ignored, lastAt } = group;
  const seen = t('console.unknowns.seen', { count: sightings });
  const more = sightings - best.length;
  return (
    <li class="unknown" data-testid="unknown" data-group-id={id}>
      <a class="unknown__faces" data-arrow-stop href={hrefOfUnknown(id)}>
        <span class="visually-hidden">
          {t('console.unknowns.open', { seen, time: formatTime(lastAt, now) })}
        </span>
        {best.map((sighting) => (
          <CropImage key={sighting.id} url={sighting.cropUrl} />
        ))}
        {more > 0 && (
          <span class="unknown__more muted small">{t('console.unknowns.others', { count: more })}</span>
        )}
      </a>
      <div class="unknown__what">
        <p class="unknown__title">
          <strong>{seen}</strong> <span class="muted">{streams.map(({ name }) => name).join(' · ')}</span>
        </p>
        <p class="muted small figure">{seenWhen(group, now)}</p>
        <UnknownSuggestions group={group} most={1} onChanged={onChanged} />
      </div>
      <div class="unknown__actions">
        <Button icon="person" onClick={onAssign}>
          {t('console.unknowns.assign')}
        </Button>
        <Button icon="enrol" onClick={onCreate}>
          {t('console.unknowns.create')}
        </Button>
        <Button variant="quiet" onClick={() => void toggleIgnored(group, onChanged)}>
          {ignored ? t('console.unknowns.show') : t('console.unknowns.ignore')}
        </Button>
      </div>
    </li>
  );
}
