import type { ListedPerson } from '../../../protocol/rest.ts';
import { t } from '../../i18n/t.ts';
import { formatPercent } from '../format.ts';

/** From which strength on a word is used, best first. */
const WORDS = [
  ['good', 0.7],
  ['fair', 0.4],
  ['weak', 0],
] as const;

/** How well somebody's photos recognise them: a word, a bar, and what both are made of. */
export function TemplateQuality({ person }: { person: Pick<ListedPerson, 'quality' | 'templates'> }) {
  const { quality, templates } = person;
  const photos = t('console.people.photos', { count: templates });
  if (!quality) return <span class="strength small muted">{photos}</span>;
  const { mean, weakest, strength } = quality;
  const [grade] = WORDS.find(([, least]) => strength >= least) ?? WORDS[2];
  // Good ones that are too few are not to be taken anew, but added to.
  const word = grade !== 'good' && mean >= WORDS[0][1] ? 'few' : grade;
  const figures =
    templates > 1
      ? t('console.people.quality.several', {
          photos,
          mean: formatPercent(mean),
          weakest: formatPercent(weakest),
        })
      : t('console.people.quality.one', { photos, mean: formatPercent(mean) });
  return (
    <span class={`strength strength--${grade}`} title={t('console.people.quality.hint')}>
      <span class="strength__word small">{t(`console.people.quality.${word}`)}</span>
      <span class="strength__track" aria-hidden="true">
        <span class="strength__bar" style={{ inlineSize: `${Math.round(100 * strength)}%` }} />
      </span>
      <span class="strength__figures muted small">{figures}</span>
    </span>
  );
}
