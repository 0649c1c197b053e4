import type { PersonDetails } from '../../protocol/people.ts';
import { t } from '../i18n/t.ts';
import { Button } from '../ui/button.tsx';
import { Card } from '../ui/card.tsx';
import { Notice } from '../ui/message.tsx';
import { showToast } from '../ui/toast.tsx';
import { formatTime } from './format.ts';
import { undoMerge } from './person-calls.ts';
import { useTask } from './use-task.ts';

/** Who was merged into the person; each can be parted again. Nothing where nobody was. */
export function PersonMerges({ person, onChanged }: { person: PersonDetails; onChanged: () => void }) {
  const [task, undo] = useTask(async (merge: string) => {
    const { person: kept, restored } = await undoMerge(merge);
    showToast({
      state: 'ok',
      text: t('console.person.parted', { name: kept.name, other: restored.name }),
    });
    onChanged();
  });
  if (person.merges.length === 0) return null;
  const { busy, error } = task.value;
  return (
    <Card title={t('console.person.merges')}>
      <ul class="merges">
        {person.merges.map((merge) => (
          <li key={merge.id} class="merges__one" data-testid="merge">
            <span class="merges__who">
              <span class="truncate">{merge.person.name}</span>
              <span class="muted small">
                {t('console.person.mergedAt', {
                  photos: t('console.person.photosCount', { count: merge.photos }),
                  sightings: t('console.person.sightingsCount', { count: merge.sightings }),
                  time: formatTime(merge.mergedAt, Date.now()),
                })}
              </span>
            </span>
            <Button
              busy={busy}
              aria-label={t('console.person.undoMerge', { name: merge.person.name })}
              onClick={() => void undo(merge.id)}
            >
              {t('console.person.undo')}
            </Button>
          </li>
        ))}
      </ul>
      {error && (
        <Notice state="error" live title={t('console.person.undoMergeFailed')}>
          <p>{error.message}</p>
        </Notice>
      )}
    </Card>
  );
}
