import type { UnknownGroup } from '../../protocol/unknowns.ts';
import { formatNumber } from '../i18n/locale.ts';
import { t } from '../i18n/t.ts';
import { Button } from '../ui/button.tsx';
import { formatPercent } from './format.ts';
import { hrefOfPerson } from './router.ts';
import { accept, deny } from './unknown-actions.ts';

/** Who a group may be, in words, with the answer to each. @param most how many are shown, the best */
export function UnknownSuggestions({
  group,
  most,
  onChanged,
}: {
  group: UnknownGroup;
  most: number;
  onChanged: () => void;
}) {
  return (
    <ul class="suggestions">
      {group.suggestions.slice(0, most).map((suggestion) => {
        const { person, score, probability } = suggestion;
        return (
          <li key={person.id} class="suggestion" data-testid="suggestion" data-person-id={person.id}>
            <span class="suggestion__who">
              <a href={hrefOfPerson(person.id)}>
                {t('console.unknowns.may', { name: person.name, percent: formatPercent(probability) })}
              </a>{' '}
              <span class="muted small figure">
                {t('console.unknowns.score', { score: formatNumber(score, 2) })}
              </span>
            </span>
            <span class="suggestion__answers">
              <Button icon="check" onClick={() => void accept(group, suggestion, onChanged)}>
                {t('console.unknowns.itIs', { name: person.name })}
              </Button>
              <Button variant="quiet" icon="cross" onClick={() => void deny(group, suggestion, onChanged)}>
                {t('console.unknowns.isNot', { name: person.name })}
              </Button>
            </span>
          </li>
        );
      })}
    </ul>
  );
}
