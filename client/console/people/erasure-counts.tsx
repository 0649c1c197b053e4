import type { ErasurePreview } from '../../../protocol/rest.ts';
import { t } from '../../i18n/t.ts';

const COUNTS = ['templates', 'referenceCrops', 'sightings', 'confirmations', 'merges'] as const;

export function sumOf(previews: readonly ErasurePreview[]): ErasurePreview {
  const sum = (name: keyof ErasurePreview) => previews.reduce((total, preview) => total + preview[name], 0);
  return {
    templates: sum('templates'),
    referenceCrops: sum('referenceCrops'),
    sightings: sum('sightings'),
    confirmations: sum('confirmations'),
    merges: sum('merges'),
  };
}

/** What an erasure deletes, counted; what there is none of is left out. */
export function ErasureCounts({ counts }: { counts: ErasurePreview }) {
  return (
    <ul class="bullets" data-testid="erasure-counts">
      {COUNTS.filter((name) => counts[name] > 0).map((name) => (
        <li key={name}>{t(`console.erase.counts.${name}`, { count: counts[name] })}</li>
      ))}
    </ul>
  );
}
