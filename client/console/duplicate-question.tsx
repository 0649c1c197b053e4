import type { LikelyDuplicate } from '../../protocol/rest.ts';
import { formatNumber } from '../i18n/locale.ts';
import { t } from '../i18n/t.ts';
import { Button } from '../ui/button.tsx';
import { Notice } from '../ui/message.tsx';

/** Before somebody is enrolled twice: are these photos of a person who is known already? */
export function DuplicateQuestion({
  people,
  name,
  onAddTo,
  onEnrol,
}: {
  /** Best first; at least one. */
  people: readonly LikelyDuplicate[];
  /** Of the person who was to be enrolled. */
  name: string;
  onAddTo: (personId: string) => void;
  onEnrol: () => void;
}) {
  const [best] = people;
  return (
    <Notice state="warning" title={t('console.enrol.duplicateTitle', { name: best?.name ?? '' })}>
      <p>{t('console.enrol.duplicate', { name: best?.name ?? '' })}</p>
      <ul class="advice">
        {people.map((person) => (
          <li key={person.personId}>
            {person.name}{' '}
            <span class="muted small">
              {t('console.enrol.duplicateScore', { score: formatNumber(person.score, 2) })}
            </span>
          </li>
        ))}
      </ul>
      <div class="notice__actions">
        {people.map((person) => (
          <Button key={person.personId} icon="plus" onClick={() => onAddTo(person.personId)}>
            {t('console.enrol.addTo', { name: person.name })}
          </Button>
        ))}
        <Button icon="enrol" onClick={onEnrol}>
          {t('console.enrol.enrolAnyway', { name })}
        </Button>
      </div>
    </Notice>
  );
}
