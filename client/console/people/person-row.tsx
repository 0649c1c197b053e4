import type { ListedPerson } from '../../../protocol/rest.ts';
import { t } from '../../i18n/t.ts';
import { Badge } from '../../ui/badge.tsx';
import { Button } from '../../ui/button.tsx';
import { formatDate, formatTime } from '../format.ts';
import { PersonPicture } from '../person-picture.tsx';
import { hrefOfPerson } from '../router.ts';
import { TemplateQuality } from './template-quality.tsx';

/** One person of the list: who, when last seen, how good their photos are, and what is missing. */
export function PersonRow({
  person,
  selected,
  onSelected,
  onAdd,
  onErase,
}: {
  person: ListedPerson;
  selected: boolean;
  onSelected: (selected: boolean) => void;
  onAdd: () => void;
  onErase: () => void;
}) {
  const { id, name, externalId, lastSeen, createdAt, consent, hidden } = person;
  const when = lastSeen
    ? t('console.person.seen', { time: formatTime(lastSeen, Date.now()) })
    : t('console.people.since', { date: formatDate(createdAt) });
  return (
    <li
      class={selected ? 'row row--person row--selected' : 'row row--person'}
      data-testid="person"
      data-person-id={id}
      onKeyDown={(event) => {
        if (event.key !== 'x' || event.ctrlKey || event.metaKey || event.altKey) return;
        event.preventDefault();
        onSelected(!selected);
      }}
    >
      <label class="row__check">
        <input
          type="checkbox"
          checked={selected}
          aria-label={t('console.people.select', { name })}
          onChange={(event) => onSelected(event.currentTarget.checked)}
        />
      </label>
      <PersonPicture person={person} />
      <div class="row__what row__what--stacked">
        <a class="row__title truncate" data-arrow-stop href={hrefOfPerson(id)} title={name}>
          {name}
        </a>
        <span class="muted small truncate">{[externalId, when].filter(Boolean).join(' · ')}</span>
      </div>
      <span class="row__badges">
        {hidden && (
          <Badge state="info" icon="hide">
            {t('console.people.hidden')}
          </Badge>
        )}
        {consent !== true && <Badge state="warning">{t('console.people.noConsent')}</Badge>}
      </span>
      <TemplateQuality person={person} />
      <span class="row__actions">
        <Button
          variant="quiet"
          icon="plus"
          data-arrow-stop
          aria-label={t('console.people.addPhotos', { name })}
          title={t('console.people.addPhotos', { name })}
          onClick={onAdd}
        />
        <Button
          variant="quiet"
          icon="trash"
          data-arrow-stop
          aria-label={t('console.people.erase', { name })}
          title={t('console.people.erase', { name })}
          onClick={onErase}
        />
      </span>
    </li>
  );
}
