import { useSignal } from '@preact/signals';
import type { UnknownGroupDetails } from '../../protocol/unknowns.ts';
import { t } from '../i18n/t.ts';
import { Button } from '../ui/button.tsx';
import { Card } from '../ui/card.tsx';
import { Notice } from '../ui/message.tsx';
import { CropImage } from './crop-image.tsx';
import { formatPercent, formatTime } from './format.ts';
import { moveByArrows } from './keyboard.ts';
import { offerUndo } from './person-undo.ts';
import { moveUnknown } from './unknown-calls.ts';
import { useTask } from './use-task.ts';

/** The sightings of a group, newest first; those that show somebody else can be parted from it. */
export function UnknownSightings({
  group,
  onChanged,
}: {
  group: UnknownGroupDetails;
  onChanged: () => void;
}) {
  const ticked = useSignal<readonly string[]>([]);
  const chosen = ticked.value.filter((id) => group.list.some((sighting) => sighting.id === id));
  const [task, part] = useTask(async () => {
    const sightings = [...chosen];
    const target = await moveUnknown(group.id, sightings, 'new');
    ticked.value = [];
    offerUndo({
      text: t('console.unknowns.parted', { count: sightings.length }),
      undo: () => moveUnknown(target, sightings, group.id),
      onUndone: onChanged,
    });
    onChanged();
  });
  const { busy, error } = task.value;
  return (
    <Card
      title={t('console.unknowns.sightings')}
      aside={
        <Button
          busy={busy}
          // With all of them, nothing would be left to be parted from.
          disabled={chosen.length === 0 || chosen.length === group.sightings}
          onClick={() => void part()}
        >
          {t('console.unknowns.part')}
        </Button>
      }
    >
      <p class="muted small" aria-live="polite">
        {chosen.length > 0
          ? t('console.unknowns.chosen', { count: chosen.length })
          : t('console.unknowns.partHint')}
      </p>
      {error && <Notice state="error" live title={error.message} />}
      <ul class="unknown-sightings" onKeyDown={moveByArrows}>
        {group.list.map(({ id, at, streamName, cropUrl, quality }) => (
          <li key={id} data-testid="unknown-sighting">
            <label class="picture">
              <CropImage url={cropUrl} />
              <input
                type="checkbox"
                data-arrow-stop
                checked={chosen.includes(id)}
                aria-label={t('console.unknowns.choose', {
                  time: formatTime(at, Date.now()),
                  stream: streamName,
                })}
                onChange={(event) => {
                  ticked.value = event.currentTarget.checked
                    ? [...chosen, id]
                    : chosen.filter((other) => other !== id);
                }}
              />
              <span class="small truncate">{streamName}</span>
              <span class="muted small figure">{formatTime(at, Date.now())}</span>
              <span class="muted small figure">
                {t('console.unknowns.quality', { percent: formatPercent(quality) })}
              </span>
            </label>
          </li>
        ))}
      </ul>
    </Card>
  );
}
