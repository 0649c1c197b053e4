import type { GalleryCheckResponse, WeakPhoto } from '../../../protocol/operating-point.ts';
import { formatNumber } from '../../i18n/locale.ts';
import { t } from '../../i18n/t.ts';
import { Badge } from '../../ui/badge.tsx';
import { Notice } from '../../ui/message.tsx';
import { CropImage } from '../crop-image.tsx';

/** Pairs of people who are likely to be one. */
export function Duplicates({ pairs }: { pairs: GalleryCheckResponse['duplicates'] }) {
  if (pairs.length === 0) return <Notice state="ok" title={t('console.galleryCheck.duplicatesNone')} />;
  return (
    <Notice state="warning" title={t('console.galleryCheck.duplicatesTitle')}>
      <p>{t('console.galleryCheck.duplicatesText')}</p>
      <ul class="bullets">
        {pairs.map(({ a, b, score }) => (
          <li key={a.personId + b.personId} data-testid="duplicate">
            {t('console.galleryCheck.pairText', { a: a.name, b: b.name })}{' '}
            <span class="figure muted">{formatNumber(score, 2)}</span>
          </li>
        ))}
      </ul>
    </Notice>
  );
}

/** The photos that harm most, each with the reason. */
export function WeakPhotos({ photos, count }: { photos: readonly WeakPhoto[]; count: number }) {
  if (photos.length === 0) return <Notice state="ok" title={t('console.galleryCheck.weakNone')} />;
  return (
    <section class="column">
      <h3>{t('console.galleryCheck.weakTitle')}</h3>
      <ul class="weak-photos">
        {photos.map((photo) => (
          <li key={photo.photoId} class="weak-photo" data-testid="weak-photo" data-reason={photo.reason}>
            <CropImage url={photo.cropUrl} />
            <div class="report__text">
              <strong class="truncate" title={photo.name}>
                {photo.name}
              </strong>
              <Badge state="warning">{t(`console.galleryCheck.reason.${photo.reason}`)}</Badge>
              <p class="small">{photo.message}</p>
              <p class="small muted figure">{scoresOf(photo)}</p>
            </div>
          </li>
        ))}
      </ul>
      {count > photos.length && (
        <p class="small muted">{t('console.galleryCheck.weakMore', { shown: photos.length, count })}</p>
      )}
    </section>
  );
}

/** Advice for everybody who has one photo only. */
export function SinglePhotos({ single }: { single: GalleryCheckResponse['singlePhoto'] }) {
  if (single.count === 0) return null;
  const names = single.people.map(({ name }) => name).join(', ');
  return (
    <Notice state="info" title={t('console.galleryCheck.singleTitle', { count: single.count })}>
      <p>{t('console.galleryCheck.singleText')}</p>
      <p class="small muted">
        {names}
        {single.count > single.people.length ? ' …' : ''}
      </p>
    </Notice>
  );
}

function scoresOf({ own, other }: WeakPhoto): string {
  const parts: string[] = [];
  if (own !== null) parts.push(t('console.galleryCheck.own', { score: formatNumber(own, 2) }));
  if (other)
    parts.push(t('console.galleryCheck.other', { name: other.name, score: formatNumber(other.score, 2) }));
  return parts.join(' · ');
}
