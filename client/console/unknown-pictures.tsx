import type { PhotoReport } from '../../protocol/rest.ts';
import type { UnknownSighting } from '../../protocol/unknowns.ts';
import { t } from '../i18n/t.ts';
import { Icon } from '../ui/icon.tsx';
import { CropImage } from './crop-image.tsx';
import { formatPercent, formatTime } from './format.ts';

/** Pictures that are offered, the best ones. */
export const PICTURES_OFFERED = 12;

/** Which pictures of a group become photos of the person: each can be ticked and unticked. */
export function UnknownPictures({
  sightings,
  ticked,
  onTicked,
  reports,
  required,
  missing,
}: {
  /** Best first. */
  sightings: readonly UnknownSighting[];
  ticked: readonly string[];
  onTicked: (sightings: string[]) => void;
  /** What was wrong with those sent last, in the order of `ticked`. */
  reports: readonly PhotoReport[];
  required: boolean;
  missing: boolean;
}) {
  const reasonOf = (id: string) =>
    reports.find(({ filename, accepted }) => !accepted && filename === `${id}.jpg`)?.message;
  return (
    <fieldset class="pictures">
      <legend class="field__label">{t('console.unknowns.pictures')}</legend>
      <p class="field__hint">
        {t('console.unknowns.picturesHint')} {!required && t('console.unknowns.picturesOptional')}
      </p>
      <div class="pictures__list">
        {sightings.map(({ id, cropUrl, at, quality }, index) => (
          <label key={id} class="picture">
            <CropImage url={cropUrl} />
            <input
              type="checkbox"
              checked={ticked.includes(id)}
              aria-label={t('console.unknowns.picture', {
                number: index + 1,
                time: formatTime(at, Date.now()),
                percent: formatPercent(quality),
              })}
              onChange={(event) =>
                onTicked(
                  event.currentTarget.checked ? [...ticked, id] : ticked.filter((other) => other !== id),
                )
              }
            />
            {reasonOf(id) && (
              <span class="field__error">
                <Icon name="error" />
                <span>{reasonOf(id)}</span>
              </span>
            )}
          </label>
        ))}
      </div>
      {missing && (
        <p class="field__error" role="alert">
          <Icon name="error" />
          <span>{t('console.unknowns.picturesMissing')}</span>
        </p>
      )}
    </fieldset>
  );
}

/** Best first, with a picture each. */
export function bestOf(sightings: readonly UnknownSighting[]): UnknownSighting[] {
  return sightings.toSorted((a, b) => b.quality - a.quality).slice(0, PICTURES_OFFERED);
}
