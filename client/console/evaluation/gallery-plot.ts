import { chart, type Line } from '../../../models/metrics/plots/chart.ts';
import type { Plot } from '../../../models/metrics/plots/plots.ts';
import type { GalleryCheckResponse } from '../../../protocol/operating-point.ts';
import { formatNumber } from '../../i18n/locale.ts';
import { t } from '../../i18n/t.ts';
import { formatShare } from '../format.ts';

/** Each photo's highest score as a stranger, and its score with its person's others, with the threshold. */
export function scoresPlot({ histogram, threshold }: GalleryCheckResponse): Plot {
  const { from, step, strangers, own } = histogram;
  const most = Math.max(...strangers, ...own, 0.01);
  const outline = (values: readonly number[]): Line['points'] =>
    values.flatMap((value, i) => [
      [from + i * step, value],
      [from + (i + 1) * step, value],
    ]);
  return {
    id: 'gallery-scores',
    title: t('console.galleryCheck.plot'),
    note: t('console.galleryCheck.plotNote'),
    legend: [
      { text: t('console.galleryCheck.ownLegend'), look: 1 },
      { text: t('console.galleryCheck.strangersLegend'), look: 2 },
    ],
    svg: chart({
      title: t('console.galleryCheck.plotNote'),
      x: {
        label: t('console.galleryCheck.cosine'),
        scale: 'linear',
        min: from,
        max: from + step * strangers.length,
        ticks: [0, 0.2, 0.4, 0.6, 0.8, 1],
        format: (cosine) => formatNumber(cosine, 1),
      },
      y: {
        label: t('console.galleryCheck.share'),
        scale: 'linear',
        min: 0,
        max: most,
        ticks: [0, most / 2, most],
        format: (share) => formatShare(share, 0),
      },
      lines: [
        { look: 2, points: outline(strangers), area: true },
        { look: 1, points: outline(own), area: true },
      ],
      marks: [threshold],
    }),
  };
}
